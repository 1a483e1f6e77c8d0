"""Everything about a case that its applicant may have, in one archive: readable, and as data.

What the office notes for itself and results that are not released are not in it; they can be asked for in writing
(Art. 15 GDPR). A helper takes the same along but for the agreement, which is the applicant's own.
"""

import json
import tempfile
import zipfile

from django.template.loader import render_to_string
from django.utils import timezone

from fund import bundle, casefiles, letter_paper, reading, workflow
from fund.filled import Filled
from fund.known import moves_known
from fund.models import Letter
from fund.questions import STEPS
from wir.languages import registry
from wir.languages.text import current
from wir.lib.iban import masked

IN_MEMORY = 5 * 1024 * 1024  # bytes; larger archives wait on disk
SCHEMA = 2  # version of the data; raised when a field changes its meaning or goes


def build(application, *, own, now):
    """(name of the archive, an open file at its beginning). The caller closes it. own: for the applicant herself."""
    content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
    try:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            attach(archive, application)
            attach_letters(archive, application)
            archive.writestr("antrag.html", page(application, now))
            archive.writestr("antrag.json", json.dumps(data(application, own, now), ensure_ascii=False, indent=1))
    except BaseException:
        content.close()
        raise
    content.seek(0)
    return f"{application.reference or 'antrag'}.zip", content


def attach(archive, application):
    for number, file in enumerate(application.files.kept(), 1):
        if not file.is_safe:
            continue
        try:
            source = casefiles.content(file)
        except FileNotFoundError:
            continue
        with source, archive.open(f"dateien/{number:02d}-{bundle.clean(file.name)}", "w") as target:
            for piece in iter(lambda source=source: source.read(65536), b""):
                target.write(piece)


def attach_letters(archive, application):
    """The papers of released letters as they were kept; one from before papers were kept has none."""
    for letter in letters(application).select_related("decision__application").order_by("pk"):
        try:
            document, _kind, name = letter_paper.kept(letter)
        except (FileNotFoundError, ValueError):
            continue
        archive.writestr(f"briefe/{bundle.clean(name)}", document)


def sections(application):
    """[(step key, its title, answers)] of what was sent, or of what stands in a draft, in the reader's language."""
    if application.revision is not None:
        filled = Filled.frozen(application, application.revision.answers)
    else:
        filled = Filled(application)
    return [
        (step.key, str(step.title), [reading.answered(question, filled) for question in filled.asked(step)])
        for step in filled.steps
    ]


def letters(application):
    """Letters of results the applicant knows, those of earlier rounds and of a waiting list too."""
    return Letter.objects.filter(decision__application=application, released_at__isnull=False)


def steps_told(application):
    rows = moves_known(application)
    return [(at, move) for at, move in rows if move in workflow.MOVES and workflow.MOVES[move].public]


def history(steps):
    """[(moment, sentence in the reader's language)] of what happened, as far as it was told. steps: `steps_told`.

    A line that says what the one before it said already is left out: its first day is the one that counts.
    """
    lines = [(at, str(workflow.MOVES[move].public)) for at, move in steps]
    return [line for number, line in enumerate(lines) if not number or lines[number - 1][1] != line[1]]


def page(application, now):
    context = {
        "application": application,
        "language": current(),
        "sections": sections(application),
        "messages": application.messages.select_related("helper"),
        "requests": application.change_requests.prefetch_related("sections"),
        "letters": [(each, registry.find(each.language)) for each in letters(application)],
        "history": history(steps_told(application)),
        "helpers": application.helpers.all(),
        "files": application.files.kept(),
        "titles": {step.key: step.title for step in STEPS},
        "now": now,
    }
    return render_to_string("fund/case/takeout.html", context)


def moment(value):
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def data(application, own, now):
    """The same as data. Amounts and days stand as they were typed."""
    return {
        "schema": SCHEMA,
        "made_at": moment(now),
        "reference": application.reference,
        "language": application.language,
        "started_at": moment(application.started_at),
        "submitted_at": moment(application.submitted_at),
        "answers": [
            {"question": each.question, "row": each.row, "text": each.text, "saved_at": moment(each.saved_at)}
            for each in application.answers.all()
        ],
        "revisions": [
            {"number": each.number, "made_at": moment(each.made_at), "answers": each.answers, "files": names(each)}
            for each in application.revisions.all()
        ],
        "files": [
            {"name": each.name, "kind": each.kind, "size": each.size, "sha256": each.digest,
             "saved_at": moment(each.saved_at)}
            for each in application.files.kept()
        ],
        "helpers": [
            {"name": each.name, "organisation": each.organisation, "from": moment(each.added_at),
             "until": moment(each.ended_at)}
            for each in application.helpers.all()
        ],
        "questions": [
            {"asked_at": moment(each.asked_at), "due": each.due.isoformat(), "answered_at": moment(each.answered_at),
             "sections": [[section.section, section.text, section.translation] for section in each.sections.all()]}
            for each in application.change_requests.prefetch_related("sections")
        ],
        "messages": [
            {"from_office": each.from_office, "at": moment(each.sent_at), "language": each.language, "text": each.text,
             "translation": each.translation, "translation_origin": each.translation_origin}
            for each in application.messages.all()
        ],
        "letters": [
            {"released_at": moment(each.released_at), "german": each.text_de, "language": each.language,
             "text": each.text}
            for each in letters(application)
        ],
        "confirmed": [
            {"at": moment(each.accepted_at), "how": each.how, "signer": each.signer, "function": each.function,
             "payee": each.payee, "account": masked(each.iban)}
            for each in (application.acceptances.filter(accepted_at__isnull=False) if own else ())
        ],
        "put_together": [data(each, own, now) for each in application.merged.all()],
        "history": [{"at": moment(at), "text": sentence} for at, sentence in history(steps_told(application))],
    }  # fmt: skip


def names(revision):
    return [name for _pk, name, *_digest in revision.files]
