"""Who is who in the city: departments with the names they had when, districts, council papers, the office."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wir.languages import registry
from wir.languages.models import Stamped, Stamping
from wir.lib.slugs import german_slug


def in_force(thing, day):
    """Does its time hold this day? valid_from, valid_until: first and last day; empty means without a known end."""
    return (thing.valid_from is None or thing.valid_from <= day) and (
        thing.valid_until is None or thing.valid_until >= day
    )


class DatedName(Stamping):
    """Base of a name that somebody carried from one day to another.

    valid_from, valid_until: first and last day; empty where unknown or open. is_alias: also called so, also found so.
    """

    name = models.CharField("Name", max_length=200)
    is_alias = models.BooleanField("weiterer Name", default=False)
    valid_from = models.DateField("ab", null=True, blank=True)
    valid_until = models.DateField("bis", null=True, blank=True)
    source = models.CharField("Quelle", max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="%(class)s_ends_after_start",
                violation_error_message="Das Ende liegt vor dem Anfang.",
            )
        ]

    def __str__(self):
        return self.name

    def is_valid(self, day):
        return in_force(self, day)


class Named(Stamping):
    """Base of what has dated names, read from `names`."""

    class Meta:
        abstract = True

    def __str__(self):
        names = sorted(self.names.all(), key=lambda name: (name.is_alias, name.valid_until is not None, name.pk))
        return names[0].name if names else f"{self._meta.verbose_name} {self.pk}"

    def name_on(self, day):
        """The proper name on a day, or "" where none is known for it."""
        fitting = [name for name in self.names.all() if not name.is_alias and name.is_valid(day)]
        return max(fitting, key=lambda name: (name.valid_from is not None, name.valid_from)).name if fitting else ""


class Unit(Named):
    """A department of the city (Dezernat, Fachbereich, Sachgebiet)."""

    number = models.CharField("Nummer", max_length=20, unique=True, help_text="Zum Beispiel: 56.10")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="gehört zu"
    )

    class Meta:
        verbose_name = "Stelle der Stadtverwaltung"
        verbose_name_plural = "Stellen der Stadtverwaltung"
        ordering = ["number"]


class UnitName(DatedName):
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names", verbose_name="Stelle")

    class Meta(DatedName.Meta):
        verbose_name = "Name einer Stelle"
        verbose_name_plural = "Namen von Stellen"
        ordering = ["valid_from", "pk"]


class UnitMember(models.Model):
    """Somebody who answers for what a department does; her rights reach the department and all below it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="members", verbose_name="Stelle")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="unit_memberships", verbose_name="Konto"
    )

    class Meta:
        verbose_name = "Konto einer Stelle"
        verbose_name_plural = "Konten von Stellen"
        constraints = [models.UniqueConstraint(fields=["unit", "user"], name="one_membership_per_unit")]

    def __str__(self):
        return f"{self.user}: {self.unit}"


def units_of(user):
    """The pks of all units somebody answers for: her own and those below them."""
    found = set(UnitMember.objects.filter(user=user).values_list("unit_id", flat=True))
    children = {}
    for pk, parent in Unit.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    waiting = list(found)
    while waiting:
        below = [pk for pk in children.get(waiting.pop(), []) if pk not in found]
        found.update(below)
        waiting += below
    return found


class District(Stamping):
    """One of the 13 Stadtbezirke. Its name is a German proper name in every language."""

    number = models.PositiveSmallIntegerField("Nummer", unique=True, help_text="Zum Beispiel: 10")
    name = models.CharField("Name", max_length=80, help_text="Zum Beispiel: Linden-Limmer")

    class Meta:
        verbose_name = "Stadtbezirk"
        verbose_name_plural = "Stadtbezirke"
        ordering = ["number"]

    def __str__(self):
        return f"{self.number:02} {self.name}"

    @property
    def slug(self):
        return german_slug(self.name) or "stadtbezirk"


class CityPart(Stamping):
    """A Stadtteil: one level below the districts. Only those that a source names in connection with WIR2.0."""

    name = models.CharField("Name", max_length=80, unique=True, help_text="Zum Beispiel: Vahrenwald")
    district = models.ForeignKey(District, models.PROTECT, related_name="parts", verbose_name="Stadtbezirk")

    class Meta:
        verbose_name = "Stadtteil"
        verbose_name_plural = "Stadtteile"
        ordering = ["district", "name"]

    def __str__(self):
        return self.name


class CouncilPaper(Stamping):
    """A paper of the council (Drucksache). Supplements carry the number of the paper they belong to."""

    number = models.CharField("Nummer", max_length=20, help_text="Zum Beispiel: 0993/2022")
    supplement = models.CharField(
        "Ergänzung", max_length=10, blank=True, help_text="Zum Beispiel: E1. Leer: die Drucksache selbst"
    )
    title = models.CharField("Gegenstand", max_length=300)
    decided_on = models.DateField("Datum", null=True, blank=True)
    body = models.ForeignKey("strategy.Body", models.PROTECT, null=True, blank=True, verbose_name="Gremium")
    link = models.URLField("Adresse", max_length=500, blank=True)

    class Meta:
        verbose_name = "Drucksache"
        verbose_name_plural = "Drucksachen"
        ordering = ["number", "supplement"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "supplement"],
                name="one_council_paper",
                violation_error_message="Diese Drucksache gibt es schon.",
            )
        ]

    def __str__(self):
        return f"{self.number} {self.supplement}".strip()


class ContactQuerySet(models.QuerySet):
    def on(self, day):
        """The contact valid on a day: the one that began last."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "-pk").first()


class Contact(Stamped):
    """How to reach the office (Geschäftsstelle); stands at the same place on every page (WCAG 2.2, 3.2.6)."""

    office = models.CharField("Name der Stelle", max_length=200)
    phone = models.CharField("Telefon", max_length=40, blank=True, help_text="Zum Beispiel: 0511 168-0")
    mail = models.EmailField("E-Mail", blank=True)
    address = models.TextField("Anschrift", blank=True)
    hours = models.CharField("Sprechzeiten", max_length=200, blank=True, help_text="Zum Beispiel: Mo–Do 9–15 Uhr")
    languages = models.JSONField("gesprochene Sprachen", default=list, blank=True)
    valid_from = models.DateField("gültig ab")
    source = models.CharField("Quelle", max_length=200, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "Kontakt der Geschäftsstelle"
        verbose_name_plural = "Kontakt der Geschäftsstelle"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(mail=""),
                name="contact_can_be_reached",
                violation_error_message="Ein Kontakt braucht Telefon oder E-Mail.",
            )
        ]

    def __str__(self):
        return self.office

    @property
    def spoken(self):
        """The languages of the registry that the office speaks."""
        return [registry.BY_CODE[code] for code in self.languages if code in registry.BY_CODE]

    @property
    def phone_link(self):
        """The number as a tel: address takes it."""
        digits = "".join(char for char in self.phone.replace("(0)", "") if char.isdigit())
        if digits.startswith("00"):
            return "+" + digits[2:]
        if digits.startswith("0"):
            return "+49" + digits[1:]
        return "+" + digits if self.phone.lstrip().startswith("+") else digits  # 115 and the like stay short
