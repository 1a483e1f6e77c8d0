"""The form: its list of topics, one page for each, everything on one page, and sending it."""

from datetime import timedelta
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fund import access, forms, intake, saving, tasklist
from fund.filled import Filled
from fund.models import Application
from fund.questions import BY_KEY, FILES, SHORT, STORED
from fund.revising import readable
from fund.sentences import who_decides
from fund.views.case_page import case_page
from fund.words import sentence
from fund.workflow import perform
from wir.languages.page import Page
from wir.lib import codes
from wir.lib.workflow import Refused

State = Application.State
STAMP = signing.TimestampSigner(salt="fund.check")  # says when a page was made; a day later it says nothing
READ_AND_WRITE = require_http_methods(["GET", "HEAD", "POST"])
ONLY_READ = require_http_methods(["GET", "HEAD"])
ONLY_WRITE = require_http_methods(["POST"])


def address(request, name, *args, **query):
    """The address of a page of this case."""
    target = reverse(f"fund:{name}", args=[request.secret, *args])
    return f"{target}?{urlencode(query)}" if query else target


def step_address(request, step, **query):
    """Files have a page of their own."""
    return address(request, "files", **query) if step is FILES else address(request, "step", step.key, **query)


def see(target):
    """After a POST: the answer is another page, so that reloading sends nothing twice."""
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response


def case_context(request, title, **context):
    """What every page of the form needs: whose case it is, where its pages are."""
    application = request.application
    return context | {
        "page": Page(title=title, indexed=False),
        "application": application,
        "secret": request.secret,
        "back": address(request, "case"),
    }


# The list of topics ---------------------------------------------------------------------------------------------------


def tasklist_page(request, key):
    """What there is to do, how far it is, and which way the application takes. GET changes nothing."""
    application = request.application
    filled = Filled(application)
    tasks = [(task, step_address(request, task.step)) for task in tasklist.tasks(application, filled)]
    is_ready = not tasklist.problems(application, filled)
    context = case_context(
        request,
        _("Your application"),
        tasks=tasks,
        is_ready=is_ready,
        name=filled.text("title").strip(),
        way=way_of(filled),
        refusal=filled.routed[1],
        is_new=request.GET.get("neu") == "1",
        has_moved=request.GET.get("weg") == "1",
        code=codes.group(request.secret.upper()),
        link=access.link(request.secret, request.LANGUAGE_CODE),
        expires=timezone.localdate(application.saved_at) + timedelta(days=application.rule_set.draft_days),
    )
    return render(request, "fund/form/tasklist.html", context)


def way_of(filled):
    """The sentence that says who decides, "" before an amount is known."""
    if filled.tier is None:
        return ""
    text, values = who_decides(filled.tier)
    return sentence(text, **values)


# One topic ------------------------------------------------------------------------------------------------------------


@case_page
@READ_AND_WRITE
def step(request, key, step):
    if step not in BY_KEY or step == FILES.key:
        raise Http404
    step = BY_KEY[step]
    if request.method == "POST":
        return save_step(request, step)
    filled = Filled(request.application)
    asked = tasklist.requested_sections(request.application)
    if step not in filled.steps or not tasklist.can_write(request.application, step, filled, asked):
        return HttpResponseRedirect(address(request, "case"))
    return step_page(request, step, filled, asked.get(step.key))


def save_step(request, step):
    """Save first, whatever else was wished; then go where the button says."""
    now, application = timezone.now(), request.application
    try:
        posted = request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        return too_much(request, step)
    action, _colon, value = posted.get("tun", "").partition(":")
    try:
        saved = saving.save(application, step.key, posted, by=request.actor, now=now)
        do_more(request, step, action, value, now)
    except saving.NotWritable as refusal:
        return came_too_late(request, step, refusal.typed)
    if action in ("zeile", "weg", "nimm", "lass"):
        return see(here(request, step, action, value))
    if action == "liste":
        return see(address(request, "case"))
    if saved.problems or saved.unreadable:
        return step_page(request, step, saved.filled, saved=saved, status=422)
    if saved.conflicts:
        return see(step_address(request, step, beide=1))
    return see(next_page(request, step, saved))


def do_more(request, step, action, value, now):
    """What a button does beside saving the page."""
    application, by = request.application, request.actor
    if action in ("nimm", "lass") and value.isascii() and value.isdigit():
        saving.settle(application, step.key, int(value[:15]), take=action == "nimm", by=by, now=now)
    elif action == "weg":
        key, _colon, row = value.partition(":")
        question = next((each for each in step.questions if each.key == key and each.columns), None)
        if question is not None and row.isascii() and row.isdigit():
            saving.remove_row(application, step.key, question, int(row[:3]), by=by, now=now)
    elif action == "bleibt":
        saving.stays(application, step.key, now=now)


def here(request, step, action, value):
    """The same page again; with one more line where that was wished."""
    query = {"zurueck": "pruefen"} if request.GET.get("zurueck") == "pruefen" else {}
    if action == "zeile":
        key, _colon, count = value.partition(":")
        query["zeilen"] = count if count.isascii() and count.isdigit() else "1"
    return step_address(request, step, **query)


def next_page(request, step, saved):
    """The topic after this one; the list where the way has changed; this one where the answer asks for more."""
    if saved.moved:
        return address(request, "case", weg=1)
    if request.application.state != State.DRAFT:
        return address(request, "case")
    if any(key == "kind" for key, _row in saved.changed) and saved.filled.problems(step):
        return step_address(request, step, gespeichert=1)
    if request.GET.get("zurueck") == "pruefen":
        return address(request, "check")
    steps = saved.filled.steps
    place = steps.index(step) if step in steps else len(steps)
    return step_address(request, steps[place + 1]) if place + 1 < len(steps) else address(request, "check")


def step_page(request, step, filled, section=None, *, saved=None, status=200):
    """The page of one topic. What is wrong is shown whenever it is there; what is missing where somebody came to look
    for it."""
    looks_for_gaps = request.GET.get("zurueck") == "pruefen"
    problems = [each for each in filled.problems(step) if looks_for_gaps or not each.missing]
    rivals = list(saving.open_rivals(request.application).select_related("answer", "helper"))
    wanted = request.GET.get("zeilen", "")
    rows = min(int(wanted[:3]), 40) if wanted.isascii() and wanted.isdigit() else 0
    fields = forms.fields_of(step, filled, problems, rivals, rows)
    mark_unreadable(fields, saved)
    errors = forms.summary(fields)
    title, place = title_of(step, filled, bool(errors))
    context = case_context(
        request,
        title,
        step=step,
        place=place,
        fields=fields,
        errors=errors,
        filled=filled,
        section=section,
        has_rivals=any(getattr(each, "rivals", None) or has_rival_lines(each) for each in fields),
        was_posted=saved is not None,
        has_begun=step.key == "wo-wann" and begins_too_early(filled),
        query=request.META.get("QUERY_STRING", "") if looks_for_gaps else "",
        **money_of(step, filled),
    )
    return render(request, "fund/form/step.html", context, status=status)


def has_rival_lines(lines):
    return any(cell.rivals for _row, cells in getattr(lines, "rows", []) for cell in cells)


def mark_unreadable(fields, saved):
    bad = set(saved.unreadable) if saved else set()
    for each in fields:
        for cell in [cell for _row, cells in getattr(each, "rows", []) for cell in cells] or [each]:
            if not cell.error and (cell.question.key, getattr(cell, "row", 0)) in bad:
                cell.error = _("This text has characters that cannot be read.")


def title_of(step, filled, has_errors):
    """("Error: What it costs – step 4 of 5", "Step 4 of 5"); documents are no step that counts."""
    counted = [each for each in filled.steps if not each.optional]
    numbers = {"number": counted.index(step) + 1 if step in counted else len(counted), "all": len(counted)}
    place = _("Step %(number)s of %(all)s") % numbers
    title = f"{step.title} – {place}"
    return (_("Error: %(title)s") % {"title": title} if has_errors else title), place


def money_of(step, filled):
    """Sums for the pages about money; only what is known."""
    if step.key not in ("kosten", "kostenplan", "finanzierung"):
        return {}
    still_open = filled.still_open if step.key == "finanzierung" else None
    return {
        "sums": {
            "total": filled.total,
            "own_share": filled.own_share if step.key != "kostenplan" else None,
            "percent": filled.share_percent,
            "still_open": still_open if still_open is None or still_open >= 0 else None,
            "too_much": -still_open if still_open is not None and still_open < 0 else None,
        },
        "rule_percent": filled.application.rule_set.own_share_percent if filled.share_is_below_rule else None,
    }


def all_money(filled):
    """The sums on the page with everything; what the short form asks for itself is not told twice."""
    found = money_of(BY_KEY["finanzierung"], filled)
    if filled.form == SHORT:
        found["sums"]["total"] = None
    return found


def begins_too_early(filled):
    starts = filled.day("starts")
    return starts is not None and starts <= timezone.localdate(timezone.now())


def came_too_late(request, step, typed):
    """The case was sent, or this topic is closed: what was typed comes back, to be copied."""
    texts = [(STORED[key].label_for(Filled(request.application, [])), text) for (key, _row), text in typed.items()]
    context = case_context(request, _("This could not be saved"), step=step, texts=texts)
    return render(request, "fund/form/late.html", context, status=409)


def too_much(request, step):
    context = case_context(request, _("This could not be saved"), step=step, is_too_much=True)
    return render(request, "fund/form/late.html", context, status=413)


# Everything on one page, and sending ----------------------------------------------------------------------------------


@case_page
@ONLY_READ
def check(request, key):
    if request.application.state != State.DRAFT:
        return HttpResponseRedirect(address(request, "case"))
    return check_page(request)


def check_page(request, reasons=(), status=200, opened=""):
    application, now = request.application, timezone.now()
    filled = Filled(application)
    problems = tasklist.problems(application, filled)
    is_open = intake.is_open_for(application, now)
    context = case_context(
        request,
        _("Error: %(title)s") % {"title": _("Check your answers")} if reasons else _("Check your answers"),
        sections=[section_of(request, each, filled) for each in filled.steps],
        problems=[(problem_address(request, each), tasklist.sentence(each, filled)) for each in problems],
        reasons=reasons,
        way=way_of(filled),
        is_open=is_open,
        other_round=None if is_open and fits(application, filled) else next_round(application, filled, now),
        opened=opened or STAMP.sign("offen" if is_open else "zu"),
        **all_money(filled),
    )
    return render(request, "fund/form/check.html", context, status=status)


def problem_address(request, problem):
    if not problem.step:
        return address(request, "case")
    step = BY_KEY[problem.step]
    target = step_address(request, step, zurueck="pruefen")
    return f"{target}#{saving.field_name(problem.question, problem.row)}"


def section_of(request, step, filled):
    """(step, address to change it, [(label, [lines of the answer])])."""
    answers = []
    for question in filled.asked(step):
        if question.columns:
            lines = [
                [understood(column, filled, row) for column in question.columns if filled.text(column.key, row)]
                for row in filled.rows(question)
            ]
        else:
            lines = [[text]] if (text := understood(question, filled)) else []
        answers.append((question.label_for(filled), lines))
    if step is FILES:
        answers = [(each.name, []) for each in filled.application.files.kept()]
    return step, step_address(request, step, zurueck="pruefen"), answers


def understood(question, filled, row=0):
    """An answer as it was understood: amounts and days in words of the page, the rest as typed."""
    return forms.Field(question, row, filled).means or readable(question, filled, row)


@case_page
@ONLY_WRITE
def submit(request, key):
    """Send it, once and only once: whoever sends it again is led to the same receipt."""
    application = request.application
    if application.state != State.DRAFT:
        return see(address(request, "case"))
    opened = request.POST.get("offen", "")
    values = {"consent": request.POST.get("einverstanden") == "ja", "opened_at": opened_at(opened)}
    try:
        perform(application, "submit", by=request.actor, now=timezone.now(), **values)
    except Refused as refusal:
        application.refresh_from_db(fields=["state", "version"])
        if application.state != State.DRAFT:  # another tab was faster
            return see(address(request, "case"))
        return check_page(request, refusal.reasons, status=422, opened=opened if values["opened_at"] else "")
    return see(address(request, "case"))


def opened_at(stamp):
    """When the page was made from which it is sent; None where it does not say so."""
    try:
        return STAMP.unsign(stamp, max_age=timedelta(days=1)) and moment_of(stamp)
    except signing.BadSignature:
        return None


def moment_of(stamp):
    """The moment of a stamp whose signature was checked."""
    seconds = signing.b62_decode(stamp.split(":")[1])
    return timezone.datetime.fromtimestamp(seconds, tz=timezone.get_current_timezone())


def fits(application, filled):
    """Is the round there for the amount that is asked for now?"""
    return filled.tier is None or intake.takes_tier(application, filled.tier.key)


def next_round(application, filled, now):
    """Where a draft could be handed in after its round is over, or with an amount that its round is not for; None
    where nothing else is open."""
    found = intake.openings(now, samples=application.sample)
    tier = filled.tier
    fitting = [each for each in found if each.is_here and (tier is None or tier.key in each.tier_keys)]
    return next((each for each in fitting if (each.year, each.call) != (application.year, application.call)), None)


@case_page
@ONLY_WRITE
def carry(request, key):
    """Take the draft along to the next round, with the rules that hold there."""
    application, now = request.application, timezone.now()
    filled = Filled(application)
    stays = intake.is_open_for(application, now) and fits(application, filled)
    if application.state == State.DRAFT and not stays:
        opening = next_round(application, filled, now)
        if opening is not None:
            Application.objects.filter(pk=application.pk, state=State.DRAFT, version=application.version).update(
                year=opening.year, call=opening.call, rule_set=opening.rule_set, saved_at=now, warned=0
            )
    return see(address(request, "check"))
