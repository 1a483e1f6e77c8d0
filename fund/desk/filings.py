"""Papers to the committees at the desk: the list, one paper with its cases, drafts, results and their confirmation.

Whoever records results sees of a case its title, who applies, the amount and the board's result, and nothing else;
who sits in the body and may not read the case, its title and who applies.
"""

import io
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import FileResponse, Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import mark_safe

from fund import advice, committees, council_page, filings, standing, store
from fund.actors import CHECK, LEAD, RECORD
from fund.desk import filing_forms as forms
from fund.desk.access import closed_on, seated, seen_all
from fund.desk.filing_acts import acts_for, filing_or_404
from fund.models import Application, CommitteeStep, Decision, FiledCase, Filing, StepResult
from fund.permissions import VIEW, check_may_any, may_work

State = Application.State
PER_PAGE = 25
MOST = 100  # results and cases that wait, on one page


# The list -------------------------------------------------------------------------------------------------------------


def with_counts(found):
    """Filings with how many cases they have, how many are still in the committees, and what waits to be confirmed."""
    waiting = StepResult.objects.filter(case__filing=OuterRef("pk"), confirmed_at=None, dropped_at=None)
    return found.select_related("council_paper").annotate(
        count=Count("cases__application", distinct=True),
        running=Count("cases", filter=Q(cases__ended_at=None), distinct=True),
        waits=Exists(waiting.filter(case__ended_at=None)),
    )


def show_desk(site, request):
    """Drafts and running papers, what waits to be confirmed, and the finished ones page by page."""
    user, sample = request.user, request.GET.get("beispiele") == "1"
    check_may_any(user, CHECK, RECORD)
    closed = closed_on(request)
    confirms = to_confirm(sample).exclude(case__application__in=closed) if user.has_perm(LEAD) else ()
    tells = to_tell(sample).exclude(application__in=closed) if user.has_perm(CHECK) else ()
    papers = with_counts(Filing.objects.filter(sample=sample))
    open_ones = papers.filter(Q(filed_at=None) | Q(running__gt=0)).prefetch_related(Prefetch("steps", open_steps()))
    finished = papers.filter(filed_at__isnull=False, running=0).order_by("-filed_at", "-pk")
    page = Paginator(finished, PER_PAGE).get_page(request.GET.get("seite"))
    today = timezone.localdate()
    rows = list(open_ones.order_by("-made_at", "-pk")[:MOST])
    for each in rows:
        each.next_step = next_step(each, today)
    context = site.each_context(request) | {
        "title": "Ausschüsse: Vorlagen und Ergebnisse",
        "sample": sample,
        "rows": rows,
        "page": page,
        "queue": list(filings.waiting(sample)[:MOST]),
        "to_confirm": list(confirms[:MOST]),
        "to_tell": list(tells[:MOST]),
        "closed": closed,
        "may_lead": user.has_perm(LEAD),
        "may_check": may_work(user),
    }
    return TemplateResponse(request, "admin/fund/filings.html", context)


def open_steps():
    """Committees that have said nothing yet of a case in their paper; once it is decided, none is asked any more."""
    said = StepResult.objects.filter(dropped_at=None, case=OuterRef("pk"))
    of_step = {"step": OuterRef(OuterRef("pk"))}
    asked = FiledCase.objects.filter(filing=OuterRef("filing"), ended_at=None).exclude(
        Exists(said.filter(**of_step))
        | Exists(said.filter(step__decides=True))
        | Exists(advice.given_to_place(**of_step))
    )
    return CommitteeStep.objects.filter(Exists(asked)).order_by("order")


def next_step(filing, today):
    """What has to happen next with a paper, in words, and whether its day is over."""
    if filing.filed_at is None:
        return ("einbringen" if filing.council_paper_id else "Nummer eintragen und einbringen"), False
    days = sorted(step.session_on for step in filing.steps.all() if step.session_on)
    over = [day for day in days if day < today]
    late = f"Ergebnis eintragen (Sitzung am {over[-1]:%d.%m.%Y})" if over else ""
    if filing.waits or late:
        return ", ".join(part for part in ("Ergebnis bestätigen" if filing.waits else "", late) if part), bool(late)
    return (f"Sitzung am {days[0]:%d.%m.%Y}" if days else "Tag der Sitzung eintragen"), False


def to_confirm(sample):
    """Results that one person has recorded and nobody has confirmed."""
    found = StepResult.objects.filter(confirmed_at=None, dropped_at=None, case__ended_at=None)
    found = found.filter(case__filing__sample=sample).exclude(result__in=StepResult.BACK)
    return found.select_related(
        "recorded_by", "step__body", "case__application__revision", "case__filing__council_paper"
    ).prefetch_related("step__body__names")


def to_tell(sample):
    """Decisions of committees whose letter is not released: the applicant must hear of it today, not from the press."""
    found = Decision.objects.filter(
        maker=Decision.Maker.COMMITTEE, dropped_at=None, application__decision_released_at=None
    )
    found = found.filter(
        application__sample=sample, application__state__in=(State.APPROVED, State.REJECTED, State.WAITLISTED)
    )
    return found.select_related("application__revision", "result").order_by("confirmed_at", "pk")


# One paper ------------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """One case in a paper, as the page shows it. results: what each committee said; why: why this person records
    nothing; is_closed: she does not read it either."""

    place: FiledCase
    board: str
    results: list
    standing: str
    why: list
    is_closed: bool


def places_for_page(filing, user):
    said = StepResult.objects.filter(dropped_at=None).select_related("recorded_by", "confirmed_by", "step")
    places = filing.cases.select_related("item", "application__revision", "application__rule_set")
    places = places.annotate(is_seated=seated(user))
    return list(
        places.prefetch_related(Prefetch("results", said, to_attr="said"), "application__rule_set__tiers").order_by(
            "pk"
        )
    )


def newest(places):
    """One place a case: what was put off and filed again stands there with its newest one."""
    return list({place.application_id: place for place in places}.values())


def kept_from(user, applications, closed):
    """{pk of a case: why this person records nothing of it}. closed: keys of those that she does not read either."""
    undeclared = [standing.SAID[standing.UNDECLARED]]
    found = {each.pk: undeclared for each in applications if each.pk in closed}
    return found | committees.not_free(user, applications)


def lines(places, steps, user, closed):
    why = kept_from(user, [place.application for place in places], closed) if user.has_perm(RECORD) else {}
    found = []
    for place in newest(places):
        by_step = advice.before(place, places) | {result.step_id: result for result in place.said}
        found.append(
            Line(
                place,
                forms.board_words(place.item),
                [by_step.get(step.pk) for step in steps],
                standing_of(place),
                why.get(place.application_id, []),
                place.application_id in closed,
            )
        )
    return found


def standing_of(place):
    if place.ended_at is None:
        waits = any(each.confirmed_at is None for each in place.said)
        return "wartet auf Bestätigung" if waits else "offen"
    last = next((each for each in reversed(place.said) if each.step.decides or each.result in StepResult.BACK), None)
    return last.get_result_display() if last else "nicht mehr in der Vorlage"


def show_filing(site, request, pk):
    """A paper with its committees, its cases and what was said; of a case nothing but what the paper says."""
    user, filing, today = request.user, filing_or_404(request.user, pk), timezone.localdate()
    steps = list(filing.steps.select_related("body").prefetch_related("body__names"))
    places = places_for_page(filing, user)
    closed = closed_on(request, places)
    if filing.filed_at is None:
        places = [place for place in places if place.ended_at is None]
    is_open = any(place.ended_at is None for place in places)
    for step in steps:
        said = {place.pk for place in places for each in place.said if each.step_id == step.pk or each.step.decides}
        step.may_record = (
            filing.filed_at is not None
            and user.has_perm(RECORD)
            and any(place.ended_at is None and place.pk not in said for place in places)
        )
    waits = any(place.ended_at and place.application.state == State.COMMITTEE_QUEUE for place in places)
    back = waits and filings.put_off(filing).exists()
    seen_all(user, [each.application for each in places if each.application_id not in closed], "paper", request)
    context = site.each_context(request) | {
        "title": f"Vorlage: {filing.title}",
        "filing": filing,
        "steps": steps,
        "lines": lines(places, steps, user, closed),
        "reads_paper": may_read(filing, closed),
        "is_open": is_open,
        "today": today,
        "acts": acts_for(filing, is_open, back),
        "may_lead": user.has_perm(LEAD),
        "may_view": user.has_perm(VIEW),
        "missing": list(filings.what_is_missing(filing, places, timezone.now())) if filing.filed_at is None else [],
    }
    return TemplateResponse(request, "admin/fund/filing.html", context)


def may_read(filing, closed):
    """A paper tells of each of its cases what it costs and what the board said: it is read whole, or not at all."""
    return not (closed and filing.cases.filter(application__in=closed).exists())


def paper_or_404(request, pk):
    filing = filing_or_404(request.user, pk)
    if not may_read(filing, closed_on(request)):
        raise Http404
    return filing


def seen_cases(request, filing):
    """Before its day a paper is not public, and whoever reads it has read the cases in it."""
    cases = [place.application for place in filing.cases.select_related("application")]
    seen_all(request.user, cases, "paper", request)


def show_paper(site, request, pk):
    """The paper as a page: what was filed, or the draft as it stands."""
    filing = paper_or_404(request, pk)
    content = filing.page if filing.filed_at else council_page.body(filing, timezone.now())
    seen_cases(request, filing)
    context = site.each_context(request) | {
        "title": f"Drucksache Nr. {filing.council_paper}" if filing.council_paper else "Entwurf einer Drucksache",
        "filing": filing,
        "content": mark_safe(content),  # noqa: S308 - rendered by council_page, every value escaped
    }
    return TemplateResponse(request, "admin/fund/filing_paper.html", context)


def give_paper(site, request, pk):
    """The same as a tagged PDF; of a filed paper always the very file that was filed."""
    filing, now = paper_or_404(request, pk), timezone.now()
    seen_cases(request, filing)
    if filing.filed_at:
        with store.read(filing.stored) as kept:
            content = kept.read()
    else:
        content = council_page.document(filing, council_page.body(filing, now), now)
    is_pdf = content.startswith(b"%PDF")
    name = f"vorlage-{filing.council_paper or 'entwurf'}".replace("/", "-").replace(" ", "-")
    response = FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=f"{name}.{'pdf' if is_pdf else 'html'}",
        content_type="application/pdf" if is_pdf else "text/html; charset=utf-8",
    )
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
