"""Task pages of accounts: inviting people, and a new second factor by two; and what the desk tells of both."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from wir.accounts import factor, invitations, resetting, unsent
from wir.accounts.models import FactorReset, User
from wir.accounts.permissions import INVITE, NO_RIGHT, RESET, given_by, resets
from wir.languages import registry
from wir.lib.workflow import Refused, status_of


def urls(site):
    """The task pages of one admin site."""
    page = site.page
    return [
        path("konten/einladen/", page(invite), name="invite"),
        path("konten/<int:pk>/einladung/", page(invitation), name="account_invitation"),
        path("konten/faktor/", page(factor_resets), name="factor_resets"),
        path("konten/faktor/<int:pk>/", page(factor_reset), name="factor_reset"),
        path("nicht-gesendet/", page(unsent.show), name="unsent"),
    ]


def tasks(user, now):
    """What waits for this person: (count, text, address)."""
    if user.has_perm(RESET):
        waiting = [each for each in resetting.open_resets(now) if not resetting.blockers(each, by=user, now=now)]
        if waiting:
            yield (
                len(waiting),
                "Person wartet auf einen neuen zweiten Faktor"
                if len(waiting) == 1
                else ("Personen warten auf einen neuen zweiten Faktor"),
                reverse("admin:factor_resets"),
            )
    left = factor.codes_left(user)
    if left is not None and left <= factor.FEW_CODES:
        text = "Wiederherstellungscode ist übrig" if left == 1 else "Wiederherstellungscodes sind übrig"
        yield left, f"{text}: Bitte machen Sie neue", reverse("mfa_generate_recovery_codes")


def check_may(user, right):
    if not user.has_perm(right):
        raise PermissionDenied(NO_RIGHT)


def answer(site, request, template, context, status=200):
    return TemplateResponse(request, template, site.each_context(request) | context, status=status)


# Inviting -------------------------------------------------------------------------------------------------------------


def missing(sentence):
    """The error of an empty field: one sentence of its own, so that four of them are told apart."""
    return {"required": sentence}


class InviteForm(forms.Form):
    first_name = forms.CharField(label="Vorname", max_length=150, error_messages=missing("Der Vorname fehlt."))
    last_name = forms.CharField(label="Nachname", max_length=150, error_messages=missing("Der Nachname fehlt."))
    email = forms.EmailField(
        label="E-Mail-Adresse",
        help_text="Dorthin geht die Einladung. Zum Beispiel: name@example.org",
        error_messages=missing("Die E-Mail-Adresse fehlt."),
    )
    language = forms.ChoiceField(
        label="Sprache der E-Mails",
        choices=[(language.code, language.name) for language in registry.PUBLIC],
        initial=registry.SOURCE.code,
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(),
        label="Gruppen",
        widget=forms.CheckboxSelectMultiple,
        help_text="Was die Person tun darf, folgt aus den Gruppen.",
        error_messages=missing("Wählen Sie mindestens eine Gruppe."),
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = given_by(by, Group.objects.order_by("name"))


def invite(site, request):
    """Make an account and send its invitation."""
    check_may(request.user, INVITE)
    form, reasons, status = InviteForm(request.POST or None, by=request.user), [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                user = invitations.create_account(**form.cleaned_data, by=request.user, now=timezone.now())
            except Refused as refusal:
                reasons = refusal.reasons
                status = status_of(reasons)
            else:
                messages.success(request, f"{user} ist eingeladen. Der Anmeldename ist „{user.username}“.")
                return HttpResponseRedirect(reverse("admin:account_invitation", args=[user.pk]))
    context = {"title": "Zu einem Konto einladen", "form": form, "reasons": reasons}
    return answer(site, request, "admin/accounts/invite.html", context, status)


def invitation(site, request, pk):
    """What became of the invitations of one account; send it again, or withdraw it."""
    check_may(request.user, INVITE)
    account, now = get_object_or_404(User, pk=pk), timezone.now()
    reasons, status = [], 200
    if request.method == "POST":
        verbs = {"senden": (invitations.invite, "Die Einladung ist unterwegs. Eine frühere gilt nicht mehr.")}
        verbs["zurueckziehen"] = (invitations.withdraw, "Die Einladung ist zurückgezogen.")
        verb, sentence = verbs.get(request.POST.get("tun"), (None, ""))
        if verb is None:
            raise Http404
        try:
            verb(account, by=request.user, now=now)
        except Refused as refusal:
            reasons = refusal.reasons
            status = status_of(reasons)
        else:
            messages.success(request, sentence)
            return HttpResponseRedirect(reverse("admin:account_invitation", args=[pk]))
    sent = [(each, each.state(now)) for each in account.invitations.select_related("made_by", "withdrawn_by")]
    blocked = invitations.blockers(account, by=request.user)
    context = {
        "title": f"Einladung: {account}",
        "account": account,
        "sent": sent,
        "reasons": reasons or (blocked if not any(state[0] == "accepted" for _each, state in sent) else []),
        "may_send": not blocked,
        "is_open": any(each.accepted_at is None and each.withdrawn_at is None for each, _state in sent),
    }
    return answer(site, request, "admin/accounts/invitation.html", context, status)


# A new second factor --------------------------------------------------------------------------------------------------


class AskForm(forms.Form):
    account = forms.ModelChoiceField(
        User.objects.none(), label="Wer hat den zweiten Faktor verloren?", empty_label="Bitte wählen"
    )
    reason = forms.CharField(
        label="Warum",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="Zum Beispiel: neues Telefon, am 12. März persönlich in der Geschäftsstelle erkannt",
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        accounts = (
            User.objects.filter(is_active=True, is_staff=True).exclude(pk=by.pk).order_by("last_name", "username")
        )
        if not by.is_superuser:
            accounts = accounts.filter(is_superuser=False)
        self.fields["account"].queryset = accounts


def factor_resets(site, request):
    """Ask for it, and what waits for a second person."""
    check_may(request.user, RESET)
    now = timezone.now()
    form, reasons, status = AskForm(request.POST or None, by=request.user), [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                resetting.ask(data["account"], reason=data["reason"], by=request.user, now=now)
            except Refused as refusal:
                reasons = refusal.reasons
                status = status_of(reasons)
            else:
                messages.success(request, "Beantragt. Jetzt bestätigt eine zweite Person auf dieser Seite.")
                return HttpResponseRedirect(reverse("admin:factor_resets"))
    waiting = [(each, resetting.blockers(each, by=request.user, now=now)) for each in resetting.open_resets(now)]
    context = {
        "title": "Zweiten Faktor zurücksetzen",
        "form": form,
        "reasons": reasons,
        "waiting": waiting,
        "done": FactorReset.objects.exclude(confirmed_at=None).select_related("user", "asked_by", "confirmed_by")[:10],
    }
    return answer(site, request, "admin/accounts/factor_resets.html", context, status)


def factor_reset(site, request, pk):
    """The second person looks at it once more, and confirms or drops it."""
    check_may(request.user, RESET)
    reset, now = get_object_or_404(FactorReset.objects.select_related("user", "asked_by"), pk=pk), timezone.now()
    reasons, status = resetting.blockers(reset, by=request.user, now=now), 200
    possible = not reasons
    if request.method == "POST":
        verbs = {
            "bestaetigen": (resetting.confirm, f"{reset.user} setzt beim nächsten Anmelden einen neuen Faktor."),
            "verwerfen": (resetting.drop, "Der Antrag ist verworfen."),
        }
        verb, sentence = verbs.get(request.POST.get("tun"), (None, ""))
        if verb is None:
            raise Http404
        try:
            verb(reset, by=request.user, now=now)
        except Refused as refusal:
            reasons = refusal.reasons
            status = status_of(reasons)
        else:
            messages.success(request, sentence)
            return HttpResponseRedirect(reverse("admin:factor_resets"))
    context = {
        "title": f"Zweiten Faktor zurücksetzen: {reset.user}",
        "reset": reset,
        "factors": Authenticator.objects.filter(user=reset.user, type__in=factor.FACTORS).count(),
        "reasons": reasons,
        "possible": possible,
        "may_drop": not reset.confirmed_at and not reset.dropped_at and not resets(request.user, reset.user),
    }
    return answer(site, request, "admin/accounts/factor_reset.html", context, status)
