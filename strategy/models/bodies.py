"""Bodies that watch over the strategy, their seats, and who holds a seat from when to when."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from strategy.models.city import DatedName, District, Named, in_force
from wir.languages.models import Stamping, Translated, TranslatedQuerySet
from wir.languages.registry import LANGUAGES


def valid_on(day):
    """Condition on valid_from and valid_until: in force on a day; empty means without a known end."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    )


def ends_after_start(name):
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
        name=name,
        violation_error_message="Das Ende liegt vor dem Anfang.",
    )


class BodyQuerySet(TranslatedQuerySet):
    def public(self):
        return self.filter(published=True)

    def of_user(self, user, day):
        """The bodies in which an account holds a seat on a day, as member or as substitute."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=SeatHolder.objects.on(day).filter(user=user).values("seat__body"))


class Body(Named, Translated):
    """A board, a committee, the council, a district council or an advisory board.

    meetings_per_year: how often it has to meet at least; empty where no rule is known (rhythm_source says whose).
    """

    class Kind(models.TextChoices):
        BOARD = "board", "Begleitgremium"
        WORKING_COMMITTEE = "working_committee", "Arbeitsausschuss"
        PROJECT_TEAM = "project_team", "Projektteam"
        COUNCIL = "council", "Rat"
        COMMITTEE = "committee", "Ausschuss des Rates"
        DISTRICT_COUNCIL = "district_council", "Stadtbezirksrat"
        ADVISORY_BOARD = "advisory_board", "Integrationsbeirat"
        STEERING_GROUP = "steering_group", "Lenkungsgruppe"

    key = models.SlugField("Kürzel", max_length=60, unique=True)
    kind = models.CharField("Art", max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="gehört zu"
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name="Stadtbezirk"
    )
    plain = models.TextField("Was es tut", blank=True, help_text="Zwei bis vier kurze Sätze, die jede*r versteht.")
    meetings_per_year = models.PositiveSmallIntegerField(
        "Sitzungen im Jahr, mindestens", null=True, blank=True, help_text="Zum Beispiel: 2. Leer: keine Regel bekannt"
    )
    rhythm_source = models.CharField(
        "Woher die Regel stammt", max_length=200, blank=True, help_text="Zum Beispiel: Strategiepapier April 2021"
    )
    warn_weeks = models.PositiveSmallIntegerField(
        "Vorwarnung in Wochen",
        default=8,
        help_text="So lange vor dem letzten möglichen Tag warnt das Portal die Geschäftsstelle. Unsere Vorgabe: 8",
    )
    link = models.URLField("Adresse im Netz", max_length=500, blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    mail = models.EmailField("E-Mail", blank=True)
    published = models.BooleanField("veröffentlicht", default=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = "Gremium"
        verbose_name_plural = "Gremien"
        ordering = ["kind", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meetings_per_year__isnull=True) | Q(meetings_per_year__gt=0) & ~Q(rhythm_source=""),
                name="rhythm_has_a_source",
                violation_error_message="Zu der Zahl der Sitzungen gehört, woher die Regel stammt.",
            )
        ]

    @property
    def is_public(self):
        return self.published

    @property
    def wanted_marks(self):
        """Marks that must be among its filled seats: the paper wants youth representatives and migrant
        organisations appointed to the board (section on coordination and Begleitgremium)."""
        return (Seat.Mark.YOUTH, Seat.Mark.MIGRANT_ORGANISATION) if self.kind == self.Kind.BOARD else ()


class BodyName(DatedName):
    body = models.ForeignKey(Body, models.CASCADE, related_name="names", verbose_name="Gremium")

    class Meta(DatedName.Meta):
        verbose_name = "Name eines Gremiums"
        verbose_name_plural = "Namen von Gremien"
        ordering = ["valid_from", "pk"]


class SeatQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(valid_on(day))

    def public(self, day):
        """Seats that exist on a day, of public bodies. Whoever sits there is asked of SeatHolder."""
        return self.on(day).filter(body__in=Body.objects.public())


class Seat(Stamping):
    """A place in a body, for somebody from administration, city society or politics, from one day to another.

    A seat that passes to another group ends, and a new one begins: so each keeps its group for all its days.
    """

    class Group(models.TextChoices):
        ADMINISTRATION = "administration", "Verwaltung"
        CITY_SOCIETY = "city_society", "Stadtgesellschaft"
        POLITICS = "politics", "Politik"

    class Mark(models.TextChoices):
        YOUTH = "youth", "Jugendvertretung"
        MIGRANT_ORGANISATION = "migrant_organisation", "Migrant*innenorganisation"

    body = models.ForeignKey(Body, models.CASCADE, related_name="seats", verbose_name="Gremium")
    number = models.PositiveSmallIntegerField("Nummer")
    group = models.CharField("Gruppe", max_length=20, choices=Group.choices)
    mark = models.CharField(
        "Kennzeichen", max_length=24, choices=Mark.choices, blank=True, help_text="Leer, wenn keines zutrifft"
    )
    label = models.CharField(
        "für wen", max_length=200, blank=True, help_text="Zum Beispiel: DGB. Steht öffentlich; keine Namen von Personen"
    )
    voting = models.BooleanField("stimmberechtigt", default=True)
    public = models.BooleanField(
        "öffentlicher Sitz",
        default=False,
        help_text="Der Name steht öffentlich, sobald auch die Einwilligung der Person eingetragen ist.",
    )
    valid_from = models.DateField("ab", null=True, blank=True)
    valid_until = models.DateField("bis", null=True, blank=True)
    source = models.CharField("Quelle", max_length=300, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "Sitz"
        verbose_name_plural = "Sitze"
        ordering = ["body", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "number"],
                name="one_seat_per_number",
                violation_error_message="Diese Nummer ist in diesem Gremium schon vergeben.",
            ),
            ends_after_start("seat_ends_after_start"),
        ]

    def __str__(self):
        return f"Sitz {self.number}: {self.label or self.get_group_display()}"

    def holder_on(self, day):
        """Who holds it on a day: the member, or None. Reads the prefetched `holders`."""
        return next((each for each in self.holders.all() if not each.substitute and each.is_valid(day)), None)

    def is_vacant_on(self, day):
        """True for a gap: somebody held it once and nobody does now. A seat whose holders were never told to the
        portal is unknown, not vacant."""
        return bool(self.holders.all()) and self.holder_on(day) is None


class SeatHolderQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(valid_on(day))

    def public(self, day):
        """Those who may be named on a day: in force, on a public seat of a public body, with a consent that stands."""
        consents = Q(consent_on__lte=day) & (Q(consent_withdrawn_on__isnull=True) | Q(consent_withdrawn_on__gt=day))
        seats = Seat.objects.public(day).filter(public=True)
        return self.on(day).filter(consents, seat__in=seats)

    def of_body(self, body):
        return self.filter(seat__body=body)


class SeatHolder(Stamping):
    """A person on a seat from one day to another, as member or as substitute. Seats belong to an account where the
    person works in the portal; everybody else is reached by mail, letter or phone."""

    class Role(models.TextChoices):
        MEMBER = "member", "Mitglied"
        CHAIR = "chair", "Vorsitz"
        DEPUTY = "deputy", "stellvertretender Vorsitz"

    class Channel(models.TextChoices):
        MAIL = "mail", "E-Mail"
        LETTER = "letter", "Brief"
        CALL = "call", "Anruf"

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="holders", verbose_name="Sitz")
    name = models.CharField("Name", max_length=200)
    organisation = models.CharField("Organisation oder Stelle", max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="Konto"
    )
    role = models.CharField("Aufgabe", max_length=10, choices=Role.choices, default=Role.MEMBER)
    substitute = models.BooleanField("Stellvertretung für diesen Sitz", default=False)
    valid_from = models.DateField("ab")
    valid_until = models.DateField("bis", null=True, blank=True)

    language = models.CharField(
        "Sprache", max_length=12, choices=[(each.code, each.name) for each in LANGUAGES], default="de"
    )
    channel = models.CharField(
        "am liebsten per", max_length=10, choices=Channel.choices, blank=True, help_text="Leer: was eingetragen ist"
    )
    mail = models.EmailField("E-Mail", blank=True)
    postal = models.TextField("Postanschrift", blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)

    consent_on = models.DateField(
        "Einwilligung vom", null=True, blank=True, help_text="Tag, an dem die Person zugestimmt hat, genannt zu werden"
    )
    consent_how = models.CharField(
        "Wie die Einwilligung vorliegt",
        max_length=200,
        blank=True,
        help_text="Zum Beispiel: unterschriebenes Formular, Akte 56.10",
    )
    consent_withdrawn_on = models.DateField("Einwilligung widerrufen am", null=True, blank=True)

    objects = SeatHolderQuerySet.as_manager()

    class Meta:
        verbose_name = "Besetzung"
        verbose_name_plural = "Besetzungen"
        ordering = ["seat", "substitute", "valid_from", "pk"]
        constraints = [
            ends_after_start("holder_ends_after_start"),
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(substitute=False, valid_until__isnull=True),
                name="one_open_member_per_seat",
                violation_error_message="Der Sitz ist bis auf Weiteres besetzt.",
            ),
            models.CheckConstraint(
                condition=Q(consent_on__isnull=True, consent_how="") | Q(consent_on__isnull=False) & ~Q(consent_how=""),
                name="consent_says_how",
                violation_error_message="Zur Einwilligung gehören der Tag und wie sie vorliegt.",
            ),
            models.CheckConstraint(
                condition=Q(consent_withdrawn_on__isnull=True)
                | Q(consent_on__isnull=False, consent_withdrawn_on__gte=F("consent_on")),
                name="consent_withdrawn_after_given",
                violation_error_message="Widerrufen lässt sich nur eine Einwilligung, die vorher erteilt wurde.",
            ),
        ]

    def __str__(self):
        return self.name

    def is_valid(self, day):
        return in_force(self, day)

    def is_public_on(self, day):
        """The same question as `SeatHolderQuerySet.public`, asked of one."""
        consents = self.consent_on is not None and self.consent_on <= day
        stands = self.consent_withdrawn_on is None or self.consent_withdrawn_on > day
        seat = self.seat
        return (
            self.is_valid(day) and consents and stands and in_force(seat, day) and seat.public and seat.body.published
        )

    def clean(self):
        """One member a seat at a time; nobody sits longer than the seat exists."""
        if self.seat_id is None or self.valid_from is None:
            return
        seat = self.seat
        if seat.valid_from and self.valid_from < seat.valid_from:
            raise ValidationError({"valid_from": f"Diesen Sitz gibt es erst ab {seat.valid_from:%d.%m.%Y}."})
        if seat.valid_until and (self.valid_until is None or self.valid_until > seat.valid_until):
            raise ValidationError({"valid_until": f"Diesen Sitz gibt es nur bis {seat.valid_until:%d.%m.%Y}."})
        others = SeatHolder.objects.exclude(pk=self.pk).filter(self.overlaps())
        if not self.substitute:
            taken = others.filter(seat_id=self.seat_id, substitute=False).first()
            if taken:
                until = f"bis {taken.valid_until:%d.%m.%Y}" if taken.valid_until else "bis auf Weiteres"
                raise ValidationError(
                    f"Der Sitz ist in dieser Zeit schon besetzt: {taken} ({until}). "
                    "Bitte zuerst deren Zeit beenden oder „Wechsel eintragen“ benutzen."
                )
        if self.user_id and not self.substitute:
            twice = others.filter(seat__body_id=seat.body_id, user_id=self.user_id, substitute=False)
            if twice.exclude(seat_id=self.seat_id).exists():
                raise ValidationError({"user": "Dieses Konto hat in diesem Gremium in dieser Zeit schon einen Sitz."})

    def overlaps(self):
        """Condition: in force on at least one day of this one's time."""
        late = Q(valid_until__isnull=True) | Q(valid_until__gte=self.valid_from)
        return late & Q(valid_from__lte=self.valid_until) if self.valid_until else late


def missing_marks(body, day):
    """The marks a body wants among its filled seats and does not have on a day."""
    filled = Seat.objects.on(day).filter(
        Exists(SeatHolder.objects.on(day).filter(seat=OuterRef("pk"), substitute=False)), body=body
    )
    present = set(filled.exclude(mark="").values_list("mark", flat=True))
    return [mark for mark in body.wanted_marks if mark not in present]
