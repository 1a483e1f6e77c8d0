"""What somebody else settles: declarations of members who are not sure, and what the portal found."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import conflicts, findings, gate
from fund.actors import LEAD, REVIEW
from fund.desk import numbers
from fund.desk.access import NO_RIGHT
from fund.models import Declaration
from wir.lib.formats import one_or_many
from wir.lib.keys import key_in
from wir.lib.workflow import Refused, status_of

Standing = Declaration.Standing
LONGEST = 1000  # signs of a reason
NO_STANDING = "Wählen Sie, was gilt."


@dataclass
class Row:
    """One declaration to settle. reasons: why not by this person."""

    declaration: Declaration
    found: list
    people: list
    reasons: list
    can_be_free: bool
    standing: str = ""
    why: str = ""
    faults: tuple = ()

    @property
    def possible(self):
        return not self.reasons


def mine(user, sample, now):
    """What this account may settle, and what of the bodies it chairs it must leave to somebody else."""
    waiting = list(conflicts.to_settle(sample))
    if not waiting:
        return []
    settling = conflicts.Settling(waiting, now, user)
    found = []
    for each in waiting:
        reasons = settling.reasons(each, user)
        chairs = not settling.is_office(each) and user.pk in settling.chairs_of(each.application)
        if not reasons or chairs or (user.has_perm(LEAD) and settling.falls_to_lead(each)):
            keys = each.found.split()
            helpers = settling.standings.helpers.get(each.application_id, ())
            people = gate.people_named(each.application, helpers)
            free = not findings.NOBODY_LIFTS & set(keys)
            found.append(Row(each, findings.sentences(keys), people, reasons, free))
    return found


def show_settling(site, request):
    user, now = request.user, timezone.now()
    if not (user.has_perm(REVIEW) or user.has_perm(LEAD)):
        raise PermissionDenied(NO_RIGHT)
    sample = request.GET.get("beispiele") == "1"
    refused, status = None, 200
    if request.method == "POST":
        declaration = posted_declaration(request, user, now)
        standing, why = request.POST.get("gilt", ""), request.POST.get("grund", "").replace("\x00", "")[:LONGEST]
        try:
            if standing not in (Standing.FREE, Standing.CONFLICT):
                raise Refused([NO_STANDING])
            conflicts.settle(declaration, standing=standing, why=why, by=user, now=now)
        except Refused as refusal:
            reasons = [str(each) for each in refusal.reasons]
            refused, status = (declaration.pk, standing, why, reasons), status_of(reasons)
        else:
            messages.success(request, f"Geklärt: {declaration.application}, {declaration}.")
            return HttpResponseRedirect(request.get_full_path())
    rows = mine(user, sample, now)
    for row in rows:
        if refused and row.declaration.pk == refused[0]:
            _pk, row.standing, row.why, row.faults = refused
    context = site.each_context(request) | {
        "title": "Interessenkonflikte klären",
        "sample": sample,
        "rows": rows,
        "longest": LONGEST,
        "reasons": refused[3] if refused and all(row.declaration.pk != refused[0] for row in rows) else [],
        "back": reverse("admin:fund_gate"),
    }
    return TemplateResponse(request, "admin/fund/settling.html", context, status=status)


def posted_declaration(request, user, now):
    """One that is on this person's page; of others nobody learns whether they exist. One that somebody has settled in
    the meantime is told so by the door."""
    pk = key_in(request.POST.get("angabe"))
    cases = Declaration.objects.select_related("application__rule_set", "holder__seat", "user")
    found = get_object_or_404(cases.prefetch_related("application__rule_set__tiers__proposes"), pk=pk)
    settling = conflicts.Settling([found], now, user)
    is_chair = found.holder_id and user.pk in settling.chairs_of(found.application)
    if not (is_chair or user.has_perm(LEAD)):
        get_object_or_404(cases.none(), pk=pk)
    return found


TO_SETTLE = ("Angabe zu Interessenkonflikten klären", "Angaben zu Interessenkonflikten klären")


def tasks(user, now):
    """(count, text, address) for the index."""
    if not (user.has_perm(REVIEW) or user.has_perm(LEAD)):
        return
    for sample in numbers.samples():
        if count := sum(row.possible for row in mine(user, sample, now)):
            address = reverse("admin:fund_settling") + ("?beispiele=1" if sample else "")
            mark = " (Beispiele)" if sample else ""
            yield count, one_or_many(count, *TO_SETTLE) + mark, address
