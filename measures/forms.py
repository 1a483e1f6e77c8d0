"""What the forms of the measures share: help at every field; and the rows below a measure."""

import re
from decimal import Decimal

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models

from measures.models import Budget, Measure, Milestone, ThemeAnswer
from measures.permissions import may
from strategy.models import CrossCuttingTheme
from wir.columns import EuroField
from wir.languages import forms as languages
from wir.languages.forms import Careful

__all__ = ["AnswerInline", "BudgetInline", "Careful", "Helped", "MilestoneInline", "NoTwins"]

LONG = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 90})}}
HELP = {
    "field": "Zum Beispiel: 4 Stadtleben und Kultur",
    "subtopic": "Zum Beispiel: 4.5 Produktive Orte der Vielfalt. Leer: nicht bekannt",
    "subtopic_is_ours": "Ankreuzen, wenn die Quelle das Unterthema nicht nennt. Die Seite sagt es dann dazu.",
    "goal": "Zum Beispiel: 4.1. Leer: nicht bekannt",
    "priorities": "Zum Beispiel: 1. Nur, wenn die Maßnahme ausdrücklich dazu beiträgt",
    "guidelines": "Zum Beispiel: 6. Nur, wenn die Maßnahme ausdrücklich dazu beiträgt",
    "kind": "Zum Beispiel: durch die Verwaltung. „Nicht bekannt“, wenn es keine Quelle sagt",
    "origin": "„Belegt“ heißt: Eine öffentliche Quelle nennt die Maßnahme. Dann steht die Quelle darunter.",
    "developed_by": "Zum Beispiel: Expert*innengruppe",
    "novelty": "Zum Beispiel: gab es schon vor WIR2.0",
    "council_papers": "Zum Beispiel: 0993/2022",
    "responsible": "Zum Beispiel: 56 Fachbereich Gesellschaftliche Teilhabe",
    "contact": "Zum Beispiel: 56.10 Grundsatzangelegenheiten der Einwanderung. Leer: die Geschäftsstelle",
    "target_groups": "Zum Beispiel: Jugendliche und junge Erwachsene",
    "area": "Zum Beispiel: ganze Stadt. Bei „einzelne Stadtbezirke“ bitte unten ankreuzen, welche",
    "districts": "Zum Beispiel: 10 Linden-Limmer",
    "city_parts": "Zum Beispiel: Vahrenwald",
    "theme": "Zum Beispiel: 1 Gleichbehandlung",
    "phase": "Zum Beispiel: bei der Planung",
    "not_documented": "Nur bei belegten Maßnahmen: Die Quellen sagen dazu nichts.",
    "published": "Abwählen, solange nur die Verwaltung den Schritt sehen soll. Zum Beispiel: vorläufige Termine",
    "source": "Zum Beispiel: Innovationsfonds",
    "measure": "Zum Beispiel: 11 Kulturdialoge einer postmigrantischen Gesellschaft",
    "status": "Zum Beispiel: Läuft. Leer: Die Meldung ändert den Status nicht.",
    "state": "Was der Name bedeutet; danach wird gezählt und gefiltert. Zum Beispiel: läuft",
    "tone": "Zum Beispiel: gut für „Läuft“, schlecht für „Zurückgestellt“",
    "order": "Platz in Listen. Zum Beispiel: 1",
    "proposal.field": "Auf der Seite dieses Handlungsfeldes wird davon erzählt. Zum Beispiel: 2 Soziales",
    "proposal.number": "Platz auf der Seite des Handlungsfeldes. Zum Beispiel: 1",
    "proposal.title_de": "Zum Beispiel: Wohnraum für große Familien",
    "proposal.plain_de": "Zwei bis fünf kurze Sätze. Zum Beispiel: Die Gruppe hat vorgeschlagen, dass …",
    "proposal.published": "Abwählen, solange nur die Verwaltung den Vorschlag sehen soll.",
    "outcome": "Zum Beispiel: zur Überarbeitung zurückgegeben",
    "releaseitem.measure": "Eine Maßnahme oder eine Meldung, nicht beides. Zum Beispiel: 11",
    "update": "Eine Meldung oder eine Maßnahme, nicht beides. Zum Beispiel: Der Beginn verschiebt sich",
    "move": "Zum Beispiel: veröffentlichen",
    "view": "Zum Beispiel: Pünktlichkeit der Stellen. Sie ist danach auf der öffentlichen Seite „Umsetzung“ zu sehen.",
}


class Helped(languages.Helped):
    helps = HELP


# What belongs to a measure --------------------------------------------------------------------------------------------


class OfMeasureInline(Helped, admin.StackedInline):
    """Base: whoever may edit a measure edits what belongs to it, as far as the rights for these rows reach."""

    extra = 0
    formfield_overrides = LONG

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("measure")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("measures.view_measure")

    def may_write(self, request, obj, action):
        """The right for rows of this kind, and the measure must be one that this person works on."""
        right = request.user.has_perm(f"measures.{action}_{self.opts.model_name}")
        return right and may(request.user, "measures.change_measure", obj)

    def has_add_permission(self, request, obj=None):
        return self.may_write(request, obj, "add")

    def has_change_permission(self, request, obj=None):
        return self.may_write(request, obj, "change")

    def has_delete_permission(self, request, obj=None):
        return self.may_write(request, obj, "delete")


class NoTwins(forms.BaseInlineFormSet):
    """Two rows that say the same are told in the words of the model."""

    def get_unique_error_message(self, unique_check):
        rules = (rule for rule in self.model._meta.constraints if isinstance(rule, models.UniqueConstraint))
        return next(rule.violation_error_message for rule in rules if {*unique_check} <= {*rule.fields})


class AnswerFormSet(NoTwins):
    """A measure that was made here answers every theme, and keeps its answers while it is public.

    Told at the form, not by a fault on saving; also where its origin is changed in the same step.
    """

    def clean(self):
        super().clean()
        measure = self.instance
        if measure.origin != Measure.Origin.MADE_HERE:
            return
        gone = [form for form in self.forms if self.can_delete and self._should_delete_form(form)]
        kept = [form.cleaned_data for form in self.forms if form not in gone and getattr(form, "cleaned_data", None)]
        faults = []
        if measure.published:
            if any(form.instance.pk for form in gone):
                faults.append(
                    "Eine veröffentlichte Maßnahme behält ihre Antworten. Ändern Sie den Text, "
                    "oder ziehen Sie die Maßnahme zuerst zurück."
                )
            answered = {answer.get("theme") for answer in kept if answer.get("phase") == ThemeAnswer.Phase.PLANNED}
            faults += [
                f"Die Antwort zum Querschnittsthema {theme.number} „{theme.title_de}“ fehlt."
                for theme in CrossCuttingTheme.objects.order_by("number")
                if theme not in answered
            ]
        if faults:
            raise ValidationError(faults)


class AnswerInline(OfMeasureInline):
    model = ThemeAnswer
    formset = AnswerFormSet
    fields = ["theme", "phase", "question", "not_documented", "plain_de"]
    readonly_fields = ["question"]

    @admin.display(description="Frage des Papiers")
    def question(self, answer):
        return answer.theme.question_de if answer.theme_id else "Sie steht hier, sobald das Thema gewählt ist."

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("theme")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "plain_de":
            field.label, field.help_text = "Antwort", ThemeAnswer._meta.get_field("plain").help_text
        return field


class MilestoneInline(OfMeasureInline):
    model = Milestone
    fields = ["title_de", "due", "first_due", "done_on", "published"]
    readonly_fields = ["first_due"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "title_de":
            field.label, field.required = "Schritt", True
            field.help_text = Milestone._meta.get_field("title").help_text
        return field


class AmountField(forms.DecimalField):
    """An amount in euro as letters of the city write it: 12.500,00. A point before three digits parts thousands."""

    def prepare_value(self, value):
        """As its examples are written: 12.500,00."""
        if self.localize and isinstance(value, Decimal):
            return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
        return super().prepare_value(value)

    written = re.compile(r"[1-9]\d{0,2}([. ]\d{3})+(,\d{1,2})?")

    def to_python(self, value):
        if isinstance(value, str):
            value = " ".join(value.strip().removesuffix("€").split())  # any kind of space becomes the same
            if any(sign.isalpha() for sign in value):  # 1e5 is a number for a computer and a slip of the hand here
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            if self.written.fullmatch(value):
                value = value.replace(".", "").replace(" ", "")
        return super().to_python(value)


class BudgetInline(OfMeasureInline):
    model = Budget
    formset = NoTwins
    formfield_overrides = LONG | {EuroField: {"form_class": AmountField}}
    fields = [("year", "source", "kind"), ("planned", "actual"), ("planned_staff", "actual_staff"), "origin"]
