"""The back office of rule sets, years, calls and other pots. Forms write facts and texts; states are moved by buttons
that call the door; every edit leaves a row of history."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from fund.models import ApplicantKind, Call, FundYear, OtherPot, Pot, RuleOrigin, RuleSet, Tier
from fund.rules_desk import values, words
from fund.rules_workflow import labels, moves_for, record
from measures.forms import AmountField
from measures.history import differences
from measures.models import Measure
from wir.columns import EuroField
from wir.languages.forms import Careful, GermanTextAdmin, Helped, StampedAdmin
from wir.lib.formats import euro

HTTPS = {models.URLField: {"assume_scheme": "https"}}
AMOUNTS = {EuroField: {"form_class": AmountField}}
EDITED = "edited"
TEXTS_OF_CALL = ("title_de", "plain_de", "meets_de")


def snapshot(obj):
    """{label: value in words} of a record as it stands in the database, with what belongs to it."""
    if isinstance(obj, RuleSet):
        stored = RuleSet.objects.with_tiers().prefetch_related("origins").get(pk=obj.pk)
        names, found = labels(stored), values(stored)
        told = {names[name]: value for name, value in found.items()}
        told |= {"Name des Regelwerks": stored.title, "Quelle": stored.source}
        for each in stored.origins.all():
            confirmed = "" if each.confirmed else ", nicht bestätigt"
            told[f"Herkunft: {names.get(each.field, each.field)}"] = (
                f"{each.get_origin_display()} ({each.source}){confirmed}"
            )
        return told
    stored = type(obj)._base_manager.get(pk=obj.pk)
    texts = stored.translated_fields() if hasattr(stored, "translated_fields") else ()
    told = {}
    for field in stored._meta.concrete_fields:
        of_text = next((text for text in texts if field.name.startswith(f"{text}_")), None)
        if field.name in ("id", "updated_at", *texts) or (of_text and field.name != f"{of_text}_de"):
            continue
        label = stored._meta.get_field(of_text).verbose_name if of_text else field.verbose_name
        told[str(label)] = words(stored, field)
    if isinstance(stored, FundYear):
        for pot in stored.pots.all():
            told[f"Topf: {pot.get_tier_key_display() or 'alle'}"] = words(pot, Pot._meta.get_field("share"))
    return told


class Recorded:
    """Every edit is a row of FundChange, with what stood there before and after."""

    change_form_template = "admin/fund/form.html"

    def save_form(self, request, form, change):
        request.before = snapshot(form.instance) if change else {}
        return super().save_form(request, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.complete(form.instance)
        pairs = differences(request.before, snapshot(form.instance))
        if pairs:
            record(form.instance, EDITED if change else "added", by=request.user, now=timezone.now(), fields=pairs)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            moves = [] if isinstance(obj, OtherPot) else moves_for(obj, request.user)
            context |= {"moves": moves, "move_address": self.move_address, "changes": obj.changes.select_related("by")}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    move_address = ""

    def complete(self, obj):
        """What a saved record needs besides what was typed."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


# Rule sets ------------------------------------------------------------------------------------------------------------


class RuleSetForm(forms.ModelForm):
    applicants = forms.MultipleChoiceField(
        label="wer Anträge stellen darf",
        choices=ApplicantKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nichts ankreuzen: die Quelle nennt es nicht.",
    )


class TierInline(Helped, admin.StackedInline):
    model = Tier
    extra = 0
    formfield_overrides = AMOUNTS
    fields = [("key", "name", "order"), ("lowest", "highest"), ("path", "proposes", "decides")]
    helps = {
        "key": "Zum Beispiel: Kleinstprojekte",
        "order": "Zum Beispiel: 1",
        "lowest": "Zum Beispiel: 5.000,00. Leer: kein Betrag genannt",
        "highest": "Zum Beispiel: 50.000,00. Leer: kein Betrag genannt",
        "path": "Zum Beispiel: das Projektteam entscheidet",
        "proposes": "Leer, wenn das Projektteam entscheidet",
        "decides": "Zum Beispiel: Ausschuss des Rates",
    }


class OriginInline(Helped, admin.TabularInline):
    """One row for each rule; rows come and go with the rules, not by hand."""

    model = RuleOrigin
    extra = 0
    can_delete = False
    fields = ["field", "origin", "source", "confirmed"]
    readonly_fields = ["field"]
    classes = ["collapse"]
    helps = {
        "origin": "Woher der Wert stammt",
        "source": "Zum Beispiel: Drucksache 0993/2022. Leer nur bei unserer Vorgabe",
        "confirmed": "Abwählen, wenn keine Quelle es ausdrücklich sagt",
    }

    def has_add_permission(self, request, obj=None):
        return False


HELPS_RULES = {
    name: "Zahl. Steht nichts anderes dabei: unsere Vorgabe, bis die Stadt entscheidet."
    for name in (
        "duplicate_days team_people refusal_people quorum_percent paper_days committee_weeks hold_months "
        "answer_days_micro change_days change_days_default reminder_first_days reminder_second_days reopen_days "
        "grace_minutes draft_days draft_warning_first_days draft_warning_second_days"
    ).split()
} | {
    "valid_from": "Zum Beispiel: 01.01.2027",
    "fund_name": "Zum Beispiel: WIR2.0 Innovationsfonds",
    "board": "Zum Beispiel: WIR2.0-Kuratorium",
    "boundary": "Genau 5.000,00 Euro stehen im Papier in beiden Stufen.",
    "amount_means": "Zum Beispiel: die beantragte Summe",
    "large_needs_call": "Ankreuzen, wenn große Projekte nur zu einem offenen Aufruf möglich sind.",
    "one_carrier_per_call": "Ankreuzen, wenn zu einem Aufruf nur ein Antrag gewählt wird.",
    "splitting": "Nur ein Hinweis; darüber entscheiden Menschen.",
    "early_start": "Ob ein Projekt vor der Entscheidung beginnen darf.",
    "own_share_percent": "Zum Beispiel: 20. Leer: die Quelle nennt keinen",
    "own_share_exception": "Zum Beispiel: weniger mit Begründung in der Akte",
    "in_kind_counts": "Ob sie zum Eigenanteil zählen.",
    "fixed_up_to": "Zum Beispiel: 5.000,00. Leer: nicht geregelt",
    "fixed_with_share_up_to": "Zum Beispiel: 10.000,00. Leer: nicht geregelt",
    "deputies": "Entscheidet, wenn zu wenige ohne Interessenkonflikt übrig sind. Leer: nicht geregelt",
    "quorum_base": "Zum Beispiel: am Sitzungstag besetzte Sitze",
    "tie": "Zum Beispiel: nicht vorgeschlagen",
    "circular_vote": "Ankreuzen, wenn das Gremium auch ohne Sitzung abstimmen darf.",
    "confirmation": "Zum Beispiel: Bescheid",
}


@admin.register(RuleSet)
class RuleSetAdmin(Recorded, Helped, Careful, GermanTextAdmin):
    """Only a draft can be changed; other rules begin as a copy (desk of rules)."""

    form = RuleSetForm
    formfield_overrides = AMOUNTS
    helps = HELPS_RULES
    of_workflow = ("state",)
    move_address = "admin:fund_rules_move"
    list_display = ["title", "valid_from", "state", "fund_name"]
    readonly_fields = ["key", "state"]
    inlines = [TierInline, OriginInline]
    fieldsets = [
        (None, {"fields": ["key", "title", "valid_from", "source", "state"]}),
        ("Namen", {"fields": ["fund_name", "former_name", "board"]}),
        (
            "Wer, wofür, wie viel",
            {
                "fields": [
                    "applicants",
                    ("boundary", "amount_means"),
                    "costs_de",
                    ("large_needs_call", "one_carrier_per_call"),
                    ("splitting", "duplicate_days"),
                    "early_start",
                ]
            },
        ),
        (
            "Eigenanteil und Art der Förderung",
            {
                "fields": [
                    ("own_share_percent", "own_share_exception", "in_kind_counts"),
                    ("fixed_up_to", "fixed_with_share_up_to"),
                ]
            },
        ),
        (
            "Entscheiden",
            {
                "fields": [
                    ("team_people", "refusal_people", "deputies"),
                    ("quorum_percent", "quorum_base", "tie"),
                    ("circular_vote", "paper_days", "committee_weeks"),
                    ("hold_months", "confirmation"),
                    "remedy_de",
                ]
            },
        ),
        (
            "Fristen und Zusagen",
            {
                "fields": [
                    "answer_days_micro",
                    ("change_days", "change_days_default"),
                    ("reminder_first_days", "reminder_second_days"),
                    ("reopen_days", "grace_minutes"),
                    ("draft_days", "draft_warning_first_days", "draft_warning_second_days"),
                ]
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        is_draft = obj is None or obj.state == RuleSet.State.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        is_draft = obj is None or obj.state == RuleSet.State.DRAFT
        return is_draft and super().has_delete_permission(request, obj)

    def complete(self, rule_set):
        """A tier that is new brings rules along; where they come from is ours until somebody says otherwise."""
        stored = RuleSet.objects.with_tiers().get(pk=rule_set.pk)
        wanted, known = labels(stored), set(stored.origins.values_list("field", flat=True))
        stored.origins.exclude(field__in=wanted).delete()
        RuleOrigin.objects.bulk_create(
            RuleOrigin(rule_set=stored, field=name, origin=RuleOrigin.Origin.DEFAULT)
            for name in wanted
            if name not in known
        )


# Years and calls ------------------------------------------------------------------------------------------------------


class FundYearForm(forms.ModelForm):
    """The facts of a year. Its money is booked on the pages of money, never typed over (fund/budget.py)."""

    def clean(self):
        given, year = super().clean(), self.instance
        if year.pk is None and FundYear.objects.filter(year=given.get("year"), sample=False).exists():
            self.add_error("year", "Dieses Jahr gibt es schon.")
        if year.ceiling is not None and not given.get("council_paper") and not given.get("source") and not year.sample:
            raise ValidationError("Zur Summe gehört eine Drucksache oder eine andere Quelle.")
        return given


class PotForm(forms.ModelForm):
    """What is promised of a pot stays covered, and stays a promise of this tier; the constraint names columns that are
    not in the form."""

    def clean_share(self):
        share = self.cleaned_data["share"]
        if self.instance.pk and share < self.instance.held + self.instance.committed:
            raise ValidationError("Vorgemerkt und zugesagt sind schon mehr, als hier steht.")
        return share

    def clean_tier_key(self):
        key = self.cleaned_data["tier_key"]
        if self.instance.pk and self.instance.tier_key != key and (self.instance.held or self.instance.committed):
            raise ValidationError("Aus diesem Topf ist schon Geld vorgemerkt oder zugesagt.")
        return key


class PotInline(Helped, admin.StackedInline):
    model = Pot
    form = PotForm
    extra = 0
    formfield_overrides = AMOUNTS
    helps = {"tier_key": "Leer: für alle Stufen", "share": "Zum Beispiel: 50.000,00"}


@admin.register(FundYear)
class FundYearAdmin(Recorded, Helped, Careful, StampedAdmin):
    form = FundYearForm
    formfield_overrides = AMOUNTS
    of_workflow = ("state", "held", "committed", "ceiling")
    move_address = "admin:fund_year_move"
    list_display = ["__str__", "ceiling_euro", "held_euro", "committed_euro", "rolling", "state"]
    list_filter = ["state", "sample"]
    readonly_fields = ["ceiling_euro", "held_euro", "committed_euro", "state"]
    fields = [
        *("year", "ceiling_euro", "council_paper", "source"),
        *("rolling", "rule_set", "held_euro", "committed_euro", "state"),
    ]
    inlines = [PotInline]
    helps = {
        "council_paper": "Leer: nicht bekannt",
        "rolling": "Ankreuzen, wenn Anträge das ganze Jahr möglich sind.",
        "rule_set": "Leer: das Regelwerk, das gerade gilt",
    }

    @admin.display(description="Geld in diesem Jahr", ordering="ceiling")
    def ceiling_euro(self, year):
        return "nicht bekannt" if year.ceiling is None else euro(year.ceiling, "de")

    @admin.display(description="vorgemerkt", ordering="held")
    def held_euro(self, year):
        return euro(year.held, "de")

    @admin.display(description="zugesagt", ordering="committed")
    def committed_euro(self, year):
        return euro(year.committed, "de")

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["year"] if obj else [])]

    def has_delete_permission(self, request, obj=None):
        is_draft = obj is None or obj.state == FundYear.State.DRAFT
        return is_draft and super().has_delete_permission(request, obj)


class MomentField(forms.DateTimeField):
    """One field with one label, to the second: a day ends at 23:59:59."""

    input_formats = ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M"]


MOMENTS = {
    models.DateTimeField: {
        "form_class": MomentField,
        "widget": forms.DateTimeInput(format="%d.%m.%Y %H:%M:%S"),
    }
}


class CallForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "opens_at" in self.fields:  # not for who only reads
            self.fields["opens_at"].help_text = "Zeit in Hannover. Zum Beispiel: 01.03.2027 00:00:00"

    def clean_closes_at(self):
        """Whoever relies on a published moment must not lose the time."""
        closes, before = self.cleaned_data["closes_at"], self.instance.closes_at
        if self.instance.state == Call.State.PUBLISHED and before and closes < before:
            raise ValidationError("Ein veröffentlichter Aufruf kann länger offen bleiben, aber nicht kürzer.")
        return closes


@admin.register(Call)
class CallAdmin(Recorded, Helped, Careful, GermanTextAdmin):
    """The office sets dates and conditions; editors work on the texts."""

    form = CallForm
    of_workflow = ("state",)
    move_address = "admin:fund_call_move"
    list_display = ["__str__", "tier_key", "opens_at", "closes_at", "where", "state"]
    list_filter = ["state", "tier_key", "sample"]
    list_select_related = ["year"]
    readonly_fields = ["state"]
    formfield_overrides = HTTPS | MOMENTS
    fieldsets = [
        (None, {"fields": ["title_de", "plain_de", "state"]}),
        ("Wofür", {"fields": ["year", "tier_key", "measure", "rule_set"]}),
        ("Wann", {"fields": ["opens_at", "closes_at"]}),
        ("Wo", {"fields": ["where", "address", "meets_de"]}),
    ]
    helps = {
        "year": "Zum Beispiel: 2027",
        "tier_key": "Zum Beispiel: Projekte",
        "measure": "Nur wenn zu einer Maßnahme aufgerufen wird",
        "rule_set": "Leer: das des Jahres, sonst das geltende",
        "where": "Zum Beispiel: hier im Portal",
        "address": "Zum Beispiel: https://zuwendungen.hannover-stadt.de/",
    }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "measure":
            kwargs["queryset"] = Measure.objects.plan().order_by("number").only("number", "title_de")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in ("title_de", "plain_de"):
            if name in form.base_fields:
                form.base_fields[name].required = True
        return form

    def get_readonly_fields(self, request, obj=None):
        found = super().get_readonly_fields(request, obj)
        if request.user.has_perm("fund.publish_call"):
            return found
        names = [name for _title, options in self.fieldsets for name in options["fields"]]
        return [*found, *(name for name in names if name not in (*found, *TEXTS_OF_CALL))]

    def has_delete_permission(self, request, obj=None):
        is_draft = obj is None or obj.state == Call.State.DRAFT
        return is_draft and super().has_delete_permission(request, obj)


@admin.register(OtherPot)
class OtherPotAdmin(Recorded, Helped, Careful, GermanTextAdmin):
    list_display = ["name", "giver", "reach", "ended", "published"]
    list_filter = ["ended", "published", "reach"]
    search_fields = ["name", "giver", "plain_de"]
    formfield_overrides = HTTPS | AMOUNTS
    fields = ["key", "name", "giver", "plain_de", "reach", ("lowest", "highest"), "not_begun", "link", "source"]
    fields += ["order", "ended", "published"]
    helps = {
        "key": "Kurz, ohne Leerzeichen. Zum Beispiel: regionsfonds",
        "name": "Zum Beispiel: Regionsfonds für Vielfalt und Teilhabe",
        "giver": "Zum Beispiel: Region Hannover",
        "reach": "Wo die Projekte stattfinden dürfen.",
        "lowest": "Leer: keine Grenze bekannt",
        "highest": "Leer: keine Grenze bekannt",
        "not_begun": "Ankreuzen, wenn das eine Bedingung ist.",
        "link": "Zum Beispiel: https://www.hannover.de/…",
        "source": "Zum Beispiel: hannover.de, Antworten auf häufig gestellte Fragen",
        "order": "Zum Beispiel: 1",
        "ended": "Ankreuzen, wenn es dieses Geld nicht mehr gibt.",
        "published": "Abwählen, solange es nur die Verwaltung sehen soll.",
    }

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["key"] if obj else [])]
