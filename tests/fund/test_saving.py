"""Nobody's words are lost: not with wrong input, not in three tabs, not when the case was sent meanwhile."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fund import saving
from fund.actors import APPLICANT, Actor, Part
from fund.models import Application, Helper, RivalText
from tests.fund.cases import NOW, SMALL, create_draft, posted, write

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def texts(application):
    return {(each.question, each.row): each.text for each in application.answers.all()}


def test_what_is_typed_is_kept_beside_what_it_means():
    application = create_draft(
        {"kosten": {"total": "1.500,50 €", "requested": "١٢٠٠"}, "wo-wann": {"starts": "1/9/27"}}
    )

    found = {each.question: (each.text, each.amount, each.day) for each in application.answers.all()}

    assert found == {
        "total": ("1.500,50 €", Decimal("1500.50"), None),
        "requested": ("١٢٠٠", Decimal(1200), None),
        "starts": ("1/9/27", None, date(2027, 9, 1)),
    }


@pytest.mark.parametrize("typed", ["viel", "1e5", "-1", "0", "1,234,5", "5.000,011"])
def test_a_wrong_amount_is_stored_and_told(typed):
    application = create_draft()

    saved = write(application, "kosten", {"total": "2000", "requested": typed})

    assert texts(application) == {("total", 0): "2000", ("requested", 0): typed}
    assert [(problem.question, problem.missing) for problem in saved.problems] == [("requested", False)]


def test_an_empty_page_is_saved_and_is_no_fault():
    application = create_draft()

    saved = write(application, "kosten", {"total": "", "requested": ""})

    assert (saved.problems, saved.changed, texts(application)) == ([], [], {})


def test_a_second_post_of_the_same_page_changes_nothing():
    application = create_draft()
    page = posted(application, "was", {"title": "Kochen", "plan": "Suppe"})

    saving.save(application, "was", page, by=APPLICANT, now=NOW)
    saved = saving.save(application, "was", page, by=APPLICANT, now=LATER)

    assert (saved.changed, saved.conflicts) == ([], [])
    assert [each.version for each in application.answers.all()] == [1, 1]


def test_the_second_of_two_tabs_keeps_both_texts_and_saves_the_rest():
    application = create_draft({"was": {"title": "Kochen"}})
    first = posted(application, "was", {"title": "Kochen für alle", "plan": ""})
    second = posted(application, "was", {"title": "Kochen und Essen", "plan": "Suppe"})

    saving.save(application, "was", first, by=APPLICANT, now=NOW)
    saved = saving.save(application, "was", second, by=APPLICANT, now=LATER)

    assert texts(application) == {("title", 0): "Kochen für alle", ("plan", 0): "Suppe"}
    assert [each.text for each in saving.open_rivals(application)] == ["Kochen und Essen"]
    assert saved.conflicts == [("title", 0)]


def test_a_field_that_nobody_touched_is_no_conflict():
    application = create_draft({"was": {"title": "Kochen", "plan": "Suppe"}})
    second = posted(application, "was", {"title": "Kochen", "plan": "Suppe und Brot"})

    write(application, "was", {"title": "Kochen für alle"})
    saved = saving.save(application, "was", second, by=APPLICANT, now=LATER)

    assert texts(application) == {("title", 0): "Kochen für alle", ("plan", 0): "Suppe und Brot"}
    assert saved.conflicts == []


def test_three_tabs_and_a_helper_keep_every_text_once():
    application = create_draft({"was": {"title": "A"}})
    helper = Helper.objects.create(application=application, name="Nachbarin", added_at=NOW)
    by_helper = Actor(Part.HELPER, helper=helper)
    pages = [posted(application, "was", {"title": text}) for text in ("B", "C", "D", "C")]

    for page, by in zip(pages, [APPLICANT, by_helper, APPLICANT, by_helper], strict=True):
        saving.save(application, "was", page, by=by, now=LATER)

    assert texts(application) == {("title", 0): "B"}
    assert [(each.text, each.helper) for each in saving.open_rivals(application)] == [("C", helper), ("D", None)]


def test_the_chosen_text_takes_the_place_and_the_other_stays_on_record():
    application = create_draft({"was": {"title": "A"}})
    page = posted(application, "was", {"title": "C"})
    write(application, "was", {"title": "B"})
    saving.save(application, "was", page, by=APPLICANT, now=LATER)
    rival = saving.open_rivals(application).get()

    saving.settle(application, "was", rival.pk, take=True, by=APPLICANT, now=LATER)

    rival.refresh_from_db()
    assert texts(application) == {("title", 0): "C"}
    assert (rival.text, rival.settled_at) == ("B", LATER)
    assert not saving.open_rivals(application).exists()


def test_a_rival_of_another_case_is_not_to_be_had():
    application, other = create_draft({"was": {"title": "A"}}), create_draft({"was": {"title": "X"}})
    page = posted(other, "was", {"title": "Z"})
    write(other, "was", {"title": "Y"})
    saving.save(other, "was", page, by=APPLICANT, now=LATER)
    rival = saving.open_rivals(other).get()

    assert not saving.settle(application, "was", rival.pk, take=True, by=APPLICANT, now=LATER)
    assert (texts(application), texts(other)) == ({("title", 0): "A"}, {("title", 0): "Y"})


def test_a_case_that_was_sent_meanwhile_is_not_written_and_the_words_come_back():
    application = create_draft(SMALL)
    page = posted(application, "was", {"title": "Zu spät"})
    before = texts(application)
    # no revision in this test: the row alone decides
    Application.objects.filter(pk=application.pk).update(state=Application.State.ERASED)

    with pytest.raises(saving.NotWritable) as refusal:
        saving.save(application, "was", page, by=APPLICANT, now=LATER)

    assert refusal.value.typed == {("title", 0): "Zu spät"}
    assert texts(application) == before


def test_signs_that_cannot_be_read_go_and_the_rest_stays():
    application = create_draft()

    saved = write(application, "was", {"title": "Ko\x00chen\ud800", "plan": "eins\r\nzwei\tdrei\rvier"})

    assert texts(application) == {("title", 0): "Kochen", ("plan", 0): "eins\nzwei\tdrei\nvier"}
    assert saved.unreadable == [("title", 0)]


def test_a_text_that_is_too_long_is_kept_up_to_a_limit_that_is_told():
    application = create_draft()

    saved = write(application, "was", {"title": "Kochen", "plan": "a" * 1_000_000})

    assert len(texts(application)["plan", 0]) == 20_000
    assert [problem.text for problem in saved.problems] == [
        "Dieser Text ist viel zu lang. Wir haben die ersten <bdi>20.000</bdi> Zeichen gespeichert. "
        "Bitte kürzen Sie ihn auf <bdi>3.000</bdi> Zeichen."
    ]


def test_saving_moves_the_end_of_a_draft_on():
    application = create_draft()
    Application.objects.filter(pk=application.pk).update(warned=2)

    write(application, "was", {"title": "Kochen"}, now=LATER)

    application.refresh_from_db()
    assert (application.saved_at, application.warned, application.version) == (LATER, 0, 1)


def test_a_removed_line_leaves_the_others_where_they_are():
    application = create_draft({"kostenplan": {"cost_what-1": "A", "cost_what-2": "B", "cost_amount-2": "5"}})
    question = next(each for each in saving.BY_KEY["kostenplan"].questions)

    saving.remove_row(application, "kostenplan", question, 1, by=APPLICANT, now=LATER)

    assert texts(application) == {("cost_what", 1): "", ("cost_what", 2): "B", ("cost_amount", 2): "5"}


def test_a_title_stands_on_one_line_and_turns_nothing_around():
    application = create_draft({})
    typed = {"title": "Fest\u2069\u202e\r\n\r\nWir bewilligen\u2028Ihr Geld", "plan": "Erst\nso \u2067dann\u2069"}

    saving.save(application, "was", posted(application, "was", typed), by=APPLICANT, now=NOW)

    assert texts(application) == {("title", 0): "Fest  Wir bewilligen Ihr Geld", ("plan", 0): "Erst\nso dann"}


def test_second_texts_do_not_fill_the_disk_and_open_ones_are_never_thrown_away(monkeypatch):
    monkeypatch.setattr(saving, "MOST_RIVALS", 3)
    application = create_draft({"was": {"title": "A"}})
    pages = [posted(application, "was", {"title": f"Titel {number}"}) for number in range(7)]
    for page in pages[:4]:  # the first one is no rival
        saving.save(application, "was", page, by=APPLICANT, now=NOW)
    full = posted(application, "was", {"title": "zu viel", "plan": "Suppe"})
    full["v-title"] = "x"

    with pytest.raises(saving.NotWritable) as refusal:
        saving.save(application, "was", full, by=APPLICANT, now=LATER)
    first = saving.open_rivals(application).order_by("pk").first()
    saving.settle(application, "was", first.pk, take=False, by=APPLICANT, now=LATER)
    saving.save(application, "was", pages[4], by=APPLICANT, now=LATER)

    assert refusal.value.typed == {("title", 0): "zu viel", ("plan", 0): "Suppe"}
    open_ = [each.text for each in saving.open_rivals(application).order_by("pk")]
    assert open_ == ["Titel 2", "Titel 3", "Titel 4"]
    assert not RivalText.objects.filter(pk=first.pk).exists()
