"""Twelve literal lists in dictionary order.

The order was made with PostgreSQL 15 and ICU 72 (CLDR 42): `ORDER BY word COLLATE "<code>-x-icu"`, "de-x-icu" for
Leichte Sprache. Where the key differs from it on purpose, a test of its own says so.
"""

import pytest

from wir.languages.registry import LANGUAGES, get
from wir.lib.collate import sort_key

WORDS = {
    "de": (
        "Apfel Äpfel apfelgrün Arbeit arbeiten Arzt Ärztin Buch Bücher Bürger Büro Busse Buße Café essen Essen "
        "Fluss groß Größe grün Masse Maße offen Öffnung Österreich schon schön Straße Zahl zählen"
    ),
    "de-simple": (
        "Amt Ämter Ämter-Haus Arbeit arbeiten Arbeits-Platz Arbeitsplatz Bundes-Land Bundes-Tag Bundestag Büro "
        "essen Essen Größe grün Grund Grund-Gesetz Grund-Rechte Gruß Hilfe Menschen Menschen-Rechte mögen müssen "
        "Straße Straßen-Bahn über Über-Setzung Wort Wörter-Buch"
    ),
    "en": (
        "cafe Cafe café co-operation coop cooperation elite élite elm expose exposé exposed facade façade march "
        "March may May naive naïve polish Polish resume Resume résumé Résumé role rôle rolling Zoë"
    ),
    "tr": (
        "ağaç ağız ahlak cam cuma çam Çiçek dağ dal ırmak ısı Isparta ışık iç ilk İstanbul istek kar Kar kâr "
        "okul orman öğrenci ördek sel sır siz şehir uzun üzüm"
    ),
    "ar": (
        "آب أب إبرة ابن أسرة بئر بيئة بيت تعليم جامع جامعة حق رأي سؤال سوق شؤون شوارع على علي فئة فتاة فتات ماء "
        "مؤسسة مال مدينة مسألة مستشفى هيئة وقت"
    ),
    "fa": (
        "آب آینده ابر ایران باغ پدر پل تهران جزء جزیره جوان چای خانه دانش راه رأی رئیس زبان ژاپن سؤال سود شهر "
        "کودک گروه گل ماه مأمور مسئول مسیر یک"
    ),
    "uk": (
        "ганок голос гриб ґава Ґданськ ґрунт дім екран ехо Європа єдність життя заєць знання Індія іспит їжа йод "
        "мир мить міст місто мова Мова питання пісня поїзд поїздка щастя юність"
    ),
    "ru": (
        "берег береза берёза все всё Всё ежи ёжик елка ёлка ель игра икона йога йод мёд медведь мел обед объект "
        "подъезд поезд сесть съезд человек Человек щит эхо юг язык"
    ),
    "pl": (
        "bak bąk bok bóg być cena czas ćma kolej Köln koniec koń Kraków las Las laska lód łaska łódka Łódź mak "
        "mąż osa Ósemka reklama ręka sen śnieg źródło żaba"
    ),
    "fr": (
        "ça cela cote coté côte Côte côté école effort élevé élève garçon gare haïr hall la La là mur mûr noël "
        "Noël noir œuf œuvre offre ou où réglé règle"
    ),
    "es": (
        "ano año árbol arco ave Ávila cana canción cantar caña Cañón el él llama lobo luna manzana mañana mas "
        "Mas más nube ñandú Ñuble pingüino publicó público si sí tú"
    ),
    "ku": (
        "av bajar Bajar be berf bê bêhn cil civak çav çil Çiya de dê dil dîl Ewropa êvar gul gûz ip îro ker kêr "
        "kur kûr sir sîr Şengal şêr"
    ),
}
LETTERS = {
    "de": "abcdefghijklmnopqrstuvwxyz",
    "de-simple": "abcdefghijklmnopqrstuvwxyz",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "tr": "abcçdefgğhıijklmnoöpqrsştuüvwxyz",
    "ar": "ءابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
    "fa": "آاءبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "fr": "abcdefghijklmnopqrstuvwxyz",
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "ku": "abcçdeêfghiîjklmnopqrsştuûvwxyz",
}


def in_order(code, words):
    """Sorted for readers of a language; words with the same key stay in the order given."""
    return sorted(words, key=lambda word: sort_key(word, get(code).alphabet, turkish=code == "tr"))


def test_every_language_has_its_list_of_thirty_words():
    sizes = {code: len(set(words.split())) for code, words in WORDS.items()}

    assert sizes == {language.code: 30 for language in LANGUAGES}


@pytest.mark.parametrize("code", WORDS)
def test_thirty_words_stand_in_dictionary_order(code):
    words = WORDS[code].split()

    found = in_order(code, reversed(words))

    assert found == words


@pytest.mark.parametrize("code", WORDS)
def test_the_letters_of_the_alphabet_stand_in_dictionary_order(code):
    letters = LETTERS[code]

    found = "".join(in_order(code, reversed(letters)))

    assert found == letters


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("de", "Strasse", "Straße"),
        ("de", "Lech", "Łech"),
        ("de", "Oresund", "Øresund"),
        ("en", "aesop", "æsop"),
        ("fr", "coeur", "cœur"),
        ("uk", "замок", "за́мок"),
        ("ar", "كتب", "كُتب"),
    ],
)
def test_two_spellings_never_share_a_key_so_that_their_order_is_fixed(code, first, second):
    found = [in_order(code, [first, second]), in_order(code, [second, first])]

    assert found == [[first, second], [first, second]]


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("de-simple", "Menschen stark machen", "Menschen-Rechte gelten für alle"),
        ("de", "Mehrsprachigkeit zählt als Können", "Mehrsprachigkeit/Sprachmittlung/Übersetzungen"),
        ("ku", "Pirzimanî wek şiyan tê hesibandin", "Pirzimanî/navbeynkariya zimanî/werger"),
    ],
)
def test_a_space_comes_before_a_hyphen_and_a_slash(code, first, second):
    """Titles of the content pack, in the order of CLDR."""
    found = in_order(code, [second, first])

    assert found == [first, second]


@pytest.mark.parametrize(
    ("code", "titles"),
    [
        ("uk", ["Забезпечення", "Зміст", "З’ясувати", "Зять"]),
        ("fr", ["La stratégie", "L’allemand", "Langue"]),
        ("pl", ["Ustalenie, czego", "Ustalenie nadrzędnych"]),
        ("de", ["Wir – alle", "„Wir“ auch", "(Wir) bleiben"]),
        ("de-simple", ["Bundes·land", "Bundes·tag", "Bundestage"]),
        ("de", ["Integrations\u00adbeirat", "Integrationsbüro"]),
        ("fa", ["میروم", "می\u200cروند", "میز"]),
    ],
)
def test_punctuation_is_passed_over(code, titles):
    """As in a printed dictionary. CLDR's default differs here: it sorts every sign of punctuation before letters."""
    found = in_order(code, reversed(titles))

    assert found == titles


def test_words_come_before_longer_words_and_spaces_before_letters():
    found = in_order("de", ["Arbeitsmarkt", "Arbeit und Beruf", "Arbeiten", "Arbeit"])

    assert found == ["Arbeit", "Arbeit und Beruf", "Arbeiten", "Arbeitsmarkt"]


def test_digits_come_before_letters_one_by_one():
    found = in_order("de", ["Achtung", "7 Leitlinien", "10 Wege", "²", "1"])

    assert found == ["1", "10 Wege", "²", "7 Leitlinien", "Achtung"]


def test_letters_come_before_accents_and_accents_before_case():
    found = in_order("fr", ["Côté", "côte", "Cote", "cotes", "coté", "cote"])

    assert found == ["cote", "Cote", "coté", "côte", "Côté", "cotes"]


@pytest.mark.parametrize(("code", "own"), [("ar", "يوم"), ("fa", "یک"), ("uk", "яма"), ("ru", "яма")])
def test_words_in_the_reader_s_script_come_before_latin_ones(code, own):
    found = in_order(code, ["Berlin", own])

    assert found == [own, "Berlin"]


@pytest.mark.parametrize(("code", "foreign"), [("de", "Жизнь"), ("tr", "سلام"), ("pl", "Ґданськ")])
def test_words_in_another_script_come_after_the_alphabet(code, foreign):
    found = in_order(code, [foreign, "Zz"])

    assert found == ["Zz", foreign]


def test_composed_and_decomposed_letters_have_the_same_key():
    composed, decomposed = "\u00d6ffnung", "O\u0308ffnung"

    keys = [sort_key(text, get("de").alphabet) for text in (composed, decomposed)]

    assert keys[0] == keys[1]


def test_dotted_and_dotless_i_are_two_letters_in_turkish_only():
    words = ["ısı", "Isparta", "iç", "İstanbul"]

    found = [in_order(code, ["İstanbul", "ısı", "iç", "Isparta"]) for code in ("tr", "de")]

    assert found == [words, ["iç", "ısı", "Isparta", "İstanbul"]]


@pytest.mark.parametrize("text", ["", " ", "…", "❶ Schritt", "፩", "½", "👋", "\u0301", "\ud800"])
def test_no_title_is_too_strange_to_be_sorted(text):
    key = sort_key(text, get("de").alphabet)

    assert isinstance(key, bytes)
