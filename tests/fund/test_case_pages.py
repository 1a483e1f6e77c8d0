"""The page of a case and its doors: what an applicant reads, does, does twice, and must not learn yet."""

import hashlib
import io
import json
import re
import zipfile
from datetime import timedelta

import html5lib
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import gettext

from fund import access, copying, handling, letter_paper
from fund.actors import APPLICANT
from fund.models import Application, CaseMessage, FundYear, Helper, Letter, RequestedSection
from fund.workflow import perform
from tests.fund.factories import (
    PROJECT,
    approve,
    ask,
    create_application,
    create_draft,
    create_reason,
    create_year,
    fresh,
    has_money,
    plan_meeting,
    read_letter,
    release,
    rows,
    team,
    touch,
)
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

PAGES = ["", "quittung/", "gesendet/", "nachrichten/", "loeschen/", "alles/"]


@pytest.fixture
def now():
    """The real moment: pages look at the clock themselves."""
    return timezone.now()


def soon(now, **answers):
    """Days after today, so that the case is as fresh as the page that shows it."""
    today = timezone.localdate(now)
    return {"starts": today + timedelta(days=200), "ends": today + timedelta(days=300)} | answers


def create(state, now, **values):
    return create_application(state, now, **soon(now, **values))


def page(client, secret, rest="", language="en", **values):
    return client.get(f"/{language}/fonds/antrag/{secret.lower()}/{rest}", **values)


def post(client, secret, rest, language="en", **data):
    return client.post(f"/{language}/fonds/antrag/{secret.lower()}/{rest}", data)


def body(response):
    """Its text. A stream is read to its end, which closes it as the server does."""
    return (response.getvalue() if response.streaming else response.content).decode(errors="replace")


# What the page says ---------------------------------------------------------------------------------------------------


def test_a_draft_is_its_list_of_topics(client, now):
    _draft, secret = create_draft(now)

    response = page(client, secret)

    assert response.status_code == 200
    assert "fund/form/tasklist.html" in [template.name for template in response.templates]


def test_the_page_tells_reference_step_and_day(client, now):
    case, secret = create("submitted", now)
    by = timezone.localdate(now) + timedelta(days=case.rule_set.answer_days_micro)

    text = body(page(client, secret))

    assert case.reference in text
    assert len(re.findall('aria-current="step"', text)) == 1
    assert f"{by.day} {by:%B %Y}" in text


@pytest.mark.parametrize("language", ["de", "tr", "ar", "de-simple"])
@pytest.mark.parametrize("state", ["submitted", "info_requested", "board_queue", "withdrawn", "ineligible", "lapsed"])
def test_every_page_is_valid_html_in_every_direction(client, now, state, language):
    plan_meeting(timezone.localdate(now) + timedelta(days=40))
    case, secret = create(state, now, **({"answers": PROJECT} if state == "board_queue" else {}))

    for rest in ["", "quittung/", "gesendet/", "nachrichten/", "loeschen/"]:
        response = page(client, secret, rest, language)
        assert response.status_code == 200
        text = body(response)
        html5lib.HTMLParser(strict=True).parse(text)
        assert text.count("<h1") == 1
        assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store, private", "no-referrer")
    assert fresh(case).state == state


@pytest.mark.parametrize("state", Application.State.values)
def test_reading_changes_nothing_in_any_state(client, now, state):
    plan_meeting(timezone.localdate(now) + timedelta(days=40))
    _case, secret = create(state, now)
    before = rows()

    for rest in [*PAGES, "quittung.pdf", "zurueckziehen/"]:
        for method in (client.get, client.head):
            response = method(f"/de/fonds/antrag/{secret.lower()}/{rest}")
            assert response.status_code in (200, 302, 404)
            body(response)

    assert rows() == before


@pytest.mark.parametrize("rest", ["antwort/", "wieder-oeffnen/", "kopieren/"])
def test_what_changes_something_is_posted(client, now, rest):
    _case, secret = create("withdrawn", now)

    assert page(client, secret, rest).status_code == 405


@pytest.mark.parametrize("state", ["submitted", "info_requested", "withdrawn"])
@pytest.mark.parametrize("rest", ["", "nachrichten/", "gesendet/", "quittung/"])
def test_pages_take_few_statements_whatever_stands_on_them(client, now, state, rest):
    case, secret = create(state, now)
    for number in range(3):
        CaseMessage.objects.create(application=case, from_office=False, language="de", text=str(number), sent_at=now)

    with CaptureQueriesContext(
        connection,
    ) as statements:
        page(client, secret, rest)

    assert len(statements) <= 12


# Nothing of a result before it is released ----------------------------------------------------------------------------


def shown(client, secret):
    """Everything the applicant can read, without what differs from one case to the next."""
    told = {}
    for rest in ["", "quittung/", "gesendet/", "nachrichten/", "loeschen/", "zurueckziehen/", "zugang/", "unterlagen/"]:
        response = page(client, secret, rest)
        told[rest] = response.status_code, body(response)
    archive = zipfile.ZipFile(io.BytesIO(page(client, secret, "alles/").getvalue()))
    told |= {name: archive.read(name).decode() for name in archive.namelist()}
    return told


def levelled(text, case, secret):
    text = str(text).replace(case.reference, "REF").replace(secret.lower(), "SECRET").replace(secret, "SECRET")
    grouped = "-".join(secret[start : start + 4] for start in range(0, 16, 4))
    text = re.sub(r'name=\\?"marke\\?" value=\\?"[^"]*"', "", text.replace(grouped, "SECRET"))
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:+]*|\d\d:\d\d", "MOMENT", text)


def test_a_refusal_that_is_not_released_looks_in_every_place_like_a_case_being_checked(client, now):
    checked, checked_secret = create("formal_check", now)
    refused, refused_secret = create("ineligible", now, mail="other@example.org")
    read_letter(refused)
    one = {key: levelled(each, checked, checked_secret) for key, each in shown(client, checked_secret).items()}
    other = {key: levelled(each, refused, refused_secret) for key, each in shown(client, refused_secret).items()}

    different = [key for key in one if one[key] != other[key].replace("other@example.org", "elif@example.org")]

    assert sorted(one) == sorted(other)
    assert different == []


def test_a_released_refusal_shows_its_letter_in_both_languages(client, now):
    case, secret = create("ineligible", now, language="tr")
    letter = read_letter(case)
    letter.text_de, letter.text = "Leider nicht möglich.", "Maalesef mümkün değil."
    letter.save()
    assert "Maalesef" not in body(page(client, secret, language="tr"))
    perform(fresh(case), "release_refusal", by=team(), now=now)

    text = body(page(client, secret, language="tr"))

    assert ("Maalesef mümkün değil." in text, "Leider nicht möglich." in text, 'lang="de"' in text) == (True,) * 3


# Answering ------------------------------------------------------------------------------------------------------------


def test_the_open_question_leads_to_its_sections_and_only_to_those(client, now):
    case, secret = create("info_requested", now)

    text = body(page(client, secret))

    assert f"/en/fonds/antrag/{secret.lower()}/was/" in text
    assert f"/en/fonds/antrag/{secret.lower()}/kosten/" not in text
    assert "Was kochen Sie?" in text


def test_what_stays_as_it_is_can_be_said_and_then_the_answer_is_sent_once(client, now):
    case, secret = create("info_requested", now)
    assert post(client, secret, "antwort/").status_code == 422

    assert post(client, secret, "antwort/", bleibt="was").status_code == 303
    assert RequestedSection.objects.get(request__application=case).unchanged is True
    answers = [post(client, secret, "antwort/").status_code for _twice in range(2)]

    assert (answers, fresh(case).state, fresh(case).revision.number) == ([303, 303], "formal_check", 2)
    assert Message.objects.filter(about_id=case.pk, kind="answer_received").count() == 1


def test_a_refused_answer_says_why_on_the_page(client, now):
    case, secret = create("info_requested", now)
    case.change_requests.update(due=timezone.localdate(now) - timedelta(days=1))
    touch(case)

    response = post(client, secret, "antwort/")

    assert response.status_code == 422
    with translation.override("en"):
        why = gettext("The time for your answer is over. Please call us: we can give you more time.")
        assert why in body(response)
        assert f"<title>{gettext('Error: %(title)s').partition('%')[0]}" in body(response)


# Ending, coming back --------------------------------------------------------------------------------------------------


def test_taking_back_is_one_page_and_one_button_and_twice_is_once(client, now):
    case, secret = create("submitted", now)
    assert page(client, secret, "zurueckziehen/").status_code == 200

    codes = [post(client, secret, "zurueckziehen/").status_code for _twice in range(2)]

    assert (codes, fresh(case).state) == ([303, 303], "withdrawn")
    assert Message.objects.filter(about_id=case.pk, kind="application_withdrawn").count() == 1
    assert page(client, secret, "zurueckziehen/").status_code == 302


def test_a_case_is_opened_again_from_its_page(client, now):
    case, secret = create("withdrawn", now)
    assert "wieder-oeffnen" in body(page(client, secret))

    assert post(client, secret, "wieder-oeffnen/").status_code == 303

    assert (fresh(case).state, fresh(case).round) == ("formal_check", 2)


def test_after_its_days_it_is_copied_and_not_opened(client, now):
    case, secret = create("withdrawn", now)
    Application.objects.filter(pk=case.pk).update(ended_at=now - timedelta(days=29))

    text = body(page(client, secret))
    assert ("wieder-oeffnen" in text, "kopieren" in text) == (False, True)
    assert post(client, secret, "wieder-oeffnen/").status_code == 422


def test_a_copy_is_a_draft_of_its_own_and_one_page_makes_one(client, now):
    case, secret = create("withdrawn", now)
    marked = re.search(r'name="marke" value="([^"]+)"', body(page(client, secret)))[1]

    links = {post(client, secret, "kopieren/", marke=marked)["Location"] for _twice in range(3)}

    (link,) = links
    copy = access.find_key(link.split("/")[4]).application
    assert (copy.state, copy.reference, copy.revision, copy.language) == ("draft", None, None, case.language)
    told = {(each.question, each.row): (each.text, each.amount, each.day) for each in copy.answers.all()}
    assert told == {(each.question, each.row): (each.text, each.amount, each.day) for each in case.answers.all()}
    assert secret.lower() not in link


@pytest.mark.parametrize(("state", "marked"), [("submitted", True), ("withdrawn", False)])
def test_nothing_is_copied_while_it_runs_or_without_the_pages_mark(client, now, state, marked):
    _case, secret = create(state, now)

    response = post(client, secret, "kopieren/", marke=copying.token() if marked else "x")

    assert response.status_code in (303, 422)
    assert Application.objects.filter(state="draft").count() == 0


def test_where_nothing_is_open_a_copy_waits(client, now):
    _case, secret = create("withdrawn", now)
    FundYear.objects.update(rolling=False)

    response = post(client, secret, "kopieren/", marke=copying.token())

    assert (response.status_code, Application.objects.filter(state="draft").count()) == (422, 0)


def test_a_draft_is_deleted_at_once_and_its_address_opens_nothing(client, now):
    draft, secret = create_draft(now)
    assert page(client, secret, "zurueckziehen/").status_code == 302
    assert page(client, secret, "loeschen/").status_code == 200

    response = post(client, secret, "loeschen/")

    assert (response.status_code, response["Location"]) == (303, "/en/fonds/antrag/geloescht/")
    assert (fresh(draft).state, draft.answers.count()) == ("erased", 0)
    assert client.get(response["Location"]).status_code == 200
    assert [page(client, secret).status_code, post(client, secret, "loeschen/").status_code] == [404, 404]


def test_what_was_sent_is_not_deleted_by_a_button(client, now):
    case, secret = create("submitted", now)

    post(client, secret, "loeschen/")

    assert (fresh(case).state, case.answers.count() > 5) == ("submitted", True)


@pytest.mark.parametrize("rest", ["zurueckziehen/", "loeschen/", "wieder-oeffnen/", "kopieren/"])
@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_a_helper_reads_and_writes_and_ends_nothing(client, now, rest, state):
    case, _secret = create(state, now)
    helper = Helper.objects.create(application=case, name="Beratung", added_at=now)
    _key, secret = access.make_key(case, helper=helper, now=now)

    response = post(client, secret, rest, marke=copying.token())

    assert response.status_code in (303, 422)
    assert (fresh(case).state, Application.objects.count()) == (state, 1)


# Messages -------------------------------------------------------------------------------------------------------------


def test_a_message_is_kept_as_written_and_wants_a_translation(client, now):
    case, secret = create("submitted", now, language="tr")

    sent = [post(client, secret, "nachrichten/", "tr", text="Merhaba,\r\nne zaman?") for _twice in range(2)]

    message = CaseMessage.objects.get(application=case)
    assert [each.status_code for each in sent] == [303, 303]
    assert (message.text, message.language, message.from_office) == ("Merhaba,\nne zaman?", "tr", False)
    assert message.translate_by > timezone.localdate(now)


@pytest.mark.parametrize("text", ["", "  \u200b ", "x" * 5001])
def test_an_empty_or_endless_message_is_told_and_kept_on_the_page(client, now, text):
    _case, secret = create("submitted", now)

    response = post(client, secret, "nachrichten/", text=text)

    assert response.status_code == 422
    assert (text.strip() in body(response), CaseMessage.objects.count()) == (True, 0)


def test_signs_no_database_keeps_are_left_out(client, now):
    case, secret = create("submitted", now)

    assert post(client, secret, "nachrichten/", text="Ja\x00 <b>gut</b>").status_code == 303

    assert CaseMessage.objects.get(application=case).text == "Ja <b>gut</b>"
    assert "<b>gut" not in body(page(client, secret, "nachrichten/"))


def test_messages_of_the_office_are_shown_with_who_translated_them(client, now):
    case, secret = create("submitted", now, language="tr")
    by = team().user
    handling.write_message(case, language="de", text="Nur auf Deutsch.", by=by, now=now)
    handling.write_message(
        case, language="de", text="Danke.", translation="Teşekkürler.", origin="machine", by=by, now=now
    )

    text = body(page(client, secret, "nachrichten/"))

    assert [part for part in ("Nur auf Deutsch.", "Danke.", "Teşekkürler.") if part not in text] == []
    with translation.override("en"):
        told = ("Translated by a machine, not checked", "This message is in German. Please call us; we explain it.")
        assert [text.count(gettext(each)) for each in told] == [1, 1]


def test_a_translation_is_marked_on_pages_of_other_languages(client, now):
    """The reader of a case may look at it in another language than the one it is written to in."""
    case, secret = create("formal_check", now, language="ar")
    ask(case, now, translations={"was": "ماذا تطبخون؟"})
    handling.write_message(
        case, language="de", text="Danke.", translation="شكرا.", origin="person", by=team().user, now=now
    )

    pages = [
        body(page(client, secret, rest, language=language))
        for rest in ("", "nachrichten/")
        for language in ("ar", "en")
    ]

    assert ['<div class="prose" lang="ar" dir="rtl">' in text for text in pages] == [False, True, False, True]
    for text in pages:
        html5lib.HTMLParser(strict=True).parse(text)


def test_what_went_wrong_stands_below_the_heading_of_the_page(client, now):
    _case, secret = create("submitted", now)

    text = body(post(client, secret, "nachrichten/", text=""))

    assert 0 < text.index("<h1") < text.index("error-summary")


def test_a_draft_has_nobody_to_write_to(client, now):
    _draft, secret = create_draft(now)

    assert page(client, secret, "nachrichten/").status_code == 302
    assert post(client, secret, "nachrichten/", text="Hallo").status_code == 302


def test_not_more_than_some_messages_an_hour(client, now):
    _case, secret = create("submitted", now)

    codes = {post(client, secret, "nachrichten/", text=f"Nachricht {number}").status_code for number in range(31)}

    assert (codes, CaseMessage.objects.count()) == ({303, 422}, 30)


# Taking along ---------------------------------------------------------------------------------------------------------


def test_everything_comes_in_one_archive_without_what_the_office_notes(client, now):
    case, secret = create("info_requested", now)
    case.notes.create(text="Internes Geheimnis", at=now, by=team().user)
    CaseMessage.objects.create(application=case, from_office=False, language="de", text="Meine Frage", sent_at=now)

    archive = zipfile.ZipFile(io.BytesIO(page(client, secret, "alles/").getvalue()))

    assert sorted(archive.namelist()) == ["antrag.html", "antrag.json"]
    text = archive.read("antrag.html").decode()
    html5lib.HTMLParser(strict=True).parse(text)
    told = json.loads(archive.read("antrag.json"))
    assert [part for part in ("Gemeinsam kochen in Linden", "Meine Frage", "Was kochen Sie?") if part not in text] == []
    assert (told["reference"], len(told["revisions"]), told["messages"][0]["text"]) == (
        case.reference,
        1,
        "Meine Frage",
    )
    assert "Geheimnis" not in text + json.dumps(told)


def test_the_archive_holds_every_letter_that_went_out_as_it_was_kept_and_nothing_of_others(client, now):
    case, secret = create("team_decision", now, language="tr")
    case = approve(has_money(case), now)
    before = zipfile.ZipFile(io.BytesIO(page(client, secret, "alles/").getvalue()))
    before_told = json.loads(before.read("antrag.json"))
    before_text = before.read("antrag.html").decode()
    drafted = Letter.objects.get(decision__application=case)

    release(case, now)
    archive = zipfile.ZipFile(io.BytesIO(page(client, secret, "alles/").getvalue()))

    assert before.namelist() == ["antrag.html", "antrag.json"]
    assert (before_told["letters"], drafted.text_de[:60] in before_text) == ([], False)
    letter = Letter.objects.get(pk=drafted.pk)
    document, _kind, name = letter_paper.kept(letter)
    assert sorted(archive.namelist()) == ["antrag.html", "antrag.json", f"briefe/{name}"]
    assert archive.read(f"briefe/{name}") == document
    assert hashlib.sha256(document).hexdigest() == letter.digest
    assert '<p lang="tr" dir="ltr">' in archive.read("antrag.html").decode()


@pytest.mark.parametrize(("language", "heads"), [("tr", ["Türkçe", "Deutsch (verbindlich)"]), ("de", [])])
def test_each_text_of_a_letter_is_headed_by_its_language_where_there_are_two(client, now, language, heads):
    case, secret = create("team_decision", now, language=language)
    case = release(approve(has_money(case), now), now)
    letter = Letter.objects.get(decision__application=case)

    text = body(page(client, secret, f"brief/{letter.pk}/", language))

    assert re.findall(r'<p class="letter-head">([^<]*)</p>', text) == heads
    assert text.count('class="pair letter"') == 1
    assert re.findall(r'class="[^"]*\bgerman\b', text) == []


def test_what_was_sent_is_read_in_full(client, now):
    _case, secret = create("submitted", now)

    text = body(page(client, secret, "gesendet/"))

    answers = ("Gemeinsam kochen in Linden", "Wir kochen jeden Monat", "elif@example.org", "Nachbarschaft Linden e. V.")
    assert [answer for answer in answers if answer not in text] == []


def test_a_draft_can_be_taken_along_too(client, now):
    _draft, secret = create_draft(now)

    archive = zipfile.ZipFile(io.BytesIO(page(client, secret, "alles/").getvalue()))

    assert "Gemeinsam kochen in Linden" in archive.read("antrag.html").decode()


def test_the_receipt_is_a_page_and_a_pdf_with_a_german_line(client, now):
    case, secret = create("submitted", now, language="ar")

    text = body(page(client, secret, "quittung/", "ar"))
    pdf = page(client, secret, "quittung.pdf", "ar")

    assert f'Eingangsbestätigung: Antrag <bdi dir="ltr" class="together">{case.reference}</bdi>' in text
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert pdf["Content-Disposition"] == f'attachment; filename="{case.reference}.pdf"'


def test_a_sample_says_that_it_is_one(client, now):
    create_year(now, sample=True)
    _case, secret = create("submitted", now, sample=True)

    with translation.override("en"):
        assert "sample" in body(page(client, secret))


def test_after_the_clock_erased_a_draft_its_link_opens_nothing(client, now):
    draft, secret = create_draft(now, mail=None)
    Application.objects.filter(pk=draft.pk).update(saved_at=now - timedelta(days=91))

    call_command("expire_drafts")

    assert page(client, secret).status_code == 404
    assert APPLICANT.user is None


@pytest.mark.parametrize(("state", "rest"), [("info_requested", "antwort/"), ("withdrawn", "wieder-oeffnen/")])
def test_a_second_click_tells_nothing_of_what_staff_did_since(client, now, state, rest):
    case, secret = create(state, now)
    touch(case)
    assert post(client, secret, rest).status_code == 303
    before = post(client, secret, rest)

    proposed = perform(fresh(case), "propose_refusal", by=team(), now=timezone.now(), reason=create_reason())
    while_proposed = post(client, secret, rest)
    perform(proposed, "refuse", by=team("team2"), now=timezone.now())
    when_refused = post(client, secret, rest)

    answers = [(each.status_code, each["Location"]) for each in (before, while_proposed, when_refused)]
    assert answers == [(303, f"/en/fonds/antrag/{secret.lower()}/")] * 3


def test_drawing_and_packing_end_somewhere(client, now, monkeypatch):
    _case, secret = create("submitted", now)
    monkeypatch.setattr("fund.views.case.DRAWN", "1/h")
    monkeypatch.setattr("fund.views.case.PACKED", "1/h")

    packed = []
    for _number in range(2):
        response = page(client, secret, "alles/")
        body(response)
        packed.append(response.status_code)
    drawn = [page(client, secret, "quittung.pdf").get("Location") for _number in range(2)]

    assert packed == [200, 429]
    assert drawn[1] == f"/en/fonds/antrag/{secret.lower()}/quittung/"
