"""May this person? Staff see what was handed in; a draft belongs to its applicant, and to who types it in for her."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from fund import gate, guards, standing, workflow
from fund.models import Application, Declaration, Tier
from fund.permissions import CHECK, ENTER, NO_RIGHT, REVIEW, VIEW, check_may, may_work  # noqa: F401 - with the case
from strategy.models import SeatHolder
from wir.accounts.audit import Action, record, record_seen, record_seen_all


def case_or_404(user, pk):
    """A case that was handed in, for who may read cases; there is no other for staff. Members of a body have a page of
    their own, so here there is nothing for them, whatever number they guess."""
    check_is_office(user)
    found = Application.objects.for_desk().filter(pk=pk).prefetch_related("rule_set__tiers").first()
    if found is None or is_withheld(user, found):
        raise Http404
    return found


def is_withheld(user, application):
    """Who works in the office and also sits in the body that deals with a case declares first, as every member does."""
    return application.pk in withheld(user, [application])


def withheld(user, applications):
    """Keys of the cases that are not open to a member of their body, in as many statements as of one."""
    bodies = bodies_of(user)
    mine = [each for each in applications if (body := guards.body_of(each)) and body.pk in bodies] if bodies else []
    return standing.kept_away(mine, user, declared=True) if mine else set()


def closed_to(user, bodies=None):
    """Keys of all cases that are withheld from this person, for the lists and exports of the office: at most one
    statement for who sits in no body, a fixed number for who does.

    Where a list can be searched, sorted or narrowed, their rows are left out: by the amount that a row is found with it
    would be told. Where a row stands for what waits, it keeps what the gate shows, and nothing else (fund design, 1.5).
    bodies: keys of those she sits in, where they are known already.
    """
    bodies = bodies_of(user) if bodies is None else bodies
    if not bodies:
        return frozenset()
    tiers = Tier.objects.filter(rule_set=OuterRef("rule_set"), key=OuterRef("tier"), proposes__in=bodies)
    cases = Application.objects.handed_in().filter(Q(body__in=bodies) | Q(Exists(tiers), body=None))  # guards.body_of
    said = Declaration.objects.in_force().filter(Q(holder__user=user) | Q(user=user), application__in=cases)
    declared = list(cases.filter(pk__in=said.values("application")).select_related("revision"))
    away = standing.kept_away(declared, user, declared=True) if declared else set()
    return frozenset(set(cases.values_list("pk", flat=True)) - {each.pk for each in declared} | away)


def closed_messages(user):
    """What is written about these cases is not in her outbox either (wir/outbox/permissions.py)."""
    return "fund.application", closed_to(user)


def seated(user):
    """Column for the rows of a page: does she sit in a body at all? Read with them it costs no statement."""
    return Exists(SeatHolder.objects.on(timezone.localdate()).filter(user=user))


def closed_on(request, rows=None):
    """The same of who asks, worked out once a request. rows: all that the page shows, read with `seated` as
    `is_seated`; nothing is asked for who sits nowhere."""
    if rows is not None and not any(each.is_seated for each in rows):
        return frozenset()
    if not hasattr(request, "closed_cases"):
        request.closed_cases = closed_to(request.user)
    return request.closed_cases


def bodies_of(user):
    return set(SeatHolder.objects.on(timezone.localdate()).filter(user=user).values_list("seat__body", flat=True))


def check_is_office(user):
    """Raises Http404 for members, PermissionDenied for everybody else who may not read cases."""
    if user.has_perm(REVIEW) and not user.has_perm(VIEW):
        raise Http404
    check_may(user, VIEW)


def member_case_or_404(user, pk, now):
    """A case that is open to this member: declared, free of conflict, of a body in which she sits (fund/gate.py)."""
    check_may(user, REVIEW)
    cases = gate.readable(user, now).select_related("revision__district", "rule_set", "year", "body")
    found = cases.filter(pk=pk).prefetch_related("rule_set__tiers").first()
    if found is None:
        raise Http404
    return found


def case_to_act_on(user, pk, name, now):
    """(the case, whether she acts on it as the office). Deputies of the project team act by their seat, on the moves
    by which the team decides, and on nothing else. Whoever comes second is told so by the door."""
    if may_work(user) or not user.has_perm(REVIEW):
        return case_or_404(user, pk), True
    found = member_case_or_404(user, pk, now)
    if not (name in workflow.MOVES and workflow.is_given(workflow.MOVES[name]) and workflow.is_deputy(found, user)):
        raise Http404
    return found, False


SEEN = {"page": "Antrag", "proposal": "Vorschlag", "letter": "Brief", "book": "Sitzungsmappe", "paper": "Vorlage"}


def seen(user, application, what, request=None):
    """The one place that tells the log who opened what of a case: its page, the member's page, a letter."""
    now = timezone.now()
    record_seen(by=user, thing=application, kind=what, now=now, request=request, detail=SEEN[what])


def seen_all(user, applications, what, request=None):
    """The same of a page that shows several cases."""
    record_seen_all(applications, by=user, kind=what, now=timezone.now(), request=request, detail=SEEN[what])


def own_draft_or_404(user, pk):
    """A draft that this person types in for somebody."""
    check_may(user, VIEW, ENTER)
    found = own_drafts(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_drafts(user):
    return Application.objects.filter(state=Application.State.DRAFT, entered_by=user)


def exported(user, what, count):
    """Somebody took a list with her: who, which one, and how many lines. It names nobody who stands in it."""
    record(by=user, action=Action.EXPORTED, now=timezone.now(), detail=f"{what}: {count}")
