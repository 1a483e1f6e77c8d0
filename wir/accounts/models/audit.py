"""Who saw, changed and decided what, as rows that nobody changes or takes away."""

from django.conf import settings
from django.db import models

from wir.append_only import AppendOnlyModel


class AuditEntry(AppendOnlyModel):
    """One act of one person. Written by wir/accounts/audit.py only.

    by: no constraint of the database and no cascade: an account may be deleted, its rows stay as they are, and by_name
    tells who it was. Empty: the portal itself, or somebody who was not let in.
    model, object_id, thing, reference: what it was about, as text, so that it can be read when the thing is gone.
    detail: which button, page or fields; never what a case says.
    network: where from, without the part that tells one device from another.
    once: names what is told only once a day.
    """

    class Action(models.TextChoices):
        SIGNED_IN = "signed-in", "angemeldet"
        SIGNED_OUT = "signed-out", "abgemeldet"
        SIGN_IN_FAILED = "sign-in-failed", "Anmeldung gescheitert"
        SAW = "saw", "gelesen"
        DOWNLOADED = "downloaded", "heruntergeladen"
        EXPORTED = "exported", "ausgegeben"
        CHANGED = "changed", "geändert"
        DECIDED = "decided", "entschieden"
        INVITED = "invited", "eingeladen"
        WITHDREW = "withdrew", "Einladung zurückgezogen"
        ACCEPTED = "accepted", "Einladung angenommen"
        RIGHTS = "rights", "Rechte geändert"
        PASSWORD = "password", "Passwort geändert"  # noqa: S105 - the name of an act
        FACTOR = "factor", "zweiten Faktor geändert"
        RESET_ASKED = "reset-asked", "Zurücksetzen beantragt"
        RESET_DROPPED = "reset-dropped", "Zurücksetzen verworfen"
        RESET = "reset", "zweiten Faktor zurückgesetzt"
        SESSIONS = "sessions", "Sitzungen beendet"

    at = models.DateTimeField("Zeit", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name="von",
    )
    by_name = models.CharField("wer", max_length=200, blank=True)
    action = models.CharField("was", max_length=20, choices=Action.choices)
    model = models.CharField("Art", max_length=60, blank=True)
    object_id = models.CharField("Nummer", max_length=40, blank=True)
    thing = models.CharField("Gegenstand", max_length=200, blank=True)
    reference = models.CharField("Aktenzeichen", max_length=40, blank=True, db_index=True)
    detail = models.CharField("Einzelheit", max_length=300, blank=True)
    network = models.CharField("Netz", max_length=45, blank=True)
    once = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = "Eintrag im Protokoll"
        verbose_name_plural = "Protokoll: wer hat was gesehen und getan"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["by", "-at"], name="audit_by_person"),
            models.Index(fields=["model", "object_id"], name="audit_by_thing"),
        ]

    def __str__(self):
        return f"{self.by_name or 'Portal'}: {self.get_action_display()} {self.reference or self.thing}".rstrip()
