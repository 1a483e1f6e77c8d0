"""Conflicts of interest for all coming cases on one page: title, organisation, district, people, and nothing else.

One POST: what is marked counts as marked, and for all others on the page "no conflict" is confirmed once.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import conflicts, gate
from fund.actors import CHECK, LEAD, REVIEW
from fund.desk import numbers
from fund.desk.access import NO_RIGHT
from fund.desk.conflict_forms import NOTE
from fund.models import Application, Declaration
from strategy.models import SeatHolder
from strategy.permissions import CHAIRS
from wir.lib.formats import one_or_many
from wir.lib.keys import key_in
from wir.lib.workflow import FASTER, Refused, status_of

Answer = Declaration.Answer
NOTHING = "Markieren Sie mindestens einen Antrag, oder bestätigen Sie, dass es bei den anderen keinen Konflikt gibt."
TOO_LONG = f"Die Erläuterung hat höchstens {NOTE} Zeichen."


@dataclass
class Field:
    """One case on the page with what was typed for it."""

    line: gate.Line
    answer: str = ""
    kind: str = ""
    note: str = ""
    error: str = ""

    @property
    def pk(self):
        return self.line.application.pk


def show_gate(site, request):
    user, now = request.user, timezone.now()
    if not (user.has_perm(REVIEW) or user.has_perm(CHECK)):
        raise PermissionDenied(NO_RIGHT)
    sample = request.GET.get("beispiele") == "1"
    member = member_of_office(request, now)
    seats = [member] if member else gate.seats_of(user, timezone.localdate(now))
    case_gate = gate.Gate(seats, now, sample=sample, late=True)
    fields = [read(line, request.POST) for line in case_gate.to_declare]
    later = [read_later(line, request.POST) for line in case_gate.declared]
    reasons, status = [], 200
    if request.method == "POST":
        status = 422
        reasons = faults(fields, later, request.POST)
        if not reasons:
            try:
                with transaction.atomic():
                    saved = save(fields, later, request.POST, by=user, now=now)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
            else:
                messages.success(request, told(saved))
                return HttpResponseRedirect(request.get_full_path())
    context = site.each_context(request) | {
        "title": "Interessenkonflikte",
        "sample": sample,
        "member": member,
        "has_seat": bool(seats),
        "fields": fields,
        "later": later,
        "can_change": [each for each in later if each.line.declaration.standing != Declaration.Standing.CONFLICT],
        "rest": request.POST.get("rest") == "1",
        "answers": Answer.choices,
        "kinds": Declaration.Kind.choices,
        "note_limit": NOTE,
        "reasons": reasons,
        "others": members_without_account(now) if user.has_perm(CHECK) and not member else [],
        "may_read": user.has_perm(REVIEW) and not member,
        "settles": user.has_perm(LEAD) or any(each.role in CHAIRS for each in seats),
    }
    return TemplateResponse(request, "admin/fund/gate.html", context, status=status)


def members_without_account(now):
    """Members who do not work in the portal: the office writes down what they say."""
    day = timezone.localdate(now)
    holders = SeatHolder.objects.on(day).filter(user=None).select_related("seat__body")
    found = gate.cases(gate.coming() | gate.voted_on(holders))
    with_cases = set(found.values_list("body_pk", flat=True))
    return [each for each in holders.order_by("seat__body", "seat__number") if each.seat.body_id in with_cases]


def member_of_office(request, now):
    """The member somebody of the office writes for; None where she is here for herself."""
    asked = request.GET.get("mitglied", "")
    if not asked:
        return None
    if not request.user.has_perm(CHECK):
        raise Http404
    holders = SeatHolder.objects.on(timezone.localdate(now)).filter(user=None).select_related("seat__body")
    return get_object_or_404(holders, pk=key_in(asked))


# What was typed -------------------------------------------------------------------------------------------------------


def read(line, posted, prefix=""):
    pk = line.application.pk
    answer = posted.get(f"{prefix}antwort-{pk}", "")
    kind = posted.get(f"{prefix}art-{pk}", "")
    return Field(
        line,
        answer if answer in Answer.values else "",
        kind if kind in Declaration.Kind.values else "",
        posted.get(f"{prefix}note-{pk}", "").replace("\x00", ""),
    )


def read_later(line, posted):
    """What is typed for a case on which she has declared: on this page, or on one that she opened before she did."""
    found, before = read(line, posted, "spaeter-"), read(line, posted)
    is_from_before = not found.answer and before.answer not in ("", line.declaration.answer)
    return before if is_from_before else found


def faults(fields, later, posted):
    """Everything wrong with what was typed; each case gets its own sentence too."""
    marked = [each for each in (*fields, *later) if each.answer]
    for each in (*fields, *later):
        if each.answer == Answer.CONFLICT and not each.kind:
            each.error = conflicts.NO_KIND
        elif not each.answer and (each.kind or each.note.strip()):
            each.error = conflicts.NO_ANSWER
        elif len(each.note) > NOTE:
            each.error = TOO_LONG
    found = [f"{each.line.application.revision.title}: {each.error}" for each in (*fields, *later) if each.error]
    if not found and not marked and posted.get("rest") != "1":
        found.append(NOTHING)
    return found


def save(fields, later, posted, *, by, now):
    """[Declaration] of every case that was on her page. What came since is asked next time, not confirmed unseen."""
    on_page = set(posted.getlist("fall"))
    saved = []
    for each in fields:
        answer = each.answer
        if not answer and posted.get("rest") == "1" and str(each.pk) in on_page:
            answer = Answer.NONE
        if answer:
            saved.append(declare(each, answer, by, now))
    for each in later:
        if each.answer:
            saved.append(declare(each, each.answer, by, now))
    return saved


def declare(field, answer, by, now):
    """On each of her seats in the body; of them the first one counts for the page. What is refused names its case."""
    values = {"answer": answer, "kind": field.kind, "note": field.note, "by": by, "now": now}
    application = field.line.application
    try:
        return [conflicts.declare(application, holder, **values) for holder in field.line.holders][0]
    except Refused as refusal:
        title = application.revision.title
        raise Refused([each if each == FASTER else f"{title}: {each}" for each in refusal.reasons]) from None


def told(saved):
    numbers = {key: sum(each.standing == key for each in saved) for key in Declaration.Standing.values}
    parts = [
        f"{numbers[key]} {label}"
        for key, label in (("free", "ohne Konflikt"), ("conflict", "mit Konflikt"), ("open", "noch zu klären"))
        if numbers[key]
    ]
    return "Gespeichert: " + ", ".join(parts) + "." if parts else "Gespeichert."


# The desk -------------------------------------------------------------------------------------------------------------


TO_DECLARE = ("Antrag: Interessenkonflikte angeben", "Anträge: Interessenkonflikte angeben")
TO_REVIEW = ("Vorschlag lesen und einschätzen", "Vorschläge lesen und einschätzen")


def tasks(user, now):
    """(count, text, address) for the index: what a member is to declare and to review, what a chair is to settle."""
    if not user.has_perm(REVIEW):
        return
    seats = gate.seats_of(user, timezone.localdate(now))
    if not seats:
        return
    for sample in numbers.samples():
        query = "?beispiele=1" if sample else ""
        mark = " (Beispiele)" if sample else ""
        count, open_cases = gate.waiting_for(seats, now, sample)
        if count:
            yield count, one_or_many(count, *TO_DECLARE) + mark, reverse("admin:fund_gate") + query
        if open_cases:
            waiting = gate.unreviewed(Application.objects.filter(pk__in=open_cases), user).count()
            if waiting:
                address = reverse("admin:fund_proposal_changelist") + query
                yield waiting, one_or_many(waiting, *TO_REVIEW) + mark, address
