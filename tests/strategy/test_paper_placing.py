"""The official wording at its items, from the small documents of our own and from other editions of them."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from measures.models import Measure, Proposal
from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    SourceDocument,
    Subtopic,
    Wording,
)
from strategy.paper.placing import CHANGED, GONE, NEW, RENAMED, UNCHANGED, place
from strategy.paper.reading import read_path, read_text
from tests.strategy.editions import ITEMS, PAPER, WEB, content, edition, import_texts, official, stored, stored_words
from tests.strategy.test_paper_reading import annex, body, word_sequence
from wir.languages import registry
from wir.languages.models import ContentStamp, Origin, TranslationUnit
from wir.languages.writing import save_translation

pytestmark = pytest.mark.django_db

EIGHTH = "8. Und wenn ein Satz fehlt, schreiben wir ihn dazu."
KENNZAHLEN = "Kennzahlen\n\nGezählt wird, was zählt: 40 Bänke, 12 Lesesäle und ein Brunnen.\n\n"
WIRKSAMKEIT = "Wirksamkeitsanalysen\n\nDrei Vorhaben im Jahr werden gründlich geprüft.\n\n"
LAST_GUIDELINE = "7. An diesen Sätzen lassen wir uns messen, heute und in zehn Jahren.\n\n"
LAST_SUBTOPIC = (
    "6. Gesellschaftliches Engagement\n\n"
    "Wer hilft, braucht einen Schlüssel zum Vereinsheim und manchmal eine Fahrkarte.\n\n"
)


def lines(reports, state):
    return [(line.heading, line.note) for report in reports for line in report.of(state)]


def outdated(item, field):
    """Languages whose translation of a text was made from another German text."""
    units = TranslationUnit.objects.with_outdated().filter(
        source__model=item._meta.label_lower, source__object_id=item.pk, source__field=field, outdated=True
    )
    return {unit.language for unit in units}


# Both documents -----------------------------------------------------------------------------------------------------


def test_every_item_shows_its_wording():
    import_texts(PAPER, WEB)

    assert official(Guideline.objects.get(number=2)) == (
        "",
        "Jede Stimme zählt gleich viel. Darum fragen wir zuerst und planen danach.",
    )
    assert official(Priority.objects.get(number=2)) == (
        "Wir öffnen Ämter, Vereine und Betriebe, damit niemand vor verschlossener Tür steht",
        "Eine offene Tür nützt wenig, wenn davor vier Stufen liegen. Wir bauen Rampen, auch aus Worten.",
    )
    assert official(CrossCuttingTheme.objects.get(number=1)) == (
        "Gleichbehandlung",
        "Wer zuerst kommt, wird zuerst bedient. Wer nicht kommen kann, wird besucht.",
    )
    assert official(ActionField.objects.get(number=1)) == (
        "Bildung",
        "Lernen hört nach der Schule nicht auf, es wechselt nur den Raum.\n\n"
        "Dafür gibt es vier Unterthemen, die auf einer verlorenen Zeichnung stehen. (siehe Zeichnung)",
    )
    assert official(Subtopic.objects.get(field__number=2, number=5)) == ("Wohnen", "Ein Dach ist der Anfang von allem.")
    assert official(FocusPoint.objects.get(field__number=4, subtopic__number=3, number=2)) == (
        "",
        "Einander Fragen erlauben",
    )
    assert official(FocusPoint.objects.get(field__number=6, subtopic=None, number=2)) == (
        "",
        "An jedem Schalter dieselbe Geduld zu zeigen. (Schwerpunkt 2)",
    )
    assert official(Chapter.objects.get(slug="kennzahlen")) == (
        "Kennzahlen",
        "Gezählt wird, was zählt: 40 Bänke, 12 Lesesäle und ein Brunnen.",
    )


def test_only_the_announced_subtopics_are_left_without_a_wording():
    import_texts(PAPER, WEB)

    without = [item.wording_key for model in ITEMS for item in model.objects.filter(official=None)]
    assert sorted(without) == ["subtopic/1.1", "subtopic/1.2", "subtopic/1.3", "subtopic/1.4", "subtopic/4.7"]


def test_wording_and_source_are_kept_word_for_word_and_apart_from_our_texts():
    ours = {(type(item), item.pk): (item.title_de, item.plain_de) for model in ITEMS for item in model.objects.all()}

    import_texts(PAPER, WEB)

    wordings = {
        (wording.document.kind, wording.key, wording.title, wording.text, wording.page)
        for wording in Wording.objects.select_related("document")
    }
    readings = [read_text(PAPER), read_text(WEB)]
    assert wordings == {
        (reading.kind, place.key, place.title, place.text, place.page)
        for reading in readings
        for place in reading.places
    }
    assert {
        (type(item), item.pk): (item.title_de, item.plain_de) for model in ITEMS for item in model.objects.all()
    } == ours
    assert list(SourceDocument.objects.order_by("kind").values_list("kind", "title", "edition", "issuer")) == [
        (
            "paper",
            "WIR sind Hannover – Zusammenleben in der Stadt",
            "Mai 2031",
            "FACHBEREICH MITEINANDER, OE 99.10 – Zusammenhalt",
        ),
        ("web_page", "Webseite „Die Strategie“", "", ""),
    ]


def test_the_first_run_reports_everything_as_new_by_heading_and_line():
    paper, web = import_texts(PAPER, WEB)

    assert [(line.state, line.heading, line.line) for line in paper.lines] == [
        (NEW, found.title or f"{found.key}: {found.text[:60]}", found.line) for found in read_text(PAPER).places
    ]
    assert paper.counts == {
        "guideline": 7,
        "priority": 2,
        "crosscuttingtheme": 3,
        "actionfield": 6,
        "subtopic": 25,
        "focuspoint": 24,
        "chapter": 16,
        "page": 0,
    }
    assert (paper.not_placed[0], len(paper.not_placed), web.not_placed) == ((29, "2.0"), 13, [])


def test_where_the_documents_differ_the_web_page_is_shown_and_the_report_says_so():
    _paper, web = import_texts(PAPER, WEB)

    note = "Im Strategiepapier steht: „entschlossene“ statt „entschlossen“. Gezeigt wird das Wort der Webseite."
    sixth = Guideline.objects.select_related("official__document").get(number=6)
    assert (sixth.official.document.kind, sixth.official.text, sixth.official.note) == (
        "web_page",
        "Wir widersprechen, wenn jemand herabgesetzt wird, und handeln dann entschlossen.",
        note,
    )
    assert [line for line in lines([web], CHANGED)] == [("6 Gegen Rassismus und jede Diskriminierung", note)]


def test_where_the_documents_agree_the_paper_is_shown_without_a_note():
    import_texts(PAPER, WEB)

    others = Guideline.objects.exclude(number=6).order_by("number")
    assert list(others.values_list("official__document__kind", "official__note")) == [("paper", "")] * 6
    assert list(Priority.objects.values_list("official__document__kind", "official__note")) == [("paper", "")] * 2


def test_a_corrected_paper_needs_the_web_page_and_its_note_no_more():
    import_texts(PAPER, WEB)

    import_texts(edition(PAPER, ("dann entschlossene.", "dann entschlossen.")))

    assert list(Guideline.objects.filter(number=6).values_list("official__document__kind", "official__note")) == [
        ("paper", "")
    ]


@pytest.mark.parametrize(
    "runs",
    [
        [(WEB, PAPER)],
        [(PAPER,), (WEB,)],
        [(WEB,), (PAPER,)],
        [(WEB,), (PAPER,), (WEB,), (WEB, PAPER)],
    ],
    ids=["web page first", "paper, then web page", "web page, then paper", "again and again"],
)
def test_order_and_number_of_runs_make_no_difference(runs):
    import_texts(PAPER, WEB)
    expected = content()
    SourceDocument.objects.all().delete()

    for texts in runs:
        import_texts(*texts)

    assert content() == expected


@pytest.mark.parametrize("texts", [(PAPER,), (WEB,)], ids=["paper", "web page"])
def test_one_document_alone_gives_what_it_says(texts):
    import_texts(*texts)

    shown = {item.official.key for model in ITEMS for item in model.objects.exclude(official=None)}
    (reading,) = [read_text(text) for text in texts]
    assert shown == {found.key for found in reading.places} - {"page/strategie"}
    assert set(Wording.objects.values_list("note", flat=True)) == {""}


@pytest.mark.parametrize("runs", [[(PAPER, WEB)], [(WEB,), (PAPER,)]], ids=["at once", "web page first"])
def test_an_empty_portal_gets_its_items_from_the_documents_in_any_order(runs):
    Chapter.objects.update(parent=None)
    for model in (Measure, Proposal):
        model.objects.all().delete()
    for model in (Goal, FocusPoint, Subtopic, ActionField, Chapter, CrossCuttingTheme, Priority, Guideline):
        for item in model.objects.all():
            item.delete()

    for texts in runs:
        import_texts(*texts)

    counts = {model._meta.model_name: model.objects.count() for model in ITEMS}
    assert counts == {
        "guideline": 7,
        "priority": 2,
        "crosscuttingtheme": 3,
        "actionfield": 6,
        "subtopic": 30,
        "focuspoint": 24,
        "chapter": 16,
    }
    assert [item.title_de for item in Guideline.objects.all()] == [f"Leitlinie {number}" for number in range(1, 8)]
    assert [item.title_de for item in Priority.objects.all()] == [
        "Wir geben den Vorhaben den Vorrang, die Menschen verschiedener Herkunft an einen Tisch bringen, ihre "
        "Leistungen zeigen und jeder Form von Herabsetzung im Alltag der Stadt etwas entgegensetzen",
        "Wir öffnen Ämter, Vereine und Betriebe, damit niemand vor verschlossener Tür steht",
    ]
    assert [item.title_de for item in Subtopic.objects.filter(field__number=4).order_by("number")][5:] == [
        "Sport machen – Bewegung ermöglichen",
        None,
    ]


def test_nothing_of_the_annex_is_stored_but_edition_and_office():
    known = stored_words()

    import_texts(PAPER, WEB)

    allowed = set("Mai 2031 FACHBEREICH MITEINANDER OE 99 10 Zusammenhalt".split())
    people = set(word_sequence(annex(PAPER))) - set(word_sequence(body(PAPER))) - known - allowed
    assert {"Zwetschgenreich", "Hagebuttich", "Vogelbeerowitz"} < people
    assert people & stored_words() == set()


# Again, and without writing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [(PAPER, WEB), (WEB, PAPER), (PAPER,), (WEB,)])
def test_a_second_run_changes_nothing_and_writes_nothing(texts):
    import_texts(PAPER, WEB)
    before = stored()

    reports = import_texts(*texts)

    assert [report.nothing_changed for report in reports] == [True] * len(texts)
    assert {line.state for report in reports for line in report.lines} == {UNCHANGED}
    assert stored() == before


@pytest.mark.parametrize("first", [(), (PAPER,), (PAPER, WEB)], ids=["new", "paper there", "both there"])
def test_a_dry_run_says_what_would_happen_and_writes_nothing(first):
    if first:
        import_texts(*first)
    other = edition(PAPER, ("5. Wohnen\n", "5. Wohnen und Bauen\n"), (LAST_GUIDELINE, f"{LAST_GUIDELINE}{EIGHTH}\n\n"))
    before = stored()

    preview = import_texts(other, WEB, dry_run=True)
    after = stored()
    real = import_texts(other, WEB)

    assert after == before
    assert [report.lines for report in preview] == [report.lines for report in real]


def test_an_import_that_changes_something_moves_the_stamp_of_the_pages():
    before = ContentStamp.objects.get().changed_at

    import_texts(WEB)

    assert (ContentStamp.objects.get().changed_at > before) is True


def test_a_fault_in_the_middle_leaves_nothing_behind():
    before = stored()
    paper, web = read_text(PAPER), read_text(WEB)
    web.places[-1].title = None  # the database refuses it

    with pytest.raises(Exception, match="(?i)null"):
        place([paper, web], by=None)

    assert stored() == before


def test_people_need_the_right_to_import(person):
    before = stored()

    with pytest.raises(PermissionDenied):
        import_texts(PAPER, by=person("uebersetzung-tr"))
    denied = stored()
    import_texts(PAPER, by=person("redaktion"))

    assert denied == before
    assert SourceDocument.objects.count() == 1


# Other editions -----------------------------------------------------------------------------------------------------


def test_an_eighth_guideline_gets_an_item_and_a_page(client):
    import_texts(PAPER, WEB)

    reports = import_texts(edition(PAPER, (LAST_GUIDELINE, f"{LAST_GUIDELINE}{EIGHTH}\n\n")))

    eighth = Guideline.objects.get(number=8)
    assert (eighth.title_de, official(eighth)) == (
        "Leitlinie 8",
        ("", "Und wenn ein Satz fehlt, schreiben wir ihn dazu."),
    )
    assert reports[0].counts["guideline"] == 8
    assert lines(reports, NEW) == [("guideline/8: Und wenn ein Satz fehlt, schreiben wir ihn dazu.", "")]
    assert client.get("/de/leitlinien/8/").status_code == 200


def test_a_renamed_subtopic_takes_the_name_and_its_translations_are_outdated():
    import_texts(PAPER, WEB)
    wohnen = Subtopic.objects.get(field__number=2, number=5)

    reports = import_texts(edition(PAPER, ("5. Wohnen\n", "5. Wohnen und Bauen\n")))

    wohnen.refresh_from_db()
    assert wohnen.title_de == "Wohnen und Bauen"
    assert official(wohnen) == ("Wohnen und Bauen", "Ein Dach ist der Anfang von allem.")
    assert outdated(wohnen, "title") == {language.code for language in registry.TRANSLATIONS}
    assert outdated(wohnen, "plain") == set()
    assert lines(reports, RENAMED) == [("Wohnen und Bauen", "hieß im Portal „Wohnen“")]
    assert lines(reports, CHANGED) == [("Wohnen und Bauen", "")]


def test_a_name_that_comes_back_makes_its_translations_valid_again():
    import_texts(edition(PAPER, ("5. Wohnen\n", "5. Wohnen und Bauen\n")))
    wohnen = Subtopic.objects.get(field__number=2, number=5)

    import_texts(PAPER)

    wohnen.refresh_from_db()
    assert (wohnen.title_de, outdated(wohnen, "title")) == ("Wohnen", set())


def test_a_renamed_field_and_a_renamed_theme_take_their_names():
    import_texts(PAPER, WEB)

    renamed = edition(
        PAPER,
        ("Handlungsfeld Soziales.....\t16", "Handlungsfeld Miteinander.....\t16"),
        ("\nHandlungsfeld Soziales\n", "\nHandlungsfeld Miteinander\n"),
        ("\nGleichbehandlung\n", "\nGleiche Chancen\n"),
    )
    reports = import_texts(renamed)

    assert list(ActionField.objects.values_list("number", "title_de"))[:2] == [(1, "Bildung"), (2, "Miteinander")]
    assert CrossCuttingTheme.objects.get(number=1).title_de == "Gleiche Chancen"
    assert lines(reports, RENAMED) == [
        ("Gleiche Chancen", "hieß im Portal „Gleichbehandlung“"),
        ("Miteinander", "hieß im Portal „Soziales“"),
    ]


def test_a_name_that_a_person_wrote_stays_and_the_report_says_so(person):
    wohnen = Subtopic.objects.get(field__number=2, number=5)
    save_translation(wohnen, "de", {"title": "Ein Zuhause"}, origin=Origin.HUMAN, by=person("redaktion"))

    reports = import_texts(edition(PAPER, ("5. Wohnen\n", "5. Wohnen und Bauen\n")))

    wohnen.refresh_from_db()
    assert (wohnen.title_de, official(wohnen)[0]) == ("Ein Zuhause", "Wohnen und Bauen")
    assert lines(reports, RENAMED) == [
        ("Wohnen und Bauen", "heißt im Portal „Ein Zuhause“; ein Mensch hat das so geschrieben, es bleibt")
    ]


def test_a_second_run_changes_nothing_where_a_person_wrote_a_name(person):
    wohnen = Subtopic.objects.get(field__number=2, number=5)
    save_translation(wohnen, "de", {"title": "Ein Zuhause"}, origin=Origin.HUMAN, by=person("redaktion"))
    import_texts(PAPER, WEB)
    before = stored()

    reports = import_texts(PAPER, WEB)

    assert [report.nothing_changed for report in reports] == [True, True]
    assert stored() == before


def test_our_titles_of_guidelines_priorities_and_focus_points_stay_whatever_the_paper_says():
    models = (Guideline, Priority, FocusPoint)
    before = [list(model.objects.values_list("pk", "title_de", "plain_de")) for model in models]

    import_texts(PAPER, WEB)

    assert [list(model.objects.values_list("pk", "title_de", "plain_de")) for model in models] == before


def test_another_order_of_chapters_is_followed_and_addresses_stay():
    import_texts(PAPER, WEB)
    wording = official(Chapter.objects.get(slug="kennzahlen"))

    reordered = edition(
        PAPER,
        ("Kennzahlen\t10\n", ""),
        ("Wirksamkeitsanalysen\t11\n", "Wirksamkeitsanalysen\t11\nKennzahlen\t11\n"),
        (KENNZAHLEN, ""),
        (WIRKSAMKEIT, WIRKSAMKEIT + KENNZAHLEN),
    )
    reports = import_texts(reordered)

    assert list(Chapter.objects.filter(number__gte=8, number__lte=13).values_list("number", "slug")) == [
        (8, "rahmenbedingungen-fuer-die-umsetzung"),
        (9, "qualitaetssicherung-und-kontinuierliche-weiterentwicklung"),
        (10, "zentrale-koordination-und-wir2-0-begleitgremium"),
        (11, "wirksamkeitsanalysen"),
        (12, "kennzahlen"),
        (13, "finanzen"),
    ]
    assert official(Chapter.objects.get(slug="kennzahlen")) == wording
    assert ("Kennzahlen", "steht jetzt an Stelle 12") in lines(reports, CHANGED)


def test_chapters_in_another_order_than_their_contents_list_keep_their_texts():
    import_texts(PAPER, WEB)
    before = content()

    import_texts(edition(PAPER, (KENNZAHLEN, ""), (WIRKSAMKEIT, WIRKSAMKEIT + KENNZAHLEN)))

    assert content() == before


def test_fields_in_another_order_keep_their_numbers_and_their_own_wording():
    import_texts(PAPER, WEB)
    before = {field.title_de: (field.number, official(field)) for field in ActionField.objects.all()}
    subtopics = {item.title_de: (item.label, official(item)) for item in Subtopic.objects.named()}
    wirtschaft = PAPER[PAPER.index("\nHandlungsfeld Wirtschaft\n") : PAPER.rindex("\nHandlungsfeld Stadtverwaltung")]

    reordered = edition(
        PAPER,
        ("Handlungsfeld Wirtschaft.....\t20\n", ""),
        ("Handlungsfeld Bildung\t15\n", "Handlungsfeld Wirtschaft.....\t15\nHandlungsfeld Bildung\t15\n"),
        (wirtschaft, ""),
        ("\nHandlungsfeld Bildung\n", f"{wirtschaft}\nHandlungsfeld Bildung\n"),
    )
    import_texts(reordered)

    assert {field.title_de: (field.number, official(field)) for field in ActionField.objects.all()} == before
    assert {item.title_de: (item.label, official(item)) for item in Subtopic.objects.named()} == subtopics


def test_the_seventh_subtopic_gets_its_name_when_an_edition_names_it():
    import_texts(PAPER, WEB)

    import_texts(edition(PAPER, ("- Trainer*innen ausbilden\n", "- Trainer*innen ausbilden\n\n7. Tanz im Freien\n")))

    seventh = Subtopic.objects.get(field__number=4, number=7)
    assert (seventh.title_de, official(seventh)) == ("Tanz im Freien", ("Tanz im Freien", ""))


def test_a_field_that_announces_more_gets_places_without_a_name():
    import_texts(PAPER, WEB)

    reports = import_texts(edition(PAPER, ("Dafür gibt es vier Unterthemen", "Dafür gibt es fünf Unterthemen")))

    bildung = ActionField.objects.get(number=1)
    assert bildung.announced_subtopics == 5
    assert list(Subtopic.objects.filter(field=bildung).order_by("number").values_list("number", "title_de")) == [
        (number, None) for number in range(1, 6)
    ]
    assert ("Bildung", "kündigt 5 Unterthemen an") in lines(reports, CHANGED)


def test_a_field_of_its_own_is_added_behind_the_others():
    import_texts(PAPER, WEB)

    longer = edition(
        PAPER,
        (
            "Unsere Vision: Wir halten zusammen\t22\n",
            "Handlungsfeld Gärten\t22\nUnsere Vision: Wir halten zusammen\t22\n",
        ),
        (
            "\nAnhang\n",
            "\nHandlungsfeld Gärten\n\nHier wachsen zwei Unterthemen.\n\n1. Beete\n2. Bäume\n\n\nAnhang\n",
        ),
    )
    import_texts(longer)

    garden = ActionField.objects.get(number=7)
    assert (garden.title_de, garden.announced_subtopics) == ("Gärten", 2)
    assert [item.title_de for item in Subtopic.objects.filter(field=garden).order_by("number")] == ["Beete", "Bäume"]


def test_what_an_edition_no_longer_has_loses_its_wording_and_stays_ours():
    import_texts(PAPER)
    ours = Guideline.objects.get(number=7).plain_de

    shorter = edition(
        PAPER,
        (LAST_GUIDELINE, ""),
        (LAST_SUBTOPIC, ""),
        ("In den Mappen liegen sechs Unterthemen", "In den Mappen liegen fünf Unterthemen"),
        ("Kennzahlen\t10\n", ""),
        (KENNZAHLEN, ""),
        ("- Gute Nachrichten aufheben\n", ""),
    )
    reports = import_texts(shorter)

    seventh = Guideline.objects.get(number=7)
    assert (seventh.plain_de, seventh.published, official(seventh)) == (ours, True, None)
    assert official(Subtopic.objects.get(field__number=2, number=6)) is None
    assert official(Chapter.objects.get(slug="kennzahlen")) is None
    assert official(FocusPoint.objects.get(field__number=4, subtopic__number=4, number=3)) is None
    assert sorted(lines(reports, GONE)) == [
        ("Gesellschaftliches Engagement", "steht nicht mehr im Dokument"),
        ("Kennzahlen", "steht nicht mehr im Dokument"),
        ("focuspoint/4.4.3", "steht nicht mehr im Dokument"),
        ("guideline/7", "steht nicht mehr im Dokument"),
    ]


def test_what_the_paper_no_longer_has_is_shown_from_the_web_page():
    import_texts(PAPER, WEB)

    import_texts(edition(PAPER, (LAST_GUIDELINE, "")))

    assert list(Guideline.objects.filter(number=7).values_list("official__document__kind", "official__text")) == [
        ("web_page", "An diesen Sätzen lassen wir uns messen, heute und in zehn Jahren.")
    ]


def test_what_comes_back_gets_its_wording_back():
    import_texts(PAPER, WEB)
    before = content()
    import_texts(edition(PAPER, (LAST_GUIDELINE, ""), (KENNZAHLEN, ""), ("Kennzahlen\t10\n", "")))

    import_texts(PAPER)

    assert content() == before


@pytest.mark.parametrize(
    "changes",
    [
        [(LAST_GUIDELINE, f"{LAST_GUIDELINE}{EIGHTH}\n\n")],
        [("5. Wohnen\n", "5. Wohnen und Bauen\n")],
        [("Kennzahlen\t10\n", ""), (KENNZAHLEN, "")],
        [("Stand:\n\nMai 2031", "Stand:\n\nJuni 2032")],
    ],
    ids=["eighth guideline", "renamed subtopic", "chapter gone", "edition"],
)
def test_a_second_run_of_another_edition_changes_nothing(changes):
    import_texts(PAPER, WEB)
    other = edition(PAPER, *changes)
    import_texts(other, WEB)
    before = stored()

    reports = import_texts(other, WEB)

    assert [report.nothing_changed for report in reports] == [True, True]
    assert stored() == before


def test_a_new_edition_is_named_at_the_wording():
    import_texts(PAPER)

    import_texts(edition(PAPER, ("Stand:\n\nMai 2031", "Stand:\n\nJuni 2032")))

    assert str(Guideline.objects.get(number=1).official.document) == (
        "WIR sind Hannover – Zusammenleben in der Stadt, Juni 2032"
    )


# The city's documents -----------------------------------------------------------------------------------------------


@pytest.fixture
def citys_paper(city_documents):
    (paper,) = [path for path in city_documents if read_path(path).kind == "paper"]
    return paper.read_text(encoding="utf-8")


def test_every_paragraph_of_the_citys_paper_stands_in_the_wordings(city_documents, citys_paper):
    place([read_path(path) for path in city_documents], by=None)

    wordings = [
        " ".join(word_sequence(f"{title}\n{text}"))
        for title, text in Wording.objects.filter(document__kind="paper").values_list("title", "text")
    ]
    whole_words = re.sub(r"(\w)-\s*\n\s*\n\s*(?=[a-zäöüß])", r"\1", body(citys_paper))
    paragraphs = [" ".join(word_sequence(line)) for line in whole_words.split("\n") if line.strip()]
    paragraphs = [re.sub(r"^Handlungsfeld (?=\S+( und.*)?$)", "", part) for part in paragraphs]
    missing = [part for part in paragraphs if not any(part in wording for wording in wordings)]
    assert missing == []
    assert (len(paragraphs) > 150) is True


def test_no_name_of_the_citys_annex_is_stored_anywhere(city_documents, citys_paper):
    known = stored_words()

    place([read_path(path) for path in city_documents], by=None)

    allowed = set("April 2021 FACHBEREICH SOZIALES OE 50 60 Integration".split())
    people = set(word_sequence(annex(citys_paper))) - set(word_sequence(body(citys_paper))) - known - allowed
    assert (len(people) > 150) is True
    assert people & stored_words() == set()


def test_the_citys_documents_differ_at_guideline_six_only(city_documents):
    place([read_path(path) for path in city_documents], by=None)

    assert list(Wording.objects.exclude(note="").values_list("document__kind", "key", "note")) == [
        (
            "web_page",
            "guideline/6",
            "Im Strategiepapier steht: „entscheiden“ statt „entschieden“. Gezeigt wird das Wort der Webseite.",
        )
    ]


def test_the_citys_documents_rename_nothing_and_leave_nothing_out(city_documents):
    titles = {item.wording_key: item.title_de for model in ITEMS for item in model.objects.all()}

    reports = place([read_path(path) for path in city_documents], by=None)

    assert lines(reports, RENAMED) == []
    assert {item.wording_key: item.title_de for model in ITEMS for item in model.objects.all()} == titles
    without = [item.wording_key for model in ITEMS for item in model.objects.filter(official=None)]
    assert sorted(without) == ["subtopic/1.1", "subtopic/1.2", "subtopic/1.3", "subtopic/1.4", "subtopic/4.7"]


def test_a_second_run_on_the_citys_documents_writes_nothing(city_documents):
    place([read_path(path) for path in city_documents], by=None)
    before = stored()

    reports = place([read_path(path) for path in reversed(city_documents)], by=None)

    assert [report.nothing_changed for report in reports] == [True, True]
    assert stored() == before
