"""The end of retention: only by data protection, never with money open, and no word is left anywhere."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from fund import clock, store
from fund.actors import CLOCK
from fund.models import (
    CaseFile,
    CaseMessage,
    CaseNote,
    Declaration,
    Helper,
    Letter,
    Review,
    Revision,
)
from fund.workflow import blockers, perform
from tests.fund.factories import (
    NOON,
    SECRET,
    approve,
    create_application,
    deliver,
    fresh,
    lead,
    protection,
    read_letter,
    reject,
    release,
    seat,
    team,
)
from tests.fund.letters import agreement, decided, stored_contents
from wir.accounts.models import User
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

TEXTS = {"organisation": f"Verein {SECRET}", "person": f"Elif {SECRET}", "title": f"Titel {SECRET}", "plan": SECRET}


def erase(application, **values):
    return fresh(perform(fresh(application), "erase", by=protection(), now=NOON, **{"note": "Frist"} | values))


def everything():
    """Every value of every table as one text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_no_word_of_an_erased_case_is_left_in_any_table_or_in_the_store(django_capture_on_commit_callbacks):
    others = set(stored_contents())
    application, _secret = decided("rejected", maker="body", **TEXTS)
    by = team().user
    CaseMessage.objects.create(application=application, from_office=False, language="de", text=SECRET, sent_at=NOON)
    CaseNote.objects.create(application=application, text=SECRET, at=NOON, by=by)
    Helper.objects.create(application=application, name=SECRET, mail=f"{SECRET}@example.org", added_at=NOON)
    holder = seat("gremium1", 11)
    Review.objects.create(
        application=application, holder=holder, revision=application.revision, word="no", comment=SECRET, at=NOON, by=by
    )
    Declaration.objects.create(
        application=application, holder=holder, answer="unsure", standing="open", note=SECRET, at=NOON, by=by
    )
    application.items.update(note=SECRET, conditions_de=SECRET)
    application.decisions.update(sentence_de=SECRET)
    stored = store.write(SECRET.encode())
    CaseFile.objects.create(
        application=application, section="unterlagen", name=f"{SECRET}.txt", kind="txt", size=len(SECRET),
        digest="0" * 64, stored=stored, saved_at=NOON, scan=CaseFile.Scan.CLEAN,
    )  # fmt: skip
    read_letter(application)
    perform(fresh(application), "release_decision", by=lead(), now=NOON, note=SECRET)
    perform(fresh(application), "propose_reopening", by=lead(), now=NOON, note=SECRET)
    perform(fresh(application), "drop_reversal", by=team(), now=NOON, note=SECRET)
    deliver(application)
    kept = set(stored_contents()) - others
    assert (SECRET in everything(), len(kept), SECRET.encode() in kept) == (True, 2, True)  # the file and the paper

    with django_capture_on_commit_callbacks(execute=True):
        application = erase(application)

    assert (application.state, SECRET in everything(), set(stored_contents()) - others) == ("erased", False, set())
    assert CaseFile.objects.filter(application=application).count() == 0
    assert Letter.objects.filter(code__isnull=False).count() == 0


def test_what_the_accounts_need_stays_without_a_name(client):
    application, secret = create_application("closed", **TEXTS)
    entries = list(application.entries.values_list("kind", "amount"))
    amount = application.decisions.get().amount

    application = erase(application)

    assert list(application.entries.values_list("kind", "amount")) == entries
    assert application.decisions.get().amount == amount
    assert application.changes.filter(move="approve").count() == 1
    revision = Revision.objects.get(application=application)
    assert (revision.applicant, revision.person, revision.answers) == ("–", "", {})
    assert client.get(f"/de/fonds/antrag/{secret.lower()}/").status_code == 404


def test_the_clock_never_erases_while_nobody_has_settled_for_how_long():
    application, _secret = create_application("withdrawn")

    clock.run(NOON + timedelta(days=9000))

    assert fresh(application).state == "withdrawn"
    assert blockers(application, "erase", by=CLOCK, now=NOON, note="x") != []


def test_money_that_stands_and_a_result_looked_at_again_keep_a_case():
    application = reject(create_application("team_decision")[0])
    application = release(application)
    assert blockers(application, "erase", by=protection(), now=NOON, note="Frist") == []

    perform(fresh(application), "propose_reopening", by=lead(), now=NOON, note="Widerspruch")

    assert len(blockers(fresh(application), "erase", by=protection(), now=NOON, note="Frist")) == 1


def test_money_that_is_promised_keeps_a_case():
    application = approve(create_application("team_decision")[0])
    from fund.models import Application

    Application.objects.filter(pk=application.pk).update(state="revoked")

    assert len(blockers(fresh(application), "erase", by=protection(), now=NOON, note="Frist")) == 1


def test_an_accepted_agreement_keeps_no_name_and_no_account():
    from fund.actors import APPLICANT
    from fund.models import Acceptance, Application
    from tests.fund.letters import IBAN, YES

    application, _secret, code = agreement()
    perform(application, "accept", by=APPLICANT, now=NOON, code=code, iban=IBAN, **YES | {"signer": SECRET})
    Application.objects.filter(pk=application.pk).update(state="closed")

    erase(application)

    acceptance = Acceptance.objects.get()
    assert (acceptance.signer, acceptance.iban, acceptance.payee, acceptance.function) == ("–", "", "", "")
    assert SECRET not in everything()


@pytest.mark.parametrize(("name", "status"), [("datenschutz", 302), ("team1", 422)])
def test_only_data_protection_erases_and_says_why(client, name, status):
    application, _secret = create_application("withdrawn")
    client.force_login(User.objects.get(username=name))
    act = reverse("admin:fund_act", args=[application.pk, "erase"])

    without = client.post(act, {"version": application.version, "note": ""})
    answer = client.post(act, {"version": application.version, "note": "Frist"})

    assert (without.status_code, answer.status_code) == (422, status)
    assert (fresh(application).state == "erased") == (status == 302)


def test_the_mails_of_an_erased_case_are_empty():
    application, _secret = create_application("withdrawn", **TEXTS)
    deliver(application)

    erase(application)

    assert set(Message.objects.filter(about_id=application.pk).values_list("text", "name")) == {("", "")}
