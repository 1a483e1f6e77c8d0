"""One case on one page: what was handed in, what happened, what can be done next; and the whole of it as a file."""

from django.db.models import Prefetch
from django.http import FileResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from fund import (
    agenda,
    agreements,
    bundle,
    checklist,
    committees,
    deputies,
    guards,
    leading,
    meeting,
    promise,
    reading,
    reversals,
    standing,
    workflow,
)
from fund.actors import LEAD
from fund.deciding import NOBODY_PROPOSED
from fund.desk import acting, deciding
from fund.desk.access import case_or_404, seen
from fund.desk.acts import ACTS
from fund.filled import Filled
from fund.guards import decision_of, open_request, path_of
from fund.models import Application, Letter, StepResult, Tier
from fund.permissions import may_work
from wir.accounts.audit import Action, record
from wir.languages import registry
from wir.lib.iban import masked

State = Application.State
PARTS = ("notiz", "nachricht", "kurzfassung", "aktenzeichen", "pruefliste")  # forms that stand on the page itself
# A second step without its first: all that such a sentence says is that nobody has begun
NOT_BEGUN = {
    NOBODY_PROPOSED,
    guards.NOT_PROPOSED,
    meeting.NOT_RECORDED,
    meeting.RESULT_HOLDS,
    committees.NOT_RECORDED,
    deputies.ENOUGH,
    reversals.NOT_OPEN,
}
DECIDING = (Application.State.TEAM_DECISION, Application.State.BOARD_QUEUE)  # where deputies may take over


def show_case(site, request, pk):
    """Everything about a case. Forms and buttons only for who may work on it."""
    application, now = case_or_404(request.user, pk), timezone.now()
    seen(request.user, application, "page", request)
    application.revision.application = application
    works = may_work(request.user)
    decision = decision_of(application)
    answer, _source = promise.answer_by(application, now)
    in_conflict = list(standing.reasons(application, request.user))
    context = (
        site.each_context(request)
        | {
            "title": f"{application}: {application.revision.title}",
            "application": application,
            "revision": application.revision,
            "money": Filled.frozen(application, application.revision.answers),
            "language": registry.get(application.language),
            "path": dict(Tier.Path.choices).get(path_of(application), ""),
            "answer": answer,
            "today": timezone.localdate(now),
            "sections": reading.sections(application.revision),
            "changes": reading.changes(application.revision),
            "files": reading.files(application.revision),
            "flags": application.flags.prefetch_related("others__revision").select_related("settled_by"),
            "helpers": application.helpers.all(),
            "history": reading.history(application),
            "notes": application.notes.select_related("by"),
            "messages_of_case": application.messages.select_related("helper", "user", "translated_by"),
            "question": open_request(application),
            "points": checklist.rows_of(application),
            "decision": decision,
            "papers": papers_of(application, request.user) if works else [],
            "works": works,
            "in_conflict": in_conflict,
            "unmanned": list(deputies.unmanned(application, now, team=bool(in_conflict))),
            "shortage": deputies.shortage(application, now) if application.state in DECIDING else "",
        }
        | deciding.money_of(application)
        | acting.shown_letter(application)
        | letters_of(application)
        | meeting_of(application, request.user)
    )
    context["moves"] = begun(moves(application, request.user, now))
    if works:
        context |= {
            "forms": {name: with_own_ids(ACTS[name].form(application), name) for name in PARTS},
        }
    return TemplateResponse(request, "admin/fund/case.html", context)


def letters_of(application):
    """What belongs to letters and agreements on the page of a case; of an account only enough to recognise it."""
    accepted = agreements.accepted_of(application)
    return {
        "earlier_letters": Letter.objects.filter(
            decision__application=application, decision__dropped_at__isnull=False, released_at__isnull=False
        ).select_related("decision"),
        "waits_for_yes": agreements.waiting_of(application) if application.state == State.AGREEMENT_SENT else None,
        "accepted": accepted,
        "account": masked(accepted.iban) if accepted else "",
        "reversal": reversals.reversal_of(application),
        "merged": application.merged.all(),
    }


def papers_of(application, user):
    """The papers a case is or was in, each once with its newest place. to_confirm: results there that wait for the
    lead."""
    waiting = StepResult.objects.filter(dropped_at=None, confirmed_at=None).exclude(result__in=StepResult.BACK)
    places = application.filings.select_related("filing__council_paper").order_by("pk")
    places = places.prefetch_related(Prefetch("results", waiting.select_related("step__body"), to_attr="to_confirm"))
    newest = {each.filing_id: each for each in places}
    for place in newest.values():
        place.to_confirm = [] if place.ended_at else place.to_confirm
        place.may_confirm = user.has_perm(LEAD)
    return list(newest.values())


def meeting_of(application, user):
    """The open item of a case on the agenda of a meeting or in a vote, and whether this person may open it."""
    item = agenda.open_item(application) if application.state == State.BOARD_MEETING else None
    return {"item": item, "leads_item": item is not None and leading.leads_item(user, item)}


def with_own_ids(form, name):
    """Several forms stand on one page, so each field carries its form's name."""
    form.auto_id = f"{name}_%s"
    return form


def moves(application, user, now):
    """[(move, reasons why it is not possible now)] of everything the table allows here."""
    return [
        (move, acting.in_the_way(application, move.name, user, now))
        for move, _actor in workflow.offered(application, user)
        if move.name in ACTS
    ]


def begun(moves):
    """Without the second steps whose first one nobody has made: they tell nothing, and there are many of them. So it is
    with handing over, while enough people are free."""
    return [(move, reasons) for move, reasons in moves if NOT_BEGUN.isdisjoint(reasons)]


def give_bundle(site, request, pk):
    """The case as one file for the records."""
    application, now = case_or_404(request.user, pk), timezone.now()
    record(by=request.user, action=Action.EXPORTED, thing=application, now=now, detail="Akte", request=request)
    name, content = bundle.build(application, now=now)
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
