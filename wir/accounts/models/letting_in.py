"""How somebody is let in: the invitation by mail, and the way back after a lost second factor."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wir.accounts.models.people import User


class InvitationQuerySet(models.QuerySet):
    def open(self, at):
        """Those whose link still opens something."""
        return self.filter(accepted_at=None, withdrawn_at=None, valid_until__gt=at)


class Invitation(models.Model):
    """One link for one account. Its secret is not stored: it is worked out of the nonce with the portal's own key
    (wir/accounts/invitations.py), so a copy of the database opens nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations", verbose_name="Konto")
    nonce = models.CharField(max_length=50, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField("eingeladen am")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="eingeladen von"
    )
    valid_until = models.DateTimeField("gilt bis")
    accepted_at = models.DateTimeField("angenommen am", null=True, blank=True)
    withdrawn_at = models.DateTimeField("zurückgezogen am", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="von"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "Einladung"
        verbose_name_plural = "Einladungen"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
                violation_error_message="Zu diesem Konto gibt es schon eine Einladung.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("made_at")),
                name="invitation_lasts",
                violation_error_message="Eine Einladung endet nach dem Tag, an dem sie geschrieben wurde.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_ends_once",
                violation_error_message="Eine Einladung ist angenommen oder zurückgezogen, nicht beides.",
            ),
        ]

    def __str__(self):
        return f"Einladung vom {self.made_at:%d.%m.%Y}"

    def state(self, at):
        """(key, word) of what became of it."""
        if self.accepted_at:
            return "accepted", "angenommen"
        if self.withdrawn_at:
            return "withdrawn", "zurückgezogen"
        return ("open", "eingeladen") if self.valid_until > at else ("expired", "abgelaufen")


class FactorReset(models.Model):
    """Two people let a third one set a new second factor (wir/accounts/resetting.py)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="factor_resets", verbose_name="Konto")
    reason = models.CharField("Warum", max_length=300)
    asked_at = models.DateTimeField("beantragt am")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="beantragt von"
    )
    confirmed_at = models.DateTimeField("bestätigt am", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bestätigt von"
    )
    dropped_at = models.DateTimeField("verworfen am", null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="verworfen von"
    )

    class Meta:
        verbose_name = "Zurücksetzen eines zweiten Faktors"
        verbose_name_plural = "Zurücksetzen zweiter Faktoren"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, dropped_at=None),
                name="one_open_reset",
                violation_error_message="Für dieses Konto ist das schon beantragt.",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")) & (Q(confirmed_by=None) | ~Q(confirmed_by=F("user"))),
                name="reset_by_others",
                violation_error_message="Den eigenen zweiten Faktor setzen immer zwei andere zurück.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")),
                name="reset_by_two",
                violation_error_message="Zwei verschiedene Personen setzen einen zweiten Faktor zurück.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="reset_confirmed_by_somebody",
                violation_error_message="Zur Bestätigung gehört, wer bestätigt hat.",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_by=None) | Q(dropped_at__isnull=False, dropped_by__isnull=False),
                name="reset_dropped_by_somebody",
                violation_error_message="Zum Verwerfen gehört, wer verworfen hat.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(dropped_at=None),
                name="reset_ends_once",
                violation_error_message="Ein Antrag ist bestätigt oder verworfen, nicht beides.",
            ),
        ]

    def __str__(self):
        return f"Zweiter Faktor von {self.user}"
