"""The letters that wait: what a committee decided and nobody has been told today, what is to be read, what can go out.

Read letters are ticked and released together, each in a transaction of its own; one that is refused stops no other.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import actors, holds, letter_paper, letters, workflow
from fund.desk.access import VIEW, case_or_404, check_may, closed_on, is_withheld, seen
from fund.desk.numbers import DECIDED
from fund.guards import decision_of
from fund.models import Application, Decision, Letter
from fund.views.letters import given, paper_or_404
from wir.lib.keys import key_in
from wir.lib.workflow import FASTER, Refused

State = Application.State
MOST = 100  # letters of one list
NOTHING = "Kein Brief ist angekreuzt."


def waiting(sample):
    """Decisions that are made and not told, with their letters; whoever has waited longest first."""
    found = Decision.objects.filter(
        dropped_at__isnull=True,
        confirmed_at__isnull=False,
        application__sample=sample,
        application__state__in=DECIDED,
        application__decision_released_at__isnull=True,
    )
    found = found.select_related(
        "application__revision", "application__rule_set", "application__body", "letter__drafted_by", "letter__read_by"
    )
    return found.prefetch_related("application__rule_set__tiers__proposes").order_by("confirmed_at", "pk")


def is_read(decision):
    letter = getattr(decision, "letter", None)
    return letter is not None and letter.read_at is not None


def show_letters(site, request):
    user = request.user
    check_may(user, VIEW, actors.CHECK)
    if request.method == "POST":
        return release_all(request)
    sample, now = request.GET.get("beispiele") == "1", timezone.now()
    found = list(waiting(sample)[: MOST + 1])
    closed = closed_on(request)
    decisions = [each for each in found[:MOST] if each.application_id not in closed]
    for each in decisions:
        letter = getattr(each, "letter", None)
        each.is_mine = letter is not None and letter.drafted_by_id == user.pk
        each.mark = mark_of(each.application, letter) if letter else ""
    context = site.each_context(request) | {
        "title": "Innovationsfonds: Briefe",
        "sample": sample,
        "today": [each for each in decisions if each.maker == Decision.Maker.COMMITTEE],
        "unread": [each for each in decisions if not is_read(each)],
        "read": [each for each in decisions if is_read(each)],
        "next_up": [each for each in holds.could_go(sample) if each.pk not in closed],
        "more": len(found) > MOST,
        "day": timezone.localdate(now),
    }
    return TemplateResponse(request, "admin/fund/letters.html", context)


def release_all(request):
    """Every ticked letter through the door; what became of each is told on the page that follows."""
    now, out, refused, before = timezone.now(), [], [], []
    ticked = request.POST.getlist("brief")[:MOST]
    for mark in ticked:
        cases = Application.objects.for_desk().filter(pk=key_in(mark.partition(":")[0]))
        application = cases.prefetch_related("rule_set__tiers").first()
        if application is None or is_withheld(request.user, application):
            continue
        if letter := released_before(application):
            at = timezone.localtime(letter.released_at)
            before.append(f"{application} ist schon bekannt gegeben: {letter.released_by}, {at:%d.%m.%Y, %H:%M} Uhr.")
            continue
        try:
            release(application, mark, request.user, now)
        except Refused as refusal:
            refused.append(f"{application}: {' '.join(str(reason) for reason in refusal.reasons)}")
        else:
            out.append(str(application))
    if out:
        messages.success(request, f"Bekannt gegeben: {', '.join(out)}")
    for line in refused:
        messages.error(request, f"Nicht bekannt gegeben – {line}")
    for line in before:
        messages.warning(request, line)
    if not out and not refused and not before:
        messages.error(request, NOTHING)
    back = reverse("admin:fund_letters") + ("?beispiele=1" if request.POST.get("beispiele") == "1" else "")
    response = HttpResponseRedirect(back)
    response.status_code = 303
    return response


def mark_of(application, letter):
    """What a page carries of a letter: the case and the words as they stood when it was read."""
    return f"{application.pk}:{application.version}:{letters.fingerprint(letter)[:20]}"


def released_before(application):
    letter = getattr(decision_of(application), "letter", None)
    return letter if letter and letter.released_at else None


def release(application, mark, user, now):
    """One letter, as it stood when the page was read. Raises Refused."""
    decision = decision_of(application)
    letter = getattr(decision, "letter", None)
    if letter is None or mark_of(application, letter) != mark:
        raise Refused([FASTER])
    name = "release_refusal" if application.state == State.INELIGIBLE else "release_decision"
    with transaction.atomic():
        workflow.perform(application, name, by=actors.staff(user), now=now)


# The paper ------------------------------------------------------------------------------------------------------------


def give_paper(site, request, pk, letter):
    """The PDF of a letter: the kept one once it is released, before that a draft that says so."""
    application = case_or_404(request.user, pk)
    check_may(request.user, VIEW, actors.CHECK)
    found = get_object_or_404(
        Letter.objects.select_related("decision__application__rule_set", "decision__application__revision"),
        pk=letter,
        decision__application=application,
    )
    seen(request.user, application, "letter", request)
    if found.released_at is None:
        document = letter_paper.draw(found, now=timezone.now(), is_draft=True)
        return given(document, letter_paper.kind_of(document), letter_paper.draft_name(application, document))
    return paper_or_404(found)
