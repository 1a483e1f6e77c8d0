"""The desk of the project team: what waits, one case on one page, and every button through the doors."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund import handling
from fund.actors import APPLICANT
from fund.desk import desks
from fund.models import Application, CaseMessage, CaseNote, ChangeRequest, Decision, Flag, Helper, Letter, RefusalReason
from fund.workflow import perform
from tests.fund.factories import (
    PROJECT,
    SECRET,
    check,
    create_application,
    create_draft,
    fresh,
    plan_meeting,
    refuse,
    rows,
    team,
    touch,
)
from wir.accounts.models import User
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db

NOW = timezone.now()  # the desk asks the clock: what these tests make begins today


def case(state="formal_check", **values):
    return create_application(state, NOW, **soon() | values)[0]


def soon():
    """Days after any promised answer, so that nothing is begun too early."""
    first = timezone.localdate(NOW) + timedelta(days=400)
    return {"starts": first, "ends": first + timedelta(days=30)}


def message_of(application, **values):
    """A message of the applicant in Turkish."""
    return CaseMessage.objects.create(
        application=application, from_office=False, language="tr", text="Merhaba", sent_at=NOW, **values
    )


def at(name, application, part=None):
    if part is None:
        return reverse("admin:fund_act", args=[application.pk, name])
    return reverse("admin:fund_act_on", args=[application.pk, name, part.pk])


def send(client, name, application, part=None, **typed):
    return client.post(at(name, application, part), {"version": application.version} | typed)


def shown(client, application):
    answer = client.get(reverse("admin:fund_case", args=[application.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def section(page, key):
    """The part of a page below the heading with this id, without tags."""
    found = re.search(rf'<section aria-labelledby="{key}">(.*?)</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else None


def desk(client, query=""):
    answer = client.get(reverse("admin:fund_desk") + query)
    assert answer.status_code == 200
    return answer.content.decode()


# The queue ------------------------------------------------------------------------------------------------------------


def test_new_cases_stand_with_the_day_their_answer_was_promised(signed_in):
    application = case("submitted")

    text = section(desk(signed_in("team1")), "neu")

    promised = timezone.localdate(NOW) + timedelta(days=application.rule_set.answer_days_micro)
    assert f"{application.reference} Gemeinsam kochen in Linden {promised:%d.%m.%Y} eingegangen noch niemandem" in text


def test_a_promise_that_is_over_is_said_so(signed_in):
    create_application("submitted", NOW - timedelta(days=40), **soon())

    assert "überfällig seit" in section(desk(signed_in("team1")), "neu")


def test_each_list_holds_what_waits_and_nothing_else(signed_in):
    client = signed_in("team1")
    asked, refused = case("info_requested"), case("ineligible", title="Zweites", organisation="Verein B")
    message_of(asked, translate_by=timezone.localdate(NOW) + timedelta(days=3))

    page = desk(client)

    assert section(page, "neu") == "Neu und in Prüfung Nichts wartet."
    assert asked.reference in section(page, "nachrichten")
    due = timezone.localdate(NOW) + timedelta(days=3)
    assert f"{due:%d.%m.%Y} Arbeitsübersetzung: {asked.reference}" in section(page, "fristen")
    assert f"Antwort auf unsere Rückfrage: {asked.reference}" in section(page, "fristen")
    assert refused.reference in section(page, "entscheidungen")
    assert "eine zweite Person liest den Brief" in section(page, "entscheidungen")


def test_a_handled_and_a_translated_message_leave_the_lists(signed_in):
    application, client = case(), signed_in("team1")
    message = CaseMessage.objects.create(
        application=application,
        from_office=False,
        language="tr",
        text="Merhaba",
        sent_at=NOW,
        translate_by=date.today(),
    )

    send(client, "bearbeitet", application, message)
    send(client, "uebersetzen", application, message, translation="Hallo", origin="person")

    page = desk(client)
    assert section(page, "nachrichten").endswith("Nichts wartet.")
    assert "Arbeitsübersetzung" not in section(page, "fristen")


def test_drafts_are_a_number_and_nothing_more(signed_in):
    create_draft(NOW, title=f"Titel {SECRET}", organisation=f"Verein {SECRET}")

    page = desk(signed_in("leitung"))

    assert "Ein Antrag wird gerade geschrieben." in section(page, "uhr")
    assert SECRET not in page


def test_examples_never_stand_beside_real_cases(signed_in):
    client = signed_in("team1")
    real, sample = case(), case(sample=True, title="Ein Beispiel")

    assert (real.reference in desk(client), sample.reference in desk(client)) == (True, False)
    assert (real.reference in desk(client, "?beispiele=1"), sample.reference in desk(client, "?beispiele=1")) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=kochen", ["kochen"]),
        ("?q=Musikverein", ["musik"]),
        ("?stand=formal_check", ["kochen"]),
        ("?stand=draft", ["kochen", "musik"]),
        ("?stufe=project", ["musik"]),
        ("?stufe=%00&stand=x&seite=zz", ["kochen", "musik"]),
        ("?meine=1", ["kochen"]),
        ("?q=%00gibt-es-nicht", []),
    ],
)
def test_the_list_finds_by_word_state_tier_and_person(signed_in, query, found):
    case()  # taken by team1
    larger = PROJECT | {"organisation": "Musikverein", "title": "Ein Jahr Musik"}
    create_application("submitted", NOW, answers=larger | soon())

    text = section(desk(signed_in("team1"), query), "suche")

    assert [
        name for name, title in (("kochen", "Gemeinsam kochen"), ("musik", "Ein Jahr Musik")) if title in text
    ] == found


def test_the_list_finds_by_reference(signed_in):
    application = case()

    assert application.reference in section(desk(signed_in("team1"), f"?q={application.reference.lower()}"), "suche")


def copies(application, number):
    """Many cases like this one, with a message and a question each."""
    names = [field.attname for field in Application._meta.concrete_fields if field.attname != "id"]
    first = {name: getattr(application, name) for name in names}
    made = Application.objects.bulk_create(
        Application(**first | {"reference": f"{application.reference}-{each}"}) for each in range(number)
    )
    for each in made:
        message_of(each, translate_by=date.today())
        ChangeRequest.objects.create(
            application=each, before=application.revision, asked_at=NOW, asked_by=team().user, due=date.today(), days=3
        )


@pytest.mark.parametrize("number", [3, 300])
def test_the_queue_needs_as_many_statements_for_three_as_for_three_hundred(
    signed_in, number, django_assert_max_num_queries
):
    copies(create_application("submitted", NOW, answers=PROJECT | soon())[0], number)  # these wait for a meeting
    copies(case(), number)
    client = signed_in("team1")
    desk(client)

    with django_assert_max_num_queries(15):
        desk(client)


# The index of the back office -----------------------------------------------------------------------------------------


def test_the_index_tells_what_needs_whom():
    case("submitted")
    refused = case(title="Zweites", organisation="Verein B")
    perform(refused, "propose_refusal", by=team(), now=NOW, reason=RefusalReason.objects.first())

    def told(name):
        found = desks(User.objects.get(username=name), date.today())
        team_desk = next((desk for desk in found if desk.key == "antraege"), None)
        return {line.text: line.count for line in team_desk.groups[0].lines} if team_desk else {}

    proposal = "Vorschlag, über den eine zweite Person entscheidet"
    waiting = {"neu eingegangen": 1, "in formaler Prüfung": 1}
    assert told("team1") == waiting  # who proposed it is not the second person
    assert told("team2") == waiting | {proposal: 1}
    assert [told(name) for name in ("datenschutz", "gremium1", "redaktion", "finanzen")] == [{}] * 4


# One case -------------------------------------------------------------------------------------------------------------


def test_everything_about_a_case_stands_on_its_page(signed_in):
    application = case(plan=f"Unser Plan: {SECRET}", language="tr")
    other = case(title="Ein anderes", requested=Decimal(900))
    Helper.objects.create(application=application, name="Ali Demir", organisation="Beratung", added_at=NOW)
    flag = Flag.objects.create(application=application, kind=Flag.Kind.SPLITTING, raised_at=NOW)
    flag.others.add(other)
    CaseNote.objects.create(application=application, text="Rückruf am Montag", at=NOW, by=team().user)

    page = shown(signed_in("team1"), application)

    facts = section(page, "fakten")
    for part in ("Nachbarschaft Linden e. V.", "1.200 € von 1.500 €", "Türkçe", "Ali Demir"):
        assert part in facts
    assert SECRET in section(page, "antworten")
    assert other.reference in section(page, "hinweise")
    assert "Rückruf am Montag" in section(page, "notizen")
    assert "einreichen antragstellende Person eingegangen" in section(page, "verlauf")


def test_a_button_that_is_blocked_tells_every_reason(signed_in):
    application = case()
    application.flags.create(kind=Flag.Kind.EARLY_START, raised_at=NOW)

    text = section(shown(signed_in("team1"), application), "schritte")

    assert "zur Entscheidung im Projektteam : noch nicht möglich" in text
    assert "Prüfliste: „Die Kosten sind nachvollziehbar“ ist noch nicht bestätigt." in text
    assert "klären Sie zuerst diesen Hinweis" in text
    assert "formal ablehnen (zweite Person)" not in text  # nobody has proposed it
    assert "Rückfrage stellen" in text and "Rückfrage stellen : noch" not in text


def test_who_may_only_read_sees_no_button_and_no_form(signed_in):
    page = shown(signed_in("datenschutz"), case())

    assert section(page, "schritte") is None
    assert "<textarea" not in page


def test_what_an_answer_changed_is_marked(signed_in):
    application = touch(case("info_requested"), NOW)
    application.answers.filter(question="plan").update(text="Wir kochen jede Woche zusammen und essen im Hof.")
    application = fresh(perform(fresh(application), "answer", by=APPLICANT, now=NOW))

    page = shown(signed_in("team1"), application)

    assert "<del>jeden Monat</del>" in page
    assert "<ins>jede Woche</ins>" in page


# Buttons --------------------------------------------------------------------------------------------------------------


def test_take_gives_the_case_to_who_pressed(signed_in):
    application = case("submitted")

    answer = send(signed_in("team2"), "take", application)

    assert (answer.status_code, answer.url) == (302, reverse("admin:fund_case", args=[application.pk]))
    application = fresh(application)
    assert (application.state, application.assigned_to.username) == ("formal_check", "team2")


def test_who_helped_to_write_cannot_take_check_or_read_the_letter(signed_in):
    application = case("submitted")
    helper = User.objects.get(username="team1")
    application.helpers.create(name="Team", user=helper, added_at=NOW)
    client = signed_in("team1")

    refused = send(client, "take", application)

    assert refused.status_code == 422
    assert "prüfen muss jemand anderes" in refused.content.decode()
    application = fresh(perform(fresh(application), "take", by=team("team2"), now=NOW))
    ticked = send(client, "pruefliste", application, is_costs="yes", **{"initial-is_costs": ""})
    assert (ticked.status_code, application.checked_points.count()) == (422, 0)


def test_a_question_asks_for_sections_in_two_languages(signed_in):
    application = case(language="tr")
    due = timezone.localdate(NOW) + timedelta(days=21)

    answer = send(
        signed_in("team1"),
        "ask",
        application,
        due=f"{due:%d.%m.%Y}",
        ask_was="Was kochen Sie?",
        said_was="Ne?",
        ask_wer=" ",
    )

    assert answer.status_code == 302
    request = ChangeRequest.objects.get()
    assert (request.due, fresh(application).state) == (due, "info_requested")
    assert list(request.sections.values_list("section", "text", "translation")) == [("was", "Was kochen Sie?", "Ne?")]


def test_a_question_without_section_or_time_is_refused_and_keeps_what_was_typed(signed_in):
    application, before = case(), rows()
    tomorrow = timezone.localdate(NOW) + timedelta(days=1)
    client = signed_in("team1")

    short = send(client, "ask", application, due=f"{tomorrow:%d.%m.%Y}", ask_was=f"Was? {SECRET}")
    empty = send(client, "ask", application, due="irgendwann", ask_was=" ")

    assert (short.status_code, empty.status_code) == (422, 422)
    assert (SECRET in short.content.decode(), "mindestens 10 Tage" in short.content.decode()) == (True, True)
    assert ("irgendwann" in empty.content.decode()) is True
    assert rows() == before


def test_the_deadline_can_be_moved_on(signed_in):
    application = case("info_requested")
    later = application.change_requests.get().due + timedelta(days=7)

    answer = send(signed_in("team1"), "extend", application, due=f"{later:%d.%m.%Y}")

    assert (answer.status_code, application.change_requests.get().due) == (302, later)


def test_the_checklist_keeps_findings_and_notes(signed_in):
    application = case()

    answer = send(signed_in("team1"), "pruefliste", application, is_costs="yes", is_place="no", note_place="Laatzen?")

    assert answer.status_code == 302
    found = application.checked_points.order_by("point").values_list("point", "fine", "note", "by__username")
    assert list(found) == [("costs", True, "", "team1"), ("place", False, "Laatzen?", "team1")]


def test_two_people_who_tick_at_once_do_not_undo_each_other(signed_in):
    application, client = case(), signed_in("team1")
    send(client, "pruefliste", application, is_costs="no", note_costs="Miete fehlt")

    unseen = {"initial-is_costs": "", "is_costs": "", "initial-note_costs": "", "note_costs": "", "is_place": "yes"}
    send(client, "pruefliste", application, **unseen)

    assert dict(application.checked_points.values_list("point", "fine")) == {"costs": False, "place": True}


@pytest.mark.parametrize("known", [True, False])
def test_the_promised_day_presses_until_the_result_is_known(signed_in, known):
    application = case("team_decision")
    at = timezone.now() if known else None
    long_ago = NOW - timedelta(days=300)
    Application.objects.filter(pk=application.pk).update(
        state="approved", submitted_at=long_ago, decision_recorded_at=NOW, decision_released_at=at
    )

    page = shown(signed_in("team1"), application)

    assert ('<strong class="overdue">' in page) is not known


def test_a_checked_case_goes_on_to_the_team(signed_in):
    application = check(case(), NOW)

    answer = send(signed_in("team1"), "forward_to_team", application)

    assert (answer.status_code, fresh(application).state) == (302, "team_decision")


def test_a_larger_case_needs_a_summary_and_a_meeting(signed_in):
    plan_meeting(timezone.localdate(NOW) + timedelta(days=60))
    application, client = create_application("formal_check", NOW, answers=PROJECT | soon())[0], signed_in("team1")
    application = check(application, NOW)
    Application.objects.filter(pk=application.pk).update(summary_de="")

    refused = send(client, "forward_to_body", application)
    saved = send(client, "kurzfassung", application, summary_de="Ein Jahr Musik.")
    gone = send(client, "forward_to_body", fresh(application))

    assert (refused.status_code, saved.status_code, gone.status_code) == (422, 302, 302)
    assert (fresh(application).state, fresh(application).summary_de) == ("board_queue", "Ein Jahr Musik.")


def test_a_refusal_takes_two_people_and_a_read_letter(signed_in):
    application, reason = case(language="tr"), RefusalReason.objects.get(key="schon-begonnen")
    first, second = Client(), Client()
    first.force_login(team().user)
    second.force_login(team("team2").user)

    proposed = send(first, "propose_refusal", application, reason=reason.pk, sentence_de="Seit Mai.", sentence="Mayıs.")
    alone = send(first, "refuse", fresh(application))
    confirmed = send(second, "refuse", fresh(application))
    letter = Letter.objects.get()
    seen = re.search(
        r'name="seen" value="(\w+)"', first.get(at("brief-gelesen", application, letter)).content.decode()
    )[1]
    unread = send(first, "release_refusal", fresh(application))
    own = send(second, "brief-gelesen", application, letter, seen=seen)
    read = send(first, "brief-gelesen", application, letter, seen=seen)
    released = send(second, "release_refusal", fresh(application))

    statuses = [each.status_code for each in (proposed, alone, confirmed, unread, own, read, released)]
    assert statuses == [302, 422, 302, 422, 422, 302, 302]
    decision, letter = Decision.objects.get(), fresh(letter)
    assert (decision.proposed_by.username, decision.confirmed_by.username) == ("team1", "team2")
    assert (letter.read_by.username, letter.released_by.username) == ("team1", "team2")
    assert "Mayıs." in letter.text
    assert fresh(application).decision_released_at is not None


def test_a_proposal_can_be_dropped_with_a_reason(signed_in):
    application = case()
    perform(application, "propose_refusal", by=team(), now=NOW, reason=RefusalReason.objects.first())
    application, client = fresh(application), signed_in("team2")

    without = send(client, "drop_refusal", application, note=" ")
    dropped = send(client, "drop_refusal", application, note="Doch vollständig")

    assert (without.status_code, dropped.status_code) == (422, 302)
    assert Decision.objects.get().dropped_at is not None


def test_words_that_changed_while_somebody_read_are_shown_again(signed_in):
    application, client = refuse(case(), NOW), signed_in("team1")
    letter = Letter.objects.get()
    Letter.objects.filter(pk=letter.pk).update(text_de="Inzwischen anders.")

    answer = send(client, "brief-gelesen", application, letter, seen="0" * 64)

    page = answer.content.decode()
    assert (answer.status_code, FASTER in page, "Inzwischen anders." in page) == (409, True, True)
    assert fresh(letter).read_at is None


def test_who_acts_on_an_older_page_is_told_and_loses_nothing_typed(signed_in):
    application, before = case(), None
    old = application.version
    Application.objects.filter(pk=application.pk).update(version=old + 1)
    before = rows()
    due = timezone.localdate(NOW) + timedelta(days=30)

    answer = send(signed_in("team1"), "ask", application, due=f"{due:%d.%m.%Y}", ask_was=f"Was? {SECRET}")

    page = answer.content.decode()
    assert (answer.status_code, FASTER in page, SECRET in page) == (409, True, True)
    assert f'name="version" value="{old + 1}"' in page  # after another look it can be sent
    assert rows() == before


def test_a_move_that_the_state_does_not_have_is_a_conflict(signed_in):
    application, before = case("submitted"), rows()

    answer = send(signed_in("team1"), "forward_to_team", application)

    assert (answer.status_code, rows()) == (409, before)


def test_get_changes_nothing(signed_in):
    application, client = refuse(case(), NOW), signed_in("team1")
    message = handling.write_message(application, language="de", text="Guten Tag", by=team().user, now=NOW)
    letter = Letter.objects.get()
    before = rows()

    pages = [
        at(name, application) for name in ("take", "ask", "propose_refusal", "release_refusal", "notiz", "pruefliste")
    ]
    pages += [at("uebersetzen", application, message), at("brief", application, letter)]
    pages += [reverse("admin:fund_case", args=[application.pk]), reverse("admin:fund_desk")]

    assert {client.get(page).status_code for page in pages} == {200}
    assert rows() == before


# Messages, notes, flags -----------------------------------------------------------------------------------------------


def test_a_german_message_to_somebody_who_reads_another_language_wants_a_translation_by_a_day(signed_in):
    application = case(language="tr")

    send(signed_in("team1"), "nachricht", application, language="de", text="Wir rufen Sie an.")

    message = CaseMessage.objects.get()
    assert (message.from_office, message.language, message.user.username) == (True, "de", "team1")
    assert message.translate_by == timezone.localdate() + timedelta(days=handling.TRANSLATION_DAYS)


def test_a_message_with_its_translation_says_who_made_it(signed_in):
    application, client = case(language="tr"), signed_in("team1")
    typed = {"language": "de", "text": "Wir rufen an.", "translation": "Arayacağız."}

    unlabelled = send(client, "nachricht", application, **typed)
    labelled = send(client, "nachricht", application, **typed, origin="machine")

    assert (unlabelled.status_code, labelled.status_code) == (422, 302)
    message = CaseMessage.objects.get()
    found = (message.translation, message.translation_language, message.translation_origin, message.translate_by)
    assert found == ("Arayacağız.", "tr", "machine", None)


def test_a_second_click_sends_no_second_message_and_writes_no_second_note(signed_in):
    application, client = case(), signed_in("team1")

    for _click in (1, 2):
        send(client, "nachricht", application, language="de", text="Guten Tag")
        send(client, "notiz", application, text="Rückruf")

    assert (CaseMessage.objects.count(), CaseNote.objects.count()) == (1, 1)


def test_a_working_translation_stands_beside_the_original_with_its_label(signed_in):
    application, client = case(language="tr"), signed_in("team1")
    message = message_of(application)

    send(client, "uebersetzen", application, message, translation="Hallo", origin="machine")

    text = section(shown(client, application), "nachrichten")
    assert "Merhaba Arbeitsübersetzung (Deutsch), maschinell übersetzt, nicht geprüft, eingetragen von team1" in text


@pytest.mark.parametrize("text", ["", " \u200b ", "a\x00b", "x" * 5001])
def test_an_empty_or_broken_text_is_refused(signed_in, text):
    application, before = case(), rows()
    client = signed_in("team1")

    answers = [send(client, name, application, language="de", text=text) for name in ("notiz", "nachricht")]

    assert [each.status_code for each in answers] == [422, 422]
    assert (CaseNote.objects.count(), CaseMessage.objects.count(), rows()) == (0, 0, before)


def test_a_flag_is_settled_once_and_with_a_word(signed_in):
    application, client = case(), signed_in("team1")
    flag = Flag.objects.create(application=application, kind=Flag.Kind.DUPLICATE, raised_at=NOW)

    without = send(client, "hinweis", application, flag, note="")
    settled = send(client, "hinweis", application, flag, note="zwei Gruppen")
    again = send(client, "hinweis", application, flag, note="doch nicht")

    assert [each.status_code for each in (without, settled, again)] == [422, 302, 422]
    flag = fresh(flag)
    assert (flag.note, flag.settled_by.username) == ("zwei Gruppen", "team1")


def test_the_file_number_of_the_city_is_kept(signed_in):
    application = case()

    send(signed_in("team1"), "aktenzeichen", application, file_number="50.6-12/3")

    assert fresh(application).file_number == "50.6-12/3"


def test_two_summaries_at_once_do_not_overwrite_each_other():
    application = case()
    first, second = fresh(application), fresh(application)
    handling.change(first, summary_de="Die erste.", by=team().user, now=NOW)

    with pytest.raises(Refused, match=FASTER):
        handling.change(second, summary_de="Die zweite.", by=team("team2").user, now=NOW)

    assert fresh(application).summary_de == "Die erste."


def test_what_was_typed_is_never_markup(signed_in):
    application = case(title="<script>alert(1)</script>", plan="<b>fett</b>")
    client = signed_in("team1")

    pages = [shown(client, application), desk(client), client.get(at("ask", application)).content.decode()]

    assert ["<script>alert" in page or "<b>fett" in page for page in pages] == [False, False, False]
