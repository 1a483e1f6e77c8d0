"""The paper of a letter: made once, the same bytes for everybody, tagged, in every language; and who may ask for it."""

import hashlib
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext
from pypdf import PdfReader

from fund import clock, drawing, letter_paper, letters
from fund.models import Decision, Letter
from fund.workflow import perform
from strategy.models import Contact
from tests.fund.factories import (
    NOON,
    approve,
    create_application,
    create_rules,
    deliver,
    fresh,
    read_letter,
    refuse,
    reject,
    release,
    team,
    waitlist,
)
from tests.fund.letters import decided
from wir.languages import registry
from wir.lib import codes

pytestmark = pytest.mark.django_db

LONG = "Bündnis" + "für-gemeinsames-Kochen-und-Essen" * 5


def letter_of(application):
    return Letter.objects.select_related("decision__application__revision", "decision__application__rule_set").get(
        decision__application=application, decision__dropped_at=None
    )


def address_of(letter):
    return f"/de/fonds/brief/{codes.group(letter.code).lower()}/"


def ready(kind="approve", **values):
    """A case whose letter is read and not released."""
    states = {"approve": approve, "reject": reject, "waitlist": waitlist}
    application = create_application("team_decision", **values)[0]
    application = states[kind](application)
    read_letter(application)
    return fresh(application)


def test_no_page_splits_a_paragraph_of_a_letter():
    paragraphs = "".join(f"<p>A{number:02d} {'wort ' * 60} Z{number:02d}</p>" for number in range(40))
    page = f'<!DOCTYPE html><html lang="de"><title>x</title><table><tr><td>{paragraphs}</td></tr></table></html>'

    document = drawing.as_pdf(page, "wir/paper.css")

    pages = [each.extract_text() for each in PdfReader(io.BytesIO(document)).pages]
    found = [(re.findall(r"A(\d\d)", text), re.findall(r"Z(\d\d)", text)) for text in pages]
    assert len(pages) > 2
    assert [begun for begun, _ended in found] == [ended for _begun, ended in found]


def test_the_paper_is_made_at_the_release_and_stays_the_same_bytes(client):
    application, secret = create_application("team_decision")
    before = letter_of(approve(application))
    release(fresh(application))
    letter = letter_of(application)
    address = reverse("fund:letter_paper", args=[secret.lower(), letter.pk])

    answers = [client.get(address) for _number in range(2)]
    staff = Client()
    staff.force_login(team().user)
    office = staff.get(reverse("admin:fund_letter_pdf", args=[application.pk, letter.pk]))

    assert (before.code, before.digest, before.stored) == (None, "", "")
    contents = {answer.content for answer in (*answers, office)}
    assert len(contents) == 1
    assert hashlib.sha256(contents.pop()).hexdigest() == letter.digest
    assert answers[0]["Content-Type"] == "application/pdf"
    assert answers[0]["Content-Disposition"] == f'attachment; filename="{application.reference}-1.pdf"'
    assert answers[0]["Cache-Control"] == "no-store, private"


def test_the_paper_is_tagged_and_says_its_language():
    document = letter_paper.draw(letter_of(ready(language="ar")), now=NOON)

    root = PdfReader(io.BytesIO(document)).trailer["/Root"]
    assert (bool(root["/MarkInfo"]["/Marked"]), "/StructTreeRoot" in root, root["/Lang"]) == (True, True, "de")
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize("language", [each.code for each in registry.LANGUAGES])
@pytest.mark.parametrize("kind", ["approved", "waitlisted", "rejected", "ineligible"])
def test_the_page_of_each_letter_has_both_languages_german_left(language, kind):
    values = {"language": language, "organisation": LONG, "person": LONG}
    if kind == "ineligible":
        application = refuse(create_application("formal_check", **values)[0])
    else:
        step = {"approved": approve, "waitlisted": waitlist, "rejected": reject}[kind]
        application = step(create_application("team_decision", **values)[0])
    letter = letter_of(application)

    page = letter_paper.page_of(letter, NOON)

    own = registry.get(language)
    cells = re.findall(r'<td lang="([^"]+)" dir="(rtl|ltr)">', page)
    wanted = [("de", "ltr")] if own.is_source else [("de", "ltr"), (own.tag, own.dir)]
    assert cells == wanted
    assert page.count(application.reference) >= len(wanted)
    assert application.revision.title in page and LONG in page


@pytest.mark.parametrize("language", [each.code for each in registry.LANGUAGES])
def test_the_paper_tells_in_each_language_which_text_binds_and_that_a_sample_is_one(language):
    page = letter_paper.page_of(letter_of(ready(language=language, sample=True)), NOON)

    with translation.override(language):
        told = [
            escape(gettext("The German text is the binding one. The other helps you to understand it.")) in page,
            escape(gettext("This is an example")) in page,
        ]
    assert told == [language != "de"] * 2


@pytest.mark.parametrize("address", ["", "Trammplatz 2\n30159 Hannover"])
@pytest.mark.parametrize("language", [each.code for each in registry.LANGUAGES])
def test_a_letter_that_asks_for_a_yes_has_lines_to_sign_and_says_where_to_send_it(language, address):
    Contact.objects.update(address=address)
    create_rules(confirmation="agreement")
    page = letter_paper.page_of(letter_of(ready(language=language)), NOON)

    with translation.override(language):
        signature = escape(gettext("Place, date and signature"))
    lines = re.findall(r'<p class="signature">(.*?)</p>', page)
    assert (len(lines), signature in lines[-1]) == (5, True)
    assert [line for line in address.splitlines() if line not in page] == []


def test_a_notice_and_a_no_have_nothing_to_sign():
    notice = letter_paper.page_of(letter_of(ready()), NOON)
    create_rules(confirmation="agreement")
    no = letter_paper.page_of(letter_of(ready("reject", title="Anderes")), NOON)

    assert ['class="signature"' in page for page in (notice, no)] == [False, False]


def test_the_draft_of_the_office_says_so_and_has_no_code_that_is_worth_anything():
    application = ready()
    staff = Client()
    staff.force_login(team().user)
    letter = letter_of(application)

    page = letter_paper.page_of(letter, NOON, is_draft=True)
    answer = staff.get(reverse("admin:fund_letter_pdf", args=[application.pk, letter.pk]))

    assert ("Entwurf" in page, "XXXX-XXXX-XXXX" in page, answer.status_code) == (True, True, 200)
    assert letter_of(application).code is None


def test_nobody_outside_fetches_a_letter_before_its_release_or_that_of_somebody_else(client):
    waiting, secret = create_application("team_decision")
    approve(waiting)
    other, other_secret = create_application("team_decision", title="Anderes")
    release(approve(other))
    asked = [
        (secret, letter_of(waiting).pk),
        (secret, letter_of(other).pk),
        (other_secret, letter_of(waiting).pk),
    ]

    told = [
        client.get(reverse(f"fund:{name}", args=[key.lower(), pk])).status_code
        for name in ("letter", "letter_paper")
        for key, pk in asked
    ]

    assert told == [404] * 6


def test_the_sweep_leaves_the_papers_alone():
    application, _secret = create_application("team_decision")
    release(approve(application))

    clock.casefiles.sweep(NOON + timedelta(days=4000))

    assert letter_paper.kept(letter_of(application))[0].startswith(b"%PDF")


def test_a_letter_that_was_changed_after_the_reading_is_not_released_and_leaves_no_paper():
    application = ready()
    letter = letter_of(application)
    letters.edit(letter, text_de="Anders.", text="", seen=letters.fingerprint(letter), by=team().user, now=NOON)

    staff = Client()
    staff.force_login(team().user)
    answer = staff.post(
        reverse("admin:fund_act", args=[application.pk, "release_decision"]), {"version": application.version}
    )

    assert (answer.status_code, letter_of(application).stored, fresh(application).decision_released_at) == (
        422,
        "",
        None,
    )


def said_of(result=None, item=None):
    """Body, day and paper of a result, from the records behind it."""
    if result is not None:
        body, day = result.step.body, result.session_on
        return [body.name_on(day), f"{day.day}. Februar {day.year}", result.step.filing.council_paper.number]
    body, day = item.meeting.body, item.meeting.day
    return [body.name_on(day), f"{day.day}. Februar {day.year}"]


@pytest.mark.parametrize("maker", ["committee", "body"])
def test_the_letter_says_who_decided_where_and_when(maker):
    application, _secret = decided("approved", maker=maker)
    letter = letter_of(application)
    parts = said_of(letter.decision.result, letter.decision.item)

    text = letter.text_de.replace("\u2068", "").replace("\u2069", "")

    assert [part for part in parts if not part or part not in text] == []
    assert len(set(parts)) == {"committee": 3, "body": 2}[maker]


# Is it genuine? -------------------------------------------------------------------------------------------------------


def released(**values):
    application = release(approve(create_application("team_decision", **values)[0]))
    return application, letter_of(application)


def test_the_code_tells_that_the_letter_is_genuine_and_nothing_of_what_stands_in_it(client):
    application, letter = released(organisation="Verein Geheimnis", person="Elif Geheimnis", title="Titel Geheimnis")

    page = client.get(address_of(letter))
    text = page.content.decode()

    assert page.status_code == 200
    assert (application.reference in text, Contact.objects.get().office in text) == (True, True)
    assert codes.group(letter.digest[:16]) in text
    assert [part for part in ("Geheimnis", "1.200", "bewilligt", letter.digest) if part in text] == []
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")


def test_the_page_says_that_a_genuine_letter_may_hold_no_more_whether_or_not_this_one_does(client):
    application, letter = released()
    before = client.get(address_of(letter)).content
    Decision.objects.filter(application=application).update(dropped_at=NOON)

    assert client.get(address_of(letter)).content == before
    assert "Auch ein echter Brief gilt vielleicht nicht mehr" in before.decode()


def test_every_result_gets_the_same_page(client):
    texts = set()
    for kind in ("approve", "reject", "waitlist"):
        application = ready(kind, title=kind)
        perform(application, "release_decision", by=team(), now=NOON)
        letter = letter_of(application)
        page = client.get(address_of(letter)).content.decode()
        own = (application.reference, codes.group(letter.digest[:16]), codes.group(letter.code).lower())
        for part in own:
            page = page.replace(part, "…")
        texts.add(page)

    assert len(texts) == 1


@pytest.mark.parametrize("typed", ["{small}", "{spaced}", " {code} ", "{arabic}"])
def test_the_code_is_typed_as_people_type(client, typed):
    code = letter_of(released()[0]).code
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    text = typed.format(code=code, small=code.lower(), spaced=" ".join(code), arabic=arabic)

    answer = client.post("/de/fonds/brief/", {"code": text})

    assert (answer.status_code, answer["Location"]) == (303, f"/de/fonds/brief/{codes.group(code).lower()}/")


@pytest.mark.parametrize("typed", ["", "K7QX", "K7QXM2PD9RVA3TNC", "O0O0-O0O0-O0O0", "<script>"])
def test_what_is_no_code_keeps_what_was_typed_and_says_what_to_do(client, typed):
    answer = client.post("/de/fonds/brief/", {"code": typed})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="falsch"' in text
    assert f'name="code" id="code" value="{escape(typed)}"' in text
    assert "<script>" not in text.partition("<main")[2]


def test_an_unknown_code_and_that_of_a_draft_get_the_same_answer(client):
    letter = letter_of(ready())
    Letter.objects.filter(pk=letter.pk).update(code="K7QXM2PD9RVA")

    answers = [client.get(f"/de/fonds/brief/{code}/") for code in ("k7qx-m2pd-9rva", "k7qx-m2pd-9rvb")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_wrong_codes_are_counted_and_the_right_one_opens_all_the_same(client, monkeypatch):
    monkeypatch.setattr("fund.views.letters.GUESSES", "3/h")
    letter = letter_of(released()[0])

    told = [client.get("/de/fonds/brief/k7qx-m2pd-9rvb/").status_code for _number in range(4)]

    assert told == [404] * 3 + [429]
    assert client.get(address_of(letter)).status_code == 200


def test_the_code_page_answers_in_every_language(client):
    letter = letter_of(released()[0])
    told = []
    for language in registry.PUBLIC:
        with translation.override(language.code):
            address = reverse("fund:letter_checked", args=[codes.group(letter.code).lower()])
        told.append(client.get(address).status_code)

    assert told == [200] * len(registry.PUBLIC)


def test_the_envelope_gets_the_paper_in_one_click(client):
    application = ready(mail=None, post="Hauptstraße 1\n30159 Hannover")
    perform(application, "release_decision", by=team(), now=NOON)
    deliver(application)
    from wir.accounts.models import User
    from wir.outbox.models import Message

    message = Message.objects.get(about_id=application.pk, kind="letter_released")
    client.force_login(User.objects.get(username="admin"))

    page = client.get(reverse("admin:print_letters") + f"?briefe={message.pk}").content.decode()

    assert message.channel == "letter"
    assert reverse("admin:fund_letter_pdf", args=[application.pk, letter_of(application).pk]) in page
