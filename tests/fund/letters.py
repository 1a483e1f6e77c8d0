"""Cases around a letter: approved under an agreement, decided by a body or a committee, and what stands in a store."""

from datetime import date, timedelta

from fund import agreements, letters, store
from fund.models import Application, CaseItem, CommitteeStep, Decision, FiledCase, Filing, RuleSet, StepResult
from fund.workflow import perform
from strategy.models import Body, CouncilPaper
from tests.fund.factories import (
    NOON,
    approve,
    create_application,
    create_reason,
    create_rules,
    deliver,
    fresh,
    has_money,
    lead,
    plan_meeting,
    recorder,
    release,
    team,
)

DAY = timedelta(days=1)
YES = {"signer": "Elif Kaya", "function": "Vorstand", "payee": "Nachbarschaft Linden e. V."}
IBAN = "DE89 3704 0044 0532 0130 00"  # the example of the standard


def with_agreement(**values):
    return create_rules(confirmation=RuleSet.Confirmation.AGREEMENT, **values)


def agreement(now=NOON, *, rules=None, **values):
    """(a case whose agreement waits, its secret, the code of its letter)."""
    with_agreement(**(rules or {}))
    application, secret = create_application("team_decision", now, **values)
    application = release(approve(application, now), now)
    return application, secret, agreements.code_of(agreements.waiting_of(application))


def delivered(application, now=NOON):
    deliver(application, now)
    return fresh(application)


def decided(kind, *, maker, now=NOON, **values):
    """A case with a recorded result that nobody was told of. body and committee: made as the rows of those who
    decide there, beside the door, for what comes after it."""
    application, secret = create_application("team_decision", now, **values)
    has_money(application)
    yes = kind in ("approved", "waitlisted")
    item, result = rows_of(application, maker, yes, now)
    decision = Decision.objects.create(
        application=application,
        kind=kind,
        maker=maker,
        item=item,
        result=result,
        amount=application.revision.requested if yes else None,
        reason=None if yes else create_reason("merit", formal=False),
        proposed_at=now,
        proposed_by=team().user,
        confirmed_at=now,
        confirmed_by=lead().user,
    )
    Application.objects.filter(pk=application.pk).update(state=kind, decision_recorded_at=now)
    application = fresh(application)
    if kind == "approved":
        from fund import money

        money.commit(application, decision.amount, decision=decision, by=lead().user, now=now)
    letters.draft(decision, by=lead().user, now=now)
    return application, secret


def rows_of(application, maker, yes, now):
    """(item of the board or None, result of the committee or None)."""
    amount = application.revision.requested if yes else None
    if maker == "body":
        meeting = plan_meeting(date(2027, 2, 10))
        item = CaseItem.objects.create(
            application=application,
            meeting=meeting,
            put_at=now,
            put_by=team().user,
            base=10,
            needed=6,
            present=8,
            yes=6 if yes else 1,
            no=1 if yes else 6,
            abstain=1,
            outcome="proposed" if yes else "not_proposed",
            amount=amount,
            recorded_at=now,
            recorded_by=team().user,
            confirmed_at=now,
            confirmed_by=lead().user,
        )
        return item, None
    number = f"{100 + CouncilPaper.objects.count():04d}/2027"
    paper = CouncilPaper.objects.create(number=number, title="Innovationsfonds")
    filing = Filing.objects.create(
        council_paper=paper,
        title="Innovationsfonds",
        made_at=now,
        made_by=team().user,
        filed_at=now,
        filed_by=team().user,
    )
    case = FiledCase.objects.create(filing=filing, application=application, ended_at=now)
    body = Body.objects.filter(kind=Body.Kind.COMMITTEE).first() or Body.objects.first()
    step = CommitteeStep.objects.create(filing=filing, body=body, decides=True, session_on=date(2027, 2, 20))
    result = StepResult.objects.create(
        step=step,
        case=case,
        result="yes" if yes else "no",
        amount=amount,
        reason=None if yes else create_reason("merit", formal=False),
        session_on=date(2027, 2, 20),
        point="TOP 7",
        recorded_at=now,
        recorded_by=recorder().user,
        confirmed_at=now,
        confirmed_by=lead().user,
    )
    return None, result


def reverse(application, kind, now=NOON, *, note="Neue Tatsachen"):
    """kind: reopening or correction; proposed by the lead, confirmed by team1."""
    perform(fresh(application), f"propose_{kind}", by=lead(), now=now, note=note)
    confirm = "reopen_again" if kind == "reopening" else "correct"
    return fresh(perform(fresh(application), confirm, by=team(), now=now))


def stored_contents():
    """Everything that lies in the store, as bytes."""
    return [path.read_bytes() for path in store.root().glob("*/*") if path.is_file()]
