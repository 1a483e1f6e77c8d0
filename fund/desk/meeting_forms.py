"""What is typed while a meeting is prepared and led. The doors say what is missing; the forms keep what was typed."""

from datetime import datetime

from django import forms
from django.utils import timezone

from fund import agenda
from fund.desk.forms import long_text
from fund.guards import path_of
from fund.models import CaseItem, RefusalReason, Tier
from fund.recording import RESULTS, own_words
from measures.forms import AmountField
from strategy.forms import ClockField, DayField
from strategy.models import Meeting, SeatHolder
from wir.languages import registry

COUNTS = {"required": False, "min_value": 0, "max_value": 999}
NUMBER = {"inputmode": "numeric", "autocomplete": "off", "size": 4}


def count_field(label):
    return forms.IntegerField(label=label, widget=forms.TextInput(attrs=NUMBER), **COUNTS)


class Seen(forms.Form):
    """version: of the case that somebody saw; who acts on an older page is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, item, data=None):
        super().__init__(data, initial=self.start(item))
        self.item = item

    def start(self, item):
        return {"version": item.application.version}

    @property
    def values(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PlainForm(Seen):
    pass


class WhyForm(Seen):
    note = long_text(
        "Grund", rows=2, help_text="Steht im Protokoll und beim Antrag; die antragstellende Person sieht ihn nicht."
    )


class TallyForm(Seen):
    """The tally and what follows from it. A circular vote has counted already."""

    yes, no, abstain = count_field("Ja"), count_field("Nein"), count_field("Enthaltungen")
    outcome = forms.ChoiceField(label="Ergebnis", required=False)
    amount = AmountField(
        label="Betrag (Euro)", required=False, max_digits=13, decimal_places=2, localize=True,
        help_text="Nur bei einem Vorschlag. Zum Beispiel: 12.000,00",
    )  # fmt: skip
    conditions_de = long_text("Bedingung oder warum es weniger ist", rows=2, help_text="Steht im Brief.")
    casting = forms.BooleanField(label="Stichentscheid: Bei Gleichstand ist der Vorsitz dafür", required=False)
    moment = ClockField(label="Abgestimmt um", required=False, help_text="Leer: jetzt. Nach dem Aufruf.")

    outcomes = RESULTS

    def __init__(self, item, data=None):
        super().__init__(item, data)
        labels = dict(CaseItem.Outcome.choices)
        self.fields["outcome"].choices = [("", "bitte wählen"), *((each, labels[each]) for each in self.outcomes)]
        application = item.application
        if item.vote_id:
            for name in ("yes", "no", "abstain", "moment"):
                del self.fields[name]
        if application.rule_set.tie != application.rule_set.Tie.CHAIR:
            del self.fields["casting"]
        language = registry.get(application.language)
        if not language.is_source:
            self.fields["conditions"] = long_text(f"Dasselbe in der Sprache {language.name}", rows=2, lang=language.tag)

    def start(self, item):
        found = {
            name: getattr(item, name) for name in ("yes", "no", "abstain", "outcome", "conditions_de", "conditions")
        }
        return super().start(item) | found | {"amount": item.amount or item.application.revision.requested}


class ResultForm(TallyForm):
    """Where the body decides alone, a no has a reason of the catalogue."""

    note = long_text("Anmerkung für das Protokoll", rows=2)
    field_order = ["version", "yes", "no", "abstain", "casting", "outcome", "amount", "conditions_de", "conditions"]

    def __init__(self, item, data=None):
        super().__init__(item, data)
        if path_of(item.application) == Tier.Path.BODY:
            self.fields["reason"] = reason_field("Grund einer Ablehnung")
        self.order_fields(self.field_order)

    def start(self, item):
        return super().start(item) | {"reason": item.reason_id, "note": own_words(item.note)}


def reason_field(label):
    reasons = RefusalReason.objects.filter(formal=False, active=True).order_by("order")
    return forms.ModelChoiceField(reasons, label=label, required=False, empty_label="bitte wählen")


class ChoiceForm(TallyForm):
    """The one carrier of a call; the others are recorded as not proposed in the same step."""

    outcomes = CaseItem.POSITIVE

    def __init__(self, item, group, data=None):
        self.group = group
        super().__init__(item, data)
        for each in group:
            self.fields[f"version_{each.application_id}"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, initial=each.application.version
            )
        if any(path_of(each.application) == Tier.Path.BODY for each in group):
            self.fields["rejected_because"] = reason_field("Grund für die anderen")

    @property
    def seen(self):
        return {each.application_id: self.cleaned_data[f"version_{each.application_id}"] for each in self.group}

    @property
    def values(self):
        return {name: value for name, value in super().values.items() if not name.startswith("version")}


class DeferForm(Seen):
    note = long_text("Offene Frage oder Grund", rows=2, help_text="Steht im Protokoll.")
    until = forms.ModelChoiceField(
        Meeting.objects.none(), label="Weiter in der Sitzung", required=False, empty_label="steht noch nicht fest"
    )

    def __init__(self, item, data=None):
        super().__init__(item, data)
        body = item.meeting.body_id if item.meeting_id else item.vote.body_id
        coming = Meeting.objects.filter(body=body, state__in=agenda.OPEN, sample=item.application.sample)
        coming = coming.filter(day__gte=timezone.localdate())
        self.fields["until"].queryset = coming.select_related("body").prefetch_related("body__names").order_by("day")


class QuestionForm(Seen):
    note = long_text(
        "Was das Gremium wissen will", rows=2, help_text="Das Projektteam schreibt es der antragstellenden Person."
    )


class ChairForm(Seen):
    holder = forms.ModelChoiceField(
        SeatHolder.objects.none(),
        label="Diesen Punkt leitet",
        required=False,
        empty_label="Vorsitz oder Stellvertretung",
    )

    def __init__(self, item, possible, data=None):
        super().__init__(item, data)
        self.fields["holder"].queryset = SeatHolder.objects.filter(pk__in=[each.pk for each in possible])

    def start(self, item):
        return super().start(item) | {"holder": item.chaired_by_id}


class AgendaForm(forms.Form):
    """Which cases go to which meeting."""

    meeting = forms.ModelChoiceField(
        Meeting.objects.none(), label="Sitzung", required=False, empty_label="bitte wählen"
    )
    late_papers = forms.CharField(
        label="Unterlagen zu spät: warum trotzdem", required=False, max_length=300,
        widget=forms.TextInput(attrs={"size": 60}), help_text="Nur der Vorsitz lässt das zu; der Grund bleibt.",
    )  # fmt: skip

    def __init__(self, meetings, data=None):
        super().__init__(data)
        takes = [each for each in meetings if each.state in agenda.OPEN]
        self.fields["meeting"].queryset = meetings.filter(state__in=agenda.OPEN)
        self.fields["meeting"].choices = [("", "bitte wählen"), *((each.pk, str(each)) for each in takes)]


class VoteForm(forms.Form):
    """A vote without a meeting: why, and until when."""

    reason = forms.CharField(
        label="Warum ohne Sitzung", required=False, max_length=300, widget=forms.TextInput(attrs={"size": 60})
    )
    day = DayField(label="Ende am", required=False, help_text="Zum Beispiel: 18.03.2027")
    time = ClockField(label="Ende um", required=False, help_text="Zum Beispiel: 18:00")
    late_papers = AgendaForm.base_fields["late_papers"]

    @property
    def closes_at(self):
        day, time = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None
