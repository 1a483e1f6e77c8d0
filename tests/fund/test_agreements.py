"""The applicant's yes: by the code of her letter, on paper, in time, once; and what happens without it."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from fund import access, clock, mails, money
from fund.actors import APPLICANT, CLOCK
from fund.models import Acceptance, Helper
from fund.workflow import blockers, perform
from tests.fund.factories import (
    NOON,
    approve,
    at,
    create_application,
    deliver,
    fresh,
    release,
    rows,
    team,
    waitlist,
)
from tests.fund.letters import IBAN, YES, agreement
from wir.lib import codes, iban
from wir.lib.workflow import Refused
from wir.outbox.models import Message
from wir.outbox.secrets import CONFIRM, AccessEnded, filled

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SOON = {"starts": timezone.localdate(NOW) + timedelta(days=200), "ends": timezone.localdate(NOW) + timedelta(days=300)}


def address(secret):
    return reverse("fund:confirm", args=[secret.lower()])


def typed(right, **changed):
    return YES | {"code": right, "iban": IBAN, "agrees": "1"} | changed


def now_agreed(**values):
    return agreement(NOW, **SOON | values)


def test_a_notice_asks_for_no_yes(client):
    application, secret = create_application("team_decision")
    application = release(approve(application))

    page = client.get(reverse("fund:case", args=[secret.lower()])).content.decode()

    assert (application.state, Acceptance.objects.count()) == ("approved", 0)
    assert address(secret) not in page
    assert client.get(address(secret)).status_code == 303


def test_the_release_begins_the_time_for_a_yes_and_the_message_alone_carries_the_code():
    application, _secret, code = agreement()
    acceptance = Acceptance.objects.get()
    message = Message.objects.get(kind="letter_released")

    assert (application.state, acceptance.due) == ("agreement_sent", timezone.localdate(NOON) + timedelta(days=28))
    assert CONFIRM in message.text
    assert codes.group(code) in filled(message)[0]
    stored = str(list(Message.objects.values())) + str(list(Acceptance.objects.values()))
    assert [part for part in (code, codes.group(code)) if part in stored] == []


def test_the_page_asks_by_a_day_and_only_then_for_the_account(client):
    application, secret, _code = now_agreed()

    case = client.get(reverse("fund:case", args=[secret.lower()])).content.decode()
    page = client.get(address(secret)).content.decode()

    assert address(secret) in case
    assert "iban" not in case.lower()
    assert 'name="iban"' in page
    assert application.decisions.get().letter.text_de.splitlines()[0] in page


def test_the_code_of_the_letter_with_name_function_and_account_makes_it_run(client):
    application, secret, code = now_agreed()

    answer = client.post(address(secret), typed(codes.group(code).lower(), iban="de89 3704 0044 0532 0130 00"))

    assert (answer.status_code, fresh(application).state) == (303, "active")
    acceptance = Acceptance.objects.get()
    assert (acceptance.how, acceptance.signer, acceptance.function) == ("link", "Elif Kaya", "Vorstand")
    assert (acceptance.payee, acceptance.iban) == ("Nachbarschaft Linden e. V.", "DE89370400440532013000")
    assert Message.objects.filter(kind="agreement_accepted").count() == 1


def test_ten_clicks_make_one_yes(client):
    application, secret, code = now_agreed()

    told = [client.post(address(secret), typed(code)).status_code for _number in range(10)]

    assert told == [303] * 10
    assert Acceptance.objects.filter(accepted_at__isnull=False).count() == 1
    assert fresh(application).changes.filter(move="accept").count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "K7QXM2PD"},
        {"code": ""},
        {"signer": " \u200b"},
        {"function": ""},
        {"payee": ""},
        {"iban": "DE89 3704 0044 0532 0130 01"},
        {"iban": "DE89"},
        {"agrees": ""},
    ],
)
def test_what_is_missing_or_forged_is_told_and_everything_typed_stays(client, changed):
    application, secret, code = now_agreed()
    before = rows()
    sent = typed(code, **changed)

    answer = client.post(address(secret), sent)
    page = answer.content.decode()

    assert (answer.status_code, fresh(application).state) == (422, "agreement_sent")
    kept = [value for name, value in sent.items() if name != "agrees" and value.strip(" \u200b")]
    assert [value for value in kept if f'value="{value}"' not in page] == []
    assert 'id="fehler"' in page
    assert rows() == before


def test_wrong_codes_are_counted(client, monkeypatch):
    monkeypatch.setattr("fund.views.agreement.TRIES", "3/h")
    _application, secret, _code = now_agreed()

    told = [client.post(address(secret), typed("K7QXM2PD")).status_code for _number in range(5)]

    assert told == [422] * 3 + [429] * 2


def test_a_helper_signs_nothing(client):
    application, _secret, code = now_agreed()
    helper = Helper.objects.create(application=application, name="Toni", added_at=NOW)
    _key, helper_secret = access.make_key(application, helper=helper, now=NOW)

    told = client.get(address(helper_secret)), client.post(address(helper_secret), typed(code))

    assert [answer.status_code for answer in told] == [303, 303]
    assert fresh(application).state == "agreement_sent"


def test_the_code_of_another_letter_opens_nothing():
    first, _secret, _code = agreement()
    _second, _other_secret, other_code = agreement(title="Anderes")

    assert blockers(first, "accept", by=APPLICANT, now=NOON, **YES, iban=IBAN, code=other_code) != []


def test_the_last_day_counts_and_the_day_after_is_too_late():
    application, _secret, code = agreement()
    due = Acceptance.objects.get().due
    values = {"code": code, "iban": IBAN} | YES

    assert blockers(application, "accept", by=APPLICANT, now=at(due), **values) == []
    assert len(blockers(application, "accept", by=APPLICANT, now=at(due + timedelta(days=1)), **values)) == 1


def test_signed_paper_is_entered_by_the_team_with_its_day(client):
    application, _secret, _code = now_agreed()
    client.force_login(team().user)
    act = reverse("admin:fund_act", args=[application.pk, "accept"])
    today = timezone.localdate(NOW)
    sent = YES | {"iban": IBAN, "on": f"{today:%d.%m.%Y}", "version": application.version}

    wrong = client.post(act, sent | {"iban": "DE00"})
    right = client.post(act, sent)
    page = client.get(reverse("admin:fund_case", args=[application.pk])).content.decode()

    acceptance = Acceptance.objects.get()
    assert (wrong.status_code, right.status_code, fresh(application).state) == (422, 302, "active")
    assert (acceptance.how, acceptance.entered_by) == ("paper", team().user)
    assert ("DE89 … 3000" in page, "DE89370400440532013000" in page) == (True, False)


def test_whoever_confirmed_reads_when_who_signed_and_the_ends_of_the_account_and_a_helper_does_not(client):
    application, secret, code = now_agreed()
    case = reverse("fund:case", args=[secret.lower()])
    before = client.get(case).content.decode()
    client.post(address(secret), typed(code))
    helper = Helper.objects.create(application=application, name="Toni", added_at=NOW)
    _key, helper_secret = access.make_key(application, helper=helper, now=NOW)

    after = client.get(case).content.decode()
    helped = client.get(reverse("fund:case", args=[helper_secret.lower()])).content.decode()

    told = [[part in page for part in ('id="bestaetigt"', "DE89 … 3000")] for page in (before, after, helped)]
    assert told == [[False, False], [True, True], [False, False]]
    receipt = after.partition('id="bestaetigt"')[2].partition("</section>")[0]
    assert [part for part in ("Elif Kaya", "Vorstand", "Nachbarschaft Linden e. V.") if part not in receipt] == []
    assert "DE89370400440532013000" not in after
    with translation.override("de"):
        line = gettext("You have confirmed that you agree with our letter.")
    assert (line in before, line in after) == (False, True)


def test_so_it_is_with_what_they_take_along(client):
    application, secret, code = now_agreed(person="Jo Berg", organisation="Chor")
    client.post(address(secret), typed(code))
    helper = Helper.objects.create(application=application, name="Toni", added_at=NOW)
    _key, helper_secret = access.make_key(application, helper=helper, now=NOW)

    def taken(key):
        archive = client.get(reverse("fund:everything", args=[key.lower()])).getvalue()
        with zipfile.ZipFile(io.BytesIO(archive)) as found:
            text = "".join(found.read(name).decode("utf-8", "replace") for name in found.namelist())
        return [part in text for part in ("Elif Kaya", "Nachbarschaft Linden e. V.", "DE89 … 3000", "Jo Berg")]

    assert (taken(secret), taken(helper_secret)) == ([True] * 4, [False, False, False, True])


def test_a_confirmed_letter_says_that_nobody_has_to_confirm_it_again(client):
    application, secret, code = now_agreed()
    letter = reverse("fund:letter", args=[secret.lower(), application.decisions.get().letter.pk])
    before = client.get(letter)
    client.post(address(secret), typed(code))

    after = client.get(letter)

    with translation.override("de"):
        again = gettext("Your confirmation arrived on %(day)s. You need not confirm this letter again.").split(". ")[-1]
    told = [(again in page.content.decode(), page.context["confirm_by"] is None) for page in (before, after)]
    assert told == [(False, False), (True, True)]


def test_who_types_the_check_code_of_the_letter_hears_which_one_is_meant_and_it_is_no_guess(client, monkeypatch):
    monkeypatch.setattr("fund.views.agreement.TRIES", "2/h")
    application, secret, _code = now_agreed()
    check = codes.group(application.decisions.get().letter.code)

    answers = [client.post(address(secret), typed(check)) for _number in range(4)]

    assert [answer.status_code for answer in answers] == [422] * 4
    with translation.override("de"):
        kind = gettext(
            "This is the check code. It shows that our letter is genuine. "
            "Here we need the confirmation code with 8 signs."
        )
    assert [reason for _name, reason in answers[0].context["wrong"]] == [kind]


def test_each_reason_leads_to_its_field_and_stands_there_too(client):
    _application, secret, _code = now_agreed()
    names = ("code", "signer", "function", "payee", "iban", "agrees")

    page = client.post(address(secret), dict.fromkeys(names, "")).content.decode()

    summary = page.partition('id="fehler"')[2].partition("</div>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == list(names)
    assert "autofocus" in summary
    for name in names:
        field = re.search(rf'<input [^>]*name="{name}"[^>]*>', page).group()
        assert ('aria-invalid="true"' in field, f"{name}-fehler" in field) == (True, True)
        assert page.count(f'id="{name}-fehler"') == 1


def reminded(application, days=(7, 2)):
    """Both reminders written and delivered."""
    acceptance = Acceptance.objects.get(application=application)
    deliver(application, NOON)
    for before in days:
        clock.remind_of_agreements(at(acceptance.due - timedelta(days=before)))
        deliver(application, at(acceptance.due))
    return fresh(acceptance)


def test_two_reminders_go_out_the_second_by_another_way():
    application, _secret, _code = agreement(phone="0511 168-0")

    acceptance = reminded(application)

    told = Message.objects.filter(kind="agreement_reminder").order_by("pk").values_list("channel", flat=True)
    assert (list(told), acceptance.reminded) == (["mail", "call"], 2)


def test_nobody_is_reminded_of_a_letter_that_has_not_arrived():
    agreement()
    acceptance = Acceptance.objects.get()

    clock.remind_of_agreements(at(acceptance.due))

    assert fresh(acceptance).reminded == 0


def test_a_letter_on_paper_begins_the_time_when_it_is_delivered():
    application, _secret, _code = agreement(mail=None, post="Hauptstraße 1\n30159 Hannover")
    message = Message.objects.get(kind="letter_released")
    later = timezone.localdate(NOON) + timedelta(days=9)

    mails.letter_delivered(message, later)

    assert Acceptance.objects.get().due == later + timedelta(days=28)
    assert message.channel == "letter"


def test_without_an_answer_the_money_is_free_again_and_the_decision_holds_no_more():
    application, _secret, _code = agreement()
    acceptance = reminded(application)

    clock.run(at(acceptance.due))
    still = fresh(application).state
    failed = clock.run(at(acceptance.due + timedelta(days=1)))

    application = fresh(application)
    assert (still, failed, application.state) == ("agreement_sent", [], "lapsed")
    assert money.committed_to(application) is None
    assert application.decisions.filter(dropped_at__isnull=True).count() == 0
    assert list(money.differences()) == []
    message = Message.objects.get(kind="letter_released")
    with pytest.raises(AccessEnded):
        filled(message)


@pytest.mark.parametrize("told", [0, 1])
def test_whoever_was_not_reminded_twice_when_her_time_is_over_gets_time_and_both_reminders(told):
    """The clock stood still, or her letter was ticked off too late for the second one."""
    application, _secret, _code = agreement()
    acceptance = Acceptance.objects.get()
    deliver(application, NOON)
    for before in (7, 2)[:told]:
        clock.remind_of_agreements(at(acceptance.due - timedelta(days=before)))
        deliver(application, at(acceptance.due))
    over = acceptance.due + timedelta(days=1)

    for day in range(30):
        clock.run(at(over + timedelta(days=day)))
        deliver(application, at(over + timedelta(days=day)))
        if fresh(application).state != "agreement_sent":
            break

    last = over + timedelta(days=7)
    days = [timezone.localdate(at) for at in reminders().values_list("written_at", flat=True)][told:]
    assert (days, fresh(acceptance).due) == ([over, last - timedelta(days=2)], last)
    assert (fresh(application).state, day) == ("lapsed", 8)
    assert list(money.differences()) == []


def reminders():
    return Message.objects.filter(kind="agreement_reminder").order_by("pk")


def test_without_two_reminders_nothing_lapses():
    application, _secret, _code = agreement()

    with pytest.raises(Refused):
        perform(application, "lapse_agreement", by=CLOCK, now=at(Acceptance.objects.get().due + timedelta(days=1)))

    assert fresh(application).state == "agreement_sent"


def test_who_is_first_on_the_list_shows_at_the_desk_when_money_is_free_again(client):
    application, _secret, _code = agreement()
    waiting = waitlist(create_application("team_decision", title="Wartet")[0])
    acceptance = reminded(application)
    clock.run(at(acceptance.due + timedelta(days=1)))
    client.force_login(team().user)

    page = client.get(reverse("admin:fund_letters")).content.decode()

    assert f'id="nachruecken-{waiting.pk}"' in page


def test_after_the_yes_nothing_can_be_withdrawn_without_asking():
    application, _secret, code = agreement()
    perform(application, "accept", by=APPLICANT, now=NOON, code=code, iban=IBAN, **YES)

    assert blockers(fresh(application), "withdraw", by=APPLICANT, now=NOON) != []


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (IBAN, True),
        ("de89370400440532013000", True),
        ("DE٨٩ 3704 0044 0532 0130 00", True),
        ("AT61 1904 3002 3457 3201", True),
        ("DE89 3704 0044 0532 0130 0", False),
        ("DE88 3704 0044 0532 0130 00", False),
        ("AT61 1904 3002 3457 3202", False),
        ("", False),
        ("ÄÖ", False),
        ("D" * 100, False),
    ],
)
def test_a_number_of_an_account_is_read_as_people_type_it_and_checked(text, valid):
    assert iban.is_valid(iban.normalised(text)) == valid
