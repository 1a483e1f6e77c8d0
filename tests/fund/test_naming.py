"""Titles and names in public: who is not named is named by no title, in none of the ways the twelve languages write."""

import pytest

from fund.projects.naming import carrier, title_names_somebody

NAMED = [
    ("Elif Kaya", "Kayas Küche"),
    ("Elif Kaya", "KOCHEN MIT ELIF"),
    ("Anna Müller", "Annas Garten"),
    ("Anna Müller", "Muellers Nähcafé"),
    ("Hanna Mueller", "Nähen bei Müllers"),
    ("Anna Bauer", "Bauernmarkt"),  # a false alarm, taken for the others' sake
    ("Anna Müller", "Das AnnaMüller-Haus"),
    ("Ali Demir", "Ali kocht"),
    ("Ali Demir", "Alis Werkstatt"),
    ("Ayşe Yılmaz", "Ayşe’nin Bahçesi"),
    ("Ayşe Yılmaz", "AYŞE’NİN BAHÇESİ"),
    ("Işıl Çınar", "Çınar Ailesi anlatıyor"),
    ("Can Öz", "Can'ın atölyesi"),
    ("Zilan Kaya", "Baxçeyê Zilanê"),
    ("Rojda Şêx", "Çîrokên Rojdayê"),
    ("أحمد علي", "قصص لأحمد"),
    ("أحمد علي", "مع علي في الحديقة"),
    ("فاطمة الحسن", "حديقة فاطمة وأصدقائها"),
    ("سمير الحسن", "بيت آل حسن"),
    ("نور حداد", "موسيقى ونور"),
    ("زهرا کریمی", "باغِ زهرا"),
    ("علی رضایی", "قصه‌های علی‌"),
    ("Олена Коваль", "Сад Олени"),
    ("Ольга Коваль", "Разом з Ользі"),
    ("Оля Коваль", "Кухня Олі"),
    ("Павел Иванов", "Музыка Павла"),
    ("Мария Иванова", "Сад Марии"),
    ("Agnieszka Nowak", "Dla Agnieszki"),
    ("Agnieszka Nowak", "Opowieści o Agnieszce"),
    ("Paweł Nowak", "Ogród Pawła"),
    ("Ewa Lis", "Kuchnia Ewy"),
    ("María López", "El jardín de Maria"),
    ("Zoé Dubois", "Le jardin de Zoe"),
    ("Li Wu", "Kochen mit Li Wu"),
    ("Li Wu", "Wu Li kocht"),
    ("Nguyễn Thị Hoa", "Hoas Suppe"),
    ("李伟", "李伟的花园"),
]
UNNAMED = [
    ("Ali Demir", "Alimente verstehen"),
    ("Ali Demir", "Qualität im Alltag"),
    ("Li Wu", "Lidos und Wunder"),
    ("Li Wu", "Li und die anderen"),  # one part of two letters is in many words
    ("Anna Müller", "Gemeinsam kochen"),
    ("Anna von der Aue", "Der Garten von allen"),
    ("Mehmet Jo", "Jo-Jo bauen"),
    ("Eva Lang", "Feste feiern"),
    ("Mia Groß", "Mit uns"),
    ("أحمد علي", "حديقة للجميع"),
    ("Олена Коваль", "Сад для всіх"),
    ("Ayşe Yılmaz", "Mahalle bahçesi"),
    ("Ewa Lis", "Wspólna kuchnia"),
    ("李伟", "大家的花园"),
]


def hides(title, person, kind="organisation", applicant="Nachbarschaft e. V.", consent=""):
    return title_names_somebody(title, kind=kind, applicant=applicant, person=person, consent=consent)


@pytest.mark.parametrize(("person", "title"), NAMED)
@pytest.mark.parametrize("kind", ["organisation", "person"])
def test_a_title_that_may_name_somebody_is_hidden(person, title, kind):
    assert hides(title, person, kind, applicant=person if kind == "person" else "Nachbarschaft e. V.") is True


@pytest.mark.parametrize(("person", "title"), NAMED)
def test_the_other_one_of_a_tandem_counts_like_the_first(person, title):
    assert hides(title, "Toni Xhaka", "tandem", applicant=f"Toni Xhaka / {person}") is True


@pytest.mark.parametrize(("person", "title"), UNNAMED)
def test_a_title_that_names_nobody_is_shown(person, title):
    assert hides(title, person) is False


def test_a_partner_with_one_short_name_is_found_as_a_whole_word():
    told = [hides(title, "Elif Kaya", "tandem", applicant="Elif Kaya / Jo") for title in ("Jo", "Jos Rad", "Joghurt")]

    assert told == [True, True, False]


def test_whoever_said_yes_keeps_her_title():
    assert hides("Kochen mit Elif", "Elif Kaya", "person", applicant="Elif Kaya", consent="yes") is False


@pytest.mark.parametrize(
    ("applicant", "person", "shown"),
    [
        ("Müller, Anna", "Anna Müller", ""),
        ("Anna Mueller", "Anna Müller", ""),
        ("Frau Dr. Anna Müller", "Anna Müller", ""),
        ("A. Müller", "Anna Müller", ""),
        ("Kaya Elif", "Elif Kaya", ""),
        ("علي، أحمد", "أحمد علي", ""),
        ("Müller GmbH", "Anna Müller", "Müller GmbH"),
        ("Anna-Müller-Stiftung", "Anna Müller", "Anna-Müller-Stiftung"),
        ("Nachbarschaft e. V.", "Anna Müller", "Nachbarschaft e. V."),
    ],
)
def test_an_organisation_that_is_the_person_herself_is_not_named(applicant, person, shown):
    assert carrier(kind="organisation", applicant=applicant, person=person, consent="") == shown
