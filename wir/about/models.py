from django.db import models
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wir.languages.models import Stamped, Translated, TranslatedQuerySet
from wir.languages.registry import LANGUAGES


class SiteTextQuerySet(TranslatedQuerySet):
    def public(self):
        return self.all()


class SiteText(Translated):
    """The text of a page that is not an item of the strategy: start, introductions, pages about the site."""

    key = models.SlugField("Seite", max_length=40, unique=True, editable=False)
    title = models.CharField("Titel", max_length=200)
    plain = models.TextField("Text")

    objects = SiteTextQuerySet.as_manager()

    class Meta:
        verbose_name = "Seitentext"
        verbose_name_plural = "Seitentexte"
        ordering = ["key"]

    def __str__(self):
        return self.title_de or self.key


def site_text(key):
    """The text of a page; Http404 where the content pack has not been loaded yet."""
    text = SiteText.objects.for_list("title", "plain").filter(key=key).first()
    if text is None:
        raise Http404(f"The text {key!r} is missing: run load_content.")
    return text


class OperatorFactQuerySet(models.QuerySet):
    def on_page(self, page):
        """The known facts of one page, in the order of the law."""
        names = [name for name in OperatorFact.Name.values if page in OperatorFact.PAGES[name]]
        known = {fact.name: fact for fact in self.filter(name__in=names)}
        return [known[name] for name in names if name in known]


class OperatorFact(Stamped):
    """A fact about the operator that the law wants on a page. A missing one is left out in public and told to staff."""

    class Name(models.TextChoices):
        OPERATOR = "operator", "Betreiberin"
        ADDRESS = "address", "Anschrift"
        REPRESENTED_BY = "represented_by", "vertreten durch"
        PHONE = "phone", "Telefon"
        MAIL = "mail", "E-Mail"
        VAT_ID = "vat_id", "Umsatzsteuer-Identifikationsnummer"
        CONTROLLER = "controller", "Verantwortlich für den Datenschutz"
        DATA_PROTECTION_OFFICER = "data_protection_officer", "Datenschutzbeauftragte Person"
        SUPERVISORY_AUTHORITY = "supervisory_authority", "Aufsichtsbehörde für den Datenschutz"
        HOSTING = "hosting", "Wo die Server stehen"
        LOG_RETENTION = "log_retention", "Wie lange Protokolle bleiben"
        ARBITRATION = "arbitration", "Schlichtungsstelle nach § 9d NBGG"
        MONITORING = "monitoring", "Überwachungsstelle nach § 9c NBGG"

    # § 5 DDG; Art. 13 DSGVO; §§ 9b to 9d NBGG
    PAGES = {
        Name.OPERATOR: ("impressum", "barrierefreiheit"),
        Name.ADDRESS: ("impressum",),
        Name.REPRESENTED_BY: ("impressum",),
        Name.PHONE: ("impressum",),
        Name.MAIL: ("impressum",),
        Name.VAT_ID: ("impressum",),
        Name.CONTROLLER: ("datenschutz",),
        Name.DATA_PROTECTION_OFFICER: ("datenschutz",),
        Name.SUPERVISORY_AUTHORITY: ("datenschutz",),
        Name.HOSTING: ("datenschutz",),
        Name.LOG_RETENTION: ("datenschutz",),
        Name.ARBITRATION: ("barrierefreiheit",),
        Name.MONITORING: ("barrierefreiheit",),
    }

    name = models.CharField("Angabe", max_length=30, choices=Name.choices, unique=True)
    value = models.TextField(
        "Wortlaut", help_text="So, wie er auf der Seite steht. Zum Beispiel: Landeshauptstadt Hannover"
    )
    source = models.CharField(
        "Woher die Angabe stammt", max_length=200, help_text="Zum Beispiel: Rechtsamt, 3. März 2026"
    )

    objects = OperatorFactQuerySet.as_manager()

    class Meta:
        verbose_name = "Angabe zur Betreiberin"
        verbose_name_plural = "Angaben zur Betreiberin"
        ordering = ["name"]

    def __str__(self):
        return self.get_name_display()

    @property
    def public_label(self):
        """Its label in the reader's language."""
        return PUBLIC_LABELS[self.name]

    @classmethod
    def missing(cls):
        """The labels of the facts that nobody has entered yet."""
        known = set(cls.objects.values_list("name", flat=True))
        return [label for name, label in cls.Name.choices if name not in known]


PUBLIC_LABELS = {
    OperatorFact.Name.OPERATOR: _("Operator of this site"),
    OperatorFact.Name.ADDRESS: pgettext_lazy("postal", "Address"),
    OperatorFact.Name.REPRESENTED_BY: _("Represented by"),
    OperatorFact.Name.PHONE: _("Phone"),
    OperatorFact.Name.MAIL: _("E-mail"),
    OperatorFact.Name.VAT_ID: _("VAT identification number"),
    OperatorFact.Name.CONTROLLER: _("Responsible for your data"),
    OperatorFact.Name.DATA_PROTECTION_OFFICER: _("Data protection officer"),
    OperatorFact.Name.SUPERVISORY_AUTHORITY: _("Data protection authority"),
    OperatorFact.Name.HOSTING: _("Where the servers are"),
    OperatorFact.Name.LOG_RETENTION: _("How long the logs are kept"),
    OperatorFact.Name.ARBITRATION: _("Arbitration office (Schlichtungsstelle)"),
    OperatorFact.Name.MONITORING: _("Monitoring office (Überwachungsstelle)"),
}


class AccessibilityGapQuerySet(TranslatedQuerySet):
    def public(self):
        return self.filter(closed_on__isnull=True)


class AccessibilityGap(Translated):
    """Something that is not accessible yet; the statement lists the open ones, so it is never stale (§ 9b NBGG)."""

    number = models.PositiveSmallIntegerField("Nummer", unique=True)
    title = models.CharField("Lücke", max_length=200)
    plain = models.TextField("Was fehlt und wen es trifft")
    fixed_by = models.DateField("soll behoben sein bis", null=True, blank=True)
    closed_on = models.DateField("behoben am", null=True, blank=True)

    objects = AccessibilityGapQuerySet.as_manager()

    class Meta:
        verbose_name = "Lücke der Barrierefreiheit"
        verbose_name_plural = "Lücken der Barrierefreiheit"
        ordering = ["number"]

    def __str__(self):
        return self.title_de

    @property
    def is_public(self):
        return self.closed_on is None


class BarrierReport(models.Model):
    """What somebody could not use. Kept until it is answered; the mail address only for the answer."""

    class State(models.TextChoices):
        NEW = "new", "neu"
        ANSWERED = "answered", "beantwortet"

    page = models.CharField("Seite", max_length=500, blank=True)
    text = models.TextField("Was nicht ging", max_length=5000)
    mail = models.EmailField("E-Mail für die Antwort", blank=True)
    language = models.CharField("Sprache", max_length=12, choices=[(each.code, each.name) for each in LANGUAGES])
    sent_at = models.DateTimeField("gemeldet am")
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.NEW)
    answer = models.TextField("Was daraus wurde", blank=True)

    class Meta:
        verbose_name = "gemeldete Barriere"
        verbose_name_plural = "gemeldete Barrieren"
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="new") | ~Q(answer=""),
                name="answered_with_words",
                violation_error_message="Beantwortet ist eine Meldung erst, wenn hier steht, was daraus wurde.",
            )
        ]

    def __str__(self):
        return f"{self.get_state_display()}: {self.text[:60]}"
