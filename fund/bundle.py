"""A case as one file for the city's records: readable pages, attachments, data, history, under its file number.

Without the libraries that draw a PDF (Pango) the same pages come as HTML, and a line says what is missing.
"""

import json
import re
import tempfile
import zipfile

from django.template.loader import render_to_string
from django.utils import timezone, translation

from fund import casefiles, checklist, drawing, reading
from fund.guards import path_of
from fund.models import CaseFile, Tier
from wir.languages import registry
from wir.lib.iban import masked
from wir.lib.printable import printable
from wir.lib.spreadsheets import csv_lines

SCHEMA = 1  # version of data.json; raised when a field changes its meaning or goes
IN_MEMORY = 5 * 1024 * 1024  # bytes; larger bundles wait on disk
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]')
NO_PDF = "Die Akte liegt als HTML bei, weil auf dem Server die Bibliothek Pango fehlt, mit der ein PDF entsteht."


def build(application, *, now):
    """(the name of the bundle, an open file at its beginning). The caller closes it."""
    content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
    folder = application.reference
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        attached, left_out = attach(archive, folder, application)
        pages = page(application, attached, left_out, now)
        name, document = as_pdf(pages)
        archive.writestr(f"{folder}/{name}", document)
        archive.writestr(f"{folder}/daten.json", json.dumps(data(application, now), ensure_ascii=False, indent=1))
        archive.writestr(f"{folder}/verlauf.csv", history(application))
        notes = ([] if name.endswith(".pdf") else [NO_PDF]) + left_out
        if notes:
            archive.writestr(f"{folder}/HINWEIS.txt", "\n".join(notes) + "\n")
    content.seek(0)
    return f"{folder}.zip", content


# Attachments ----------------------------------------------------------------------------------------------------------


def attach(archive, folder, application):
    """Put the files into the archive. ([names in the bundle], [why a file is not in it])."""
    names, left_out = [], []
    for number, file in enumerate(casefiles.handed_in(application), 1):
        name = f"{number:02d}-{clean(file.name)}"
        if not file.is_safe:
            left_out.append(f"Nicht beigelegt: {name} ({file.get_scan_display()})")
            continue
        try:
            with casefiles.content(file) as source, archive.open(f"{folder}/unterlagen/{name}", "w") as target:
                for piece in iter(lambda source=source: source.read(65536), b""):
                    target.write(piece)
        except FileNotFoundError:
            left_out.append(f"Nicht beigelegt: {name} (die Datei fehlt im Speicher)")
            continue
        names.append(f"{name} (ungeprüft)" if file.scan == CaseFile.Scan.UNSCANNED else name)
    return names, left_out


def clean(name):
    """A name that every system can unpack: no path, no control or direction sign, nothing a program reserves."""
    return UNSAFE.sub("_", name).strip(" .")[:100] or "Datei"


# Pages ----------------------------------------------------------------------------------------------------------------


def page(application, attached, left_out, now):
    """The readable part as one German HTML document; what the applicant wrote stands in her own words."""
    revision = application.revision
    revision.application = application
    with translation.override("de"):
        return render_to_string(
            "fund/bundle/case.html",
            {
                "application": application,
                "revision": revision,
                "language": registry.get(application.language),
                "path": dict(Tier.Path.choices).get(path_of(application), ""),
                "sections": reading.sections(revision),
                "points": checklist.rows_of(application),
                "requests": application.change_requests.prefetch_related("sections").select_related("asked_by"),
                "messages": application.messages.select_related("user", "helper"),
                "notes": application.notes.select_related("by"),
                "decisions": application.decisions.select_related("reason", "proposed_by", "confirmed_by", "letter"),
                "history": reading.history(application),
                "helpers": application.helpers.all(),
                "attached": attached,
                "left_out": left_out,
                "made": timezone.localtime(now),
            },
        )


def as_pdf(pages, name="antrag"):
    """(name, bytes): a tagged PDF (PDF/UA-1), or the HTML itself where the server cannot draw one."""
    document = drawing.as_pdf(pages, "wir/file.css")
    return (f"{name}.html", pages.encode()) if document is None else (f"{name}.pdf", document)


# Data -----------------------------------------------------------------------------------------------------------------


def history(application):
    """Every move as CSV for spreadsheet programs; no cell can run as a formula."""
    rows = []
    for step in reading.history(application):
        at = f"{timezone.localtime(step.at):%d.%m.%Y %H:%M}"
        rows.append(map(printable, [at, step.label, step.who, step.source, step.target, step.note]))
    return "".join(csv_lines(["Zeit", "Schritt", "Wer", "Von", "Nach", "Notiz"], rows))


def data(application, now):
    """Everything that stands about the case, as plain values; nothing that would open it."""
    revision = application.revision
    return {
        "schema": SCHEMA,
        "made": moment(now),
        "reference": application.reference,
        "file_number": application.file_number,
        "sample": application.sample,
        "state": application.state,
        "tier": application.tier,
        "path": path_of(application),
        "round": application.round,
        "language": application.language,
        "intake": application.intake,
        "rule_set": application.rule_set.key,
        "year": application.year.year if application.year else None,
        "submitted": moment(application.submitted_at),
        "decided": moment(application.decision_recorded_at),
        "released": moment(application.decision_released_at),
        "ended": moment(application.ended_at),
        "active_on": day(application.active_on),
        "closed_on": day(application.closed_on),
        "payer": application.payer,
        "ledger": [
            {"kind": each.kind, "amount": str(each.amount), "year": each.year.year, "at": moment(each.at)}
            for each in application.entries.select_related("year")
        ],
        "summary": application.summary_de,
        "summary_translated": application.summary_plain,
        "applicant": revision.applicant,
        "person": revision.person,
        "title": revision.title,
        "requested": str(revision.requested),
        "total": str(revision.total),
        "starts": revision.starts_on.isoformat(),
        "ends": revision.ends_on.isoformat(),
        "revisions": [
            {"number": each.number, "made": moment(each.made_at), "answers": each.answers, "files": each.files}
            for each in application.revisions.all()
        ],
        "files": [
            {name: getattr(each, name) for name in ("name", "section", "kind", "size", "digest", "scan")}
            for each in casefiles.handed_in(application)
        ],
        "helpers": [{"name": each.name, "organisation": each.organisation} for each in application.helpers.all()],
        "requests": [
            {
                "asked": moment(each.asked_at),
                "due": each.due.isoformat(),
                "answered": moment(each.answered_at),
                "sections": {part.section: [part.text, part.translation] for part in each.sections.all()},
            }
            for each in application.change_requests.prefetch_related("sections")
        ],
        "messages": [
            {
                "sent": moment(each.sent_at),
                "from_office": each.from_office,
                "language": each.language,
                "text": each.text,
                "translation": each.translation,
                "translated_into": each.translation_language,
                "translated_by": each.translation_origin,
            }
            for each in application.messages.all()
        ],
        "notes": [{"at": moment(each.at), "by": str(each.by), "text": each.text} for each in application.notes.all()],
        "flags": [
            {"kind": each.kind, "raised": moment(each.raised_at), "settled": moment(each.settled_at), "note": each.note}
            for each in application.flags.all()
        ],
        "checklist": [
            {"point": each.point, "fine": each.fine, "note": each.note, "at": moment(each.at)}
            for each in application.checked_points.all()
        ],
        "agreements": [
            {
                "due": each.due.isoformat(),
                "accepted": moment(each.accepted_at),
                "how": each.how,
                "signer": each.signer,
                "function": each.function,
                "payee": each.payee,
                "account": masked(each.iban),
            }
            for each in application.acceptances.all()
        ],
        "reversals": [
            {
                "kind": each.kind,
                "reason": each.reason,
                "proposed": moment(each.proposed_at),
                "confirmed": moment(each.confirmed_at),
                "dropped": moment(each.dropped_at),
            }
            for each in application.reversals.all()
        ],
        "put_together_with": str(application.merged_into) if application.merged_into_id else "",
        "decisions": [
            {
                "kind": each.kind,
                "reason": each.reason.key if each.reason else "",
                "amount": None if each.amount is None else str(each.amount),
                "people": each.people,
                "sentence": each.sentence_de,
                "proposed": moment(each.proposed_at),
                "confirmed": moment(each.confirmed_at),
                "dropped": moment(each.dropped_at),
                "letter": letter_of(each),
            }
            for each in application.decisions.select_related("reason", "letter")
        ],
    }


def letter_of(decision):
    letter = getattr(decision, "letter", None)
    if letter is None:
        return None
    return {
        "language": letter.language,
        "text_de": letter.text_de,
        "text": letter.text,
        "read": moment(letter.read_at),
        "released": moment(letter.released_at),
        "code": letter.code or "",
        "digest": letter.digest,
    }


def day(value):
    return value.isoformat() if value else None


def moment(value):
    """In Hannover's time with its offset; None where it has not happened."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None
