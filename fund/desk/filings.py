"""Papers to the committees at the desk: the list, one paper with its cases, drafts, results and their confirmation.

Whoever records results sees of a case its title, who applies, the amount and the board's result, and nothing else;
who sits in the body and may not read the case, its title and who applies.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from fund import actors, committees, council_page, filings, standing, store
from fund.actors import CHECK, LEAD, RECORD, Part
from fund.desk import filing_forms as forms
from fund.desk.access import closed_on, seated, seen_all
from fund.models import Application, CommitteeStep, Decision, FiledCase, Filing, StepResult
from fund.permissions import VIEW, check_may_any, may_work
from wir.lib.workflow import Refused, status_of

State = Application.State
PER_PAGE = 25
MOST = 100  # results and cases that wait, on one page


def actor_of(user):
    return actors.staff(user, Part.TEAM if user.has_perm(CHECK) else Part.RECORDER)


def filing_or_404(user, pk):
    check_may_any(user, CHECK, RECORD)
    return get_object_or_404(Filing.objects.select_related("council_paper", "made_by", "filed_by"), pk=pk)


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
    """Committees that have said nothing yet of the cases that are still in their paper."""
    said = StepResult.objects.filter(step=OuterRef("pk"), dropped_at=None, case__ended_at=None)
    return CommitteeStep.objects.filter(~Exists(said)).order_by("order")


def next_step(filing, today):
    """What has to happen next with a paper, in words, and whether its day is over."""
    if filing.filed_at is None:
        return ("einbringen" if filing.council_paper_id else "Nummer eintragen und einbringen"), False
    if filing.waits:
        return "Ergebnis bestätigen", False
    days = sorted(step.session_on for step in filing.steps.all() if step.session_on)
    over = [day for day in days if day <= today]
    if over:
        return f"Ergebnis eintragen (Sitzung am {over[-1]:%d.%m.%Y})", True
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
    found = found.filter(application__sample=sample, application__state__in=(State.APPROVED, State.REJECTED))
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
    for place in places:
        by_step = {}
        for result in place.said:
            by_step[result.step_id] = result
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
        "lines": lines(newest(places), steps, user, closed),
        "reads_paper": may_read(filing, closed),
        "is_open": is_open,
        "today": today,
        "acts": acts_for(filing, is_open, back),
        "may_lead": user.has_perm(LEAD),
        "may_view": user.has_perm(VIEW),
        "missing": list(filings.what_is_missing(filing, places)) if filing.filed_at is None else [],
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


# Drafts, numbers, days, filing ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """label: of the button. form(filing, data). do(filing, by, now, values) -> where to go, None for the paper's page.

    on: "draft", "filed", or "back" for a filed paper with cases that were put off.
    """

    label: str
    form: type
    do: Callable
    tells: str
    on: str


def changing(filing, by, now, values):
    filings.change(filing, by=by, now=now, **values)


def numbering(filing, by, now, values):
    filings.give_number(filing, by=by, now=now, **values)


def moving_days(filing, by, now, values):
    filings.move_days(filing, by=by, now=now, **values)


def filing_it(filing, by, now, values):
    filings.file(filing, by=by, now=now)


def discarding(filing, by, now, values):
    filings.discard(filing, by=by, now=now)
    return reverse("admin:fund_committee_desk") + ("?beispiele=1" if filing.sample else "")


def filing_again(filing, by, now, values):
    filings.file_again(filing, by=by, now=now, **values)


ACTS = {
    "aendern": Act("Entwurf ändern", forms.FilingForm, changing, "", "draft"),
    "nummer": Act(
        "Nummer und Tag eintragen",
        forms.NumberForm,
        numbering,
        "Die Nummer kommt vom Büro des Rates. Sie kann auch nach dem Entwurf eingetragen werden.",
        "draft",
    ),
    "einbringen": Act(
        "Vorlage einbringen",
        forms.ConfirmFilingForm,
        filing_it,
        "Alle Anträge der Vorlage gehen damit in die Ausschüsse. Die Vorlage wird so aufbewahrt, wie sie jetzt ist.",
        "draft",
    ),
    "verwerfen": Act(
        "Entwurf verwerfen",
        forms.ConfirmFilingForm,
        discarding,
        "Der Entwurf ist dann weg; seine Anträge warten wieder auf eine Vorlage.",
        "draft",
    ),
    "termine": Act("Termine ändern", forms.DaysForm, moving_days, "Nur Sitzungen ohne Ergebnis.", "filed"),
    "erneut": Act(
        "Vertagtes wieder einbringen",
        forms.AgainForm,
        filing_again,
        "Dieselbe Drucksache kommt in eine andere Sitzung. Eine geänderte Vorlage ist eine neue, mit Ergänzung.",
        "back",
    ),
}


def stand_of(pk):
    filed_at = Filing.objects.filter(pk=pk).values_list("filed_at", flat=True)
    return "verworfen" if not filed_at else "eingebracht" if filed_at[0] else "Entwurf"


def acts_for(filing, is_open, back):
    """[(name, label)] of the buttons of a paper."""
    if filing.filed_at is None:
        kinds = {"draft"}
    else:
        kinds = ({"filed"} if is_open else set()) | ({"back"} if back else set())
    return [(name, act.label) for name, act in ACTS.items() if act.on in kinds]


def asking(site, request, *, title, form, reasons, label, back, tells="", status=200, **more):
    context = site.each_context(request) | {
        "title": title,
        "form": form,
        "reasons": reasons,
        "label": label,
        "back": back,
        "tells": tells,
    }
    return TemplateResponse(request, "admin/fund/filing_ask.html", context | more, status=status)


def make(site, request):
    """A new draft from the cases that wait."""
    user, sample = request.user, request.GET.get("beispiele") == "1"
    check_may_any(user, CHECK, RECORD)
    form = forms.FilingForm(None, request.POST if request.method == "POST" else None, sample=sample)
    forms.hide_amounts(form, closed_on(request))
    reasons, status = [], 200
    if request.method == "POST":
        status = 422
        if not form.is_valid():
            reasons = form.missing
        else:
            try:
                made = filings.make(by=actor_of(user), now=timezone.now(), sample=sample, **form.values)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
            else:
                messages.success(request, "Der Entwurf ist angelegt.")
                return HttpResponseRedirect(reverse("admin:fund_filing", args=[made.pk]))
    back = reverse("admin:fund_committee_desk") + ("?beispiele=1" if sample else "")
    title, label = "Neue Vorlage an die Ausschüsse", "Entwurf anlegen"
    return asking(site, request, title=title, form=form, reasons=reasons, label=label, back=back, status=status)


def act(site, request, pk, name):
    """One button of a paper on a page of its own, with everything in the way."""
    user, filing, now = request.user, filing_or_404(request.user, pk), timezone.now()
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    form, reasons, status = chosen.form(filing, request.POST if request.method == "POST" else None), [], 200
    forms.hide_amounts(form, closed_on(request))
    if (chosen.on == "draft") != (filing.filed_at is None):
        reasons = [filings.FILED if filing.filed_at else "Die Vorlage ist noch nicht eingebracht."]
    elif name == "einbringen":
        reasons = list(filings.what_is_missing(filing, filings.places_of(filing)))
    shows_form = not reasons
    if request.method == "POST":
        status = status_of(reasons)
        if form.is_valid():
            filing.version = form.cleaned_data["version"]
            try:
                target = chosen.do(filing, actor_of(user), now, form.values)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
                form.data = form.data.copy()
                form.data["version"] = Filing.objects.values_list("version", flat=True).get(pk=pk)
            else:
                messages.success(request, f"{filing.title}: {chosen.label}. Stand jetzt: {stand_of(pk)}.")
                return HttpResponseRedirect(target or reverse("admin:fund_filing", args=[pk]))
    return asking(
        site,
        request,
        title=f"{chosen.label}: {filing.title}",
        form=form,
        reasons=reasons,
        label=chosen.label,
        back=reverse("admin:fund_filing", args=[pk]),
        tells=chosen.tells,
        status=status,
        hides_form=not shows_form and request.method != "POST",
    )
