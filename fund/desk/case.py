"""One case on one page: what was handed in, what happened, what can be done next; and the whole of it as a file."""

from django.http import FileResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from fund import actors, bundle, checklist, promise, reading, workflow
from fund.desk import acting, deciding
from fund.desk.access import case_or_404, may_work
from fund.filled import Filled
from fund.guards import decision_of, open_request, path_of
from fund.models import Tier
from wir.languages import registry

PARTS = ("notiz", "nachricht", "kurzfassung", "aktenzeichen", "pruefliste")  # forms that stand on the page itself


def show_case(site, request, pk):
    """Everything about a case. Forms and buttons only for who may work on it."""
    application, now = case_or_404(request.user, pk), timezone.now()
    application.revision.application = application
    works = may_work(request.user)
    decision = decision_of(application)
    answer, _source = promise.answer_by(application, now)
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
            "works": works,
        }
        | deciding.money_of(application)
        | acting.shown_letter(application)
    )
    if works:
        context |= {
            "moves": moves(application, request.user, now),
            "forms": {name: with_own_ids(acting.ACTS[name].form(application), name) for name in PARTS},
        }
    return TemplateResponse(request, "admin/fund/case.html", context)


def with_own_ids(form, name):
    """Several forms stand on one page, so each field carries its form's name."""
    form.auto_id = f"{name}_%s"
    return form


def moves(application, user, now):
    """[(move, reasons why it is not possible now)] of everything the table allows here."""
    return [
        (move, acting.in_the_way(application, move.name, user, now))
        for move in workflow.moves_for(application, actors.staff(user))
        if move.name in acting.ACTS
    ]


def give_bundle(site, request, pk):
    """The case as one file for the records."""
    application = case_or_404(request.user, pk)
    name, content = bundle.build(application, now=timezone.now())
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
