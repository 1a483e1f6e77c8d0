"""Task pages of the outbox: moving a message, reading it as a page, printing letters; and what the desk tells."""

import re
from collections import Counter
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Min, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from wir.accounts.audit import Action, record, record_all, record_seen
from wir.languages import registry
from wir.lib.formats import long_date, one_or_many
from wir.outbox import kinds, tasks
from wir.outbox.models import Heartbeat, Message
from wir.outbox.permissions import HANDLE, RELEASE, VIEW, WORKER, check_may, readable
from wir.outbox.rendering import letter_body
from wir.outbox.secrets import ENDED, AccessEnded, filled, hidden_page, hidden_text
from wir.outbox.workflow import MOVES, TICKED, Refused, blockers, move, worded

MOST_AT_ONCE = 100  # letters of one print page; their numbers stand in its address
STANDS_AFTER = timedelta(minutes=5)  # without a sign of life


def urls(site):
    """The task pages of one admin site."""
    page = site.page
    return [
        path("postausgang/drucken/", page(print_letters), name="print_letters"),
        path("postausgang/<int:pk>/<slug:name>/", page(move_message), name="message_move"),
    ]


# Moving ---------------------------------------------------------------------------------------------------------------


class MoveForm(forms.Form):
    """What a move asks for; each of them keeps only its own fields."""

    on = forms.DateField(
        label="Tag", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), help_text="Zum Beispiel: heute"
    )
    result = forms.CharField(
        label="Ergebnis",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="Zum Beispiel: mit der Person gesprochen, sie kommt",
    )
    reason = forms.CharField(
        label="Warum",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="Zum Beispiel: Die Sitzung fällt aus.",
    )
    mail = forms.CharField(
        label="E-Mail-Adresse",
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 50}),
        help_text="Berichtigen Sie sie, wenn sie falsch war. Zum Beispiel: name@example.org",
    )
    channel = forms.ChoiceField(
        label="Weg",
        choices=[(channel.value, channel.label) for channel in Message.Channel if channel != Message.Channel.MAIL],
        help_text="Zum Beispiel: Brief",
    )
    postal = forms.CharField(
        label="Anschrift",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text="Für einen Brief. Zum Beispiel: Hauptstraße 1, und in der nächsten Zeile: 30159 Hannover",
    )
    phone = forms.CharField(
        label="Telefon",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 30}),
        help_text="Für einen Anruf. Zum Beispiel: 0511 168-0",
    )

    def __init__(self, *args, asks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {name: field for name, field in self.fields.items() if name in asks}


def move_message(site, request, pk, name):
    """What will happen, what it asks for, or everything that is in the way; then carried out."""
    step = MOVES.get(name)
    if step is None or step.permission == WORKER:
        raise Http404
    check_may(request.user, step)
    message, now = get_object_or_404(readable(Message.objects.defer("html"), request.user), pk=pk), timezone.now()
    back = reverse("admin:outbox_message_change", args=[pk])
    step = worded(step, message)
    form = MoveForm(
        request.POST if request.method == "POST" else None, initial=start_of(message, name, now), asks=step.asks
    )
    wrong_state = [] if message.state in step.source else blockers(message, name, by=request.user, now=now)
    reasons, status, before = wrong_state, 200, way_of(message)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    move(message, name, by=request.user, now=now, **form.cleaned_data)
                    if message.state == Message.State.QUEUED:
                        tasks.nudge()
            except Refused as refusal:
                reasons = refusal.reasons
            else:
                record_move(message, step, before, request=request, now=now)
                messages.success(request, f"„{step.label}“: {message}")
                return HttpResponseRedirect(back)
    text = text_for(message, name)
    if text != hidden_text(message):
        detail = "persönlicher Zugang zum Vorlesen"
        record(by=request.user, action=Action.EXPORTED, thing=message, now=now, detail=detail, request=request)
    context = site.each_context(request) | {
        "title": f"{step.label}: {message}",
        "message": message,
        "text": text,
        "step": step,
        "form": form,
        "reasons": reasons,
        "possible": not wrong_state,
        "back": back,
    }
    return TemplateResponse(request, "admin/outbox/move.html", context, status=status)


def way_of(message):
    return message.channel, message.mail, message.postal, message.phone


def record_move(message, step, before, *, request, now):
    """Into the log: who did what with a message, and that its way or address is another one, without the address."""
    detail = step.label if way_of(message) == before else f"{step.label}: Weg oder Adresse geändert"
    record(by=request.user, action=Action.CHANGED, thing=message, now=now, detail=detail, request=request)


def start_of(message, name, now):
    """What stands in the form before anybody has written: what is known, and the way for which an address is there."""
    channel = message.channel
    if message.is_mail:
        channel = Message.Channel.CALL if message.phone and not message.postal else Message.Channel.LETTER
    return {
        "on": timezone.localdate(now),
        "result": TICKED.get(message.channel, "") if name == "tick_off" else "",
        "channel": channel,
        "mail": message.mail,
        "postal": message.postal,
        "phone": message.phone,
    }


def text_for(message, name):
    """What a person reads before a move. Who makes a call says the personal access aloud; nobody else needs it here."""
    called = message.channel == Message.Channel.CALL and message.state == Message.State.OPEN
    if called and name in ("tick_off", "not_reached") and not is_sealed(message):
        try:
            return filled(message)[0]
        except AccessEnded:
            return f"{ENDED}.\n\n{hidden_text(message)}"
    return hidden_text(message)


# Reading and printing -------------------------------------------------------------------------------------------------


def show_page(site, request, pk):
    """A message as its reader sees it, in a frame: the page meets nothing of the admin's styles."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    message = get_object_or_404(readable(Message.objects, request.user), pk=pk)
    saw(request, message)
    if request.GET.get("seite") == "1":
        return HttpResponse(hidden_page(message))
    context = site.each_context(request) | {"title": f"{message}: als Seite", "message": message}
    return TemplateResponse(request, "admin/outbox/page.html", context)


def print_letters(site, request):
    """Letters one below the other, each on paper of its own; and how many of the chosen are left out, and why."""
    if not request.user.has_perm(HANDLE):
        raise PermissionDenied
    wanted = request.GET.get("briefe", "").split(",")[:MOST_AT_ONCE]
    pks = {int(part) for part in wanted if re.fullmatch("[0-9]{1,9}", part)}
    chosen = list(readable(Message.objects.filter(pk__in=pks), request.user).order_by("pk"))
    left_out = Counter(filter(None, map(unprintable, chosen)))
    letters = []
    for message in chosen:
        if not unprintable(message):
            try:
                letters.append(letter_of(message))
            except AccessEnded:
                left_out["persönlicher Zugang gilt nicht mehr"] += 1
    printed = [letter["message"] for letter in letters]
    record_all(printed, by=request.user, action=Action.EXPORTED, now=timezone.now(), detail="Brief", request=request)
    if len(pks) > len(chosen):
        left_out["nicht gefunden"] = len(pks) - len(chosen)
    context = {
        "letters": letters,
        "left_out": ", ".join(f"{number} × {reason}" for reason, number in left_out.items()),
        "number_left_out": left_out.total(),
        "sender": kinds.sender(),
    }
    return TemplateResponse(request, "admin/outbox/letters.html", context)


def saw(request, message):
    """Into the log: somebody read what is written to a person."""
    about = kinds.label(message.kind)
    record_seen(by=request.user, thing=message, kind="message", now=timezone.now(), request=request, detail=about)


def unprintable(message):
    """Why a message is not printed, "" where it is: a letter that is to be sent, or was sent and is needed again."""
    if message.channel != Message.Channel.LETTER:
        return "kein Brief"
    if is_sealed(message):
        return "persönlicher Zugang, nur als E-Mail"
    if message.erased_at is not None:
        return "Inhalt gelöscht"
    if message.state not in (Message.State.OPEN, Message.State.DONE):
        return message.get_state_display()
    return ""


def is_sealed(message):
    kind = kinds.find(message.kind)
    return kind is not None and kind.sealed


def letter_of(message):
    """What stands on the paper, with the personal access. Raises AccessEnded where there is none any more."""
    language, kind = registry.get(message.shown_language), kinds.find(message.kind)
    lines = [line.strip() for line in message.postal.splitlines() if line.strip()]
    if message.name and message.name.casefold() not in (line.casefold() for line in lines):
        lines.insert(0, message.name)
    return {
        "message": message,
        "paper": kind.paper(message) if kind and kind.paper else "",
        "language": language,
        "address": lines,
        "date": long_date(timezone.localdate(message.written_at), language.locale),
        "body": mark_safe(letter_body(filled(message)[1])),  # noqa: S308 - rendered and escaped when it was written
    }


# The desk -------------------------------------------------------------------------------------------------------------


def desk_tasks(user, today):
    """What needs this person: (count, text, address), most pressing first."""
    may_handle, may_release = user.has_perm(HANDLE), user.has_perm(RELEASE)
    if not (may_handle or may_release):
        return
    State, Channel = Message.State, Message.Channel
    found = Message.objects.aggregate(
        failed=Count("pk", filter=Q(state=State.FAILED)),
        unclear=Count("pk", filter=Q(state=State.UNCLEAR)),
        held=Count("pk", filter=Q(state=State.HELD)),
        letters=Count("pk", filter=Q(state=State.OPEN, channel=Channel.LETTER)),
        calls=Count("pk", filter=Q(state=State.OPEN, channel=Channel.CALL)),
        overdue=Count("pk", filter=Q(due_on__lt=today, answered_on__isnull=True)),
    )
    rows = (
        ("failed", may_handle, ("E-Mail ist gescheitert", "E-Mails sind gescheitert"), "state__exact=failed"),
        (
            "unclear",
            may_handle,
            ("E-Mail ist unklar: angekommen oder nicht?", "E-Mails sind unklar: angekommen oder nicht?"),
            "state__exact=unclear",
        ),
        (
            "held",
            may_release,
            ("Nachricht wartet auf Freigabe", "Nachrichten warten auf Freigabe"),
            "state__exact=held",
        ),
        (
            "letters",
            may_handle,
            ("Brief ist zu drucken", "Briefe sind zu drucken"),
            "state__exact=open&channel__exact=letter",
        ),
        (
            "calls",
            may_handle,
            ("Anruf ist zu führen", "Anrufe sind zu führen"),
            "state__exact=open&channel__exact=call",
        ),
        ("overdue", may_handle, ("Antwort ist überfällig", "Antworten sind überfällig"), "antwort=ueberfaellig"),
    )
    for name, may, words, query in rows:
        if may and found[name]:
            yield (
                found[name],
                one_or_many(found[name], *words),
                reverse("admin:outbox_message_changelist") + f"?{query}",
            )


def status(now):
    """How the sending of mails is doing: what waits since when, and when the worker was last seen."""
    waiting = Message.objects.waiting().aggregate(number=Count("pk"), oldest=Min("written_at"))
    seen = Heartbeat.newest()
    works = seen is not None and now - seen < STANDS_AFTER
    return {
        "number": waiting["number"],
        "oldest": waiting["oldest"],
        "seen": seen,
        "works": works,
        "stands": not works and waiting["number"] > 0,
    }
