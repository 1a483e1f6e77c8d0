"""What people type on the task pages of meetings and seats: German dates and times, kept as typed where refused."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from strategy.models import Meeting, SeatHolder


class DayField(forms.DateField):
    widget = forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"})
    input_formats = ["%d.%m.%Y", "%Y-%m-%d"]
    default_error_messages = {
        "invalid": "Bitte schreiben Sie den Tag so: 18.03.2027",
        "no_day": "Diesen Tag gibt es nicht.",
    }
    written = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{1,2}-\d{1,2}")

    def to_python(self, value):
        """Digits of other scripts are digits too, as in amounts."""
        if isinstance(value, str):
            value = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in value)
        try:
            return super().to_python(value)
        except ValidationError:
            if self.written.fullmatch(str(value).strip()):
                raise ValidationError(self.error_messages["no_day"], code="no_day") from None
            raise


class ClockField(forms.TimeField):
    widget = forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"})
    input_formats = ["%H:%M", "%H.%M", "%H"]
    default_error_messages = {"invalid": "Bitte schreiben Sie die Uhrzeit so: 17:00"}


def asked(name, thing):
    """The field for one thing that a move asks; the door says what is missing."""
    return {
        "day": lambda: DayField(label="Tag", required=False, help_text="Zum Beispiel: 18.03.2027"),
        "starts": lambda: ClockField(label="Beginn", required=False, help_text="Zum Beispiel: 17:00"),
        "ends": lambda: ClockField(label="Ende", required=False, help_text="Zum Beispiel: 19:00. Leer: offen"),
        "place": lambda: forms.CharField(
            label="Ort", required=False, max_length=300, help_text="Steht öffentlich. Zum Beispiel: Neues Rathaus"
        ),
        "reason": lambda: forms.CharField(
            label="Grund",
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
            help_text="Zum Beispiel: Der Raum ist gesperrt. Er steht in der Absage, ohne Namen von Personen.",
        ),
        "approved_in": lambda: forms.ModelChoiceField(
            approving_meetings(thing),
            label="genehmigt in der Sitzung",
            required=False,
            empty_label="bitte wählen",
            help_text="Eine spätere Sitzung desselben Gremiums, die stattgefunden hat",
        ),
        "looked_at": lambda: forms.BooleanField(
            label="Ich habe die fraglichen Stellen angesehen: Sie nennen niemanden.",
            required=False,
            help_text="Nur nötig, wenn oben „vielleicht“ steht.",
        ),
    }[name]()


def approving_meetings(minutes):
    meeting = minutes.meeting
    found = Meeting.objects.filter(body=meeting.body_id, sample=meeting.sample, day__gt=meeting.day)
    return found.filter(state=Meeting.State.HELD).select_related("body").prefetch_related("body__names").order_by("day")


class MoveForm(forms.Form):
    """What one step of the table asks, filled with what stands there now."""

    def __init__(self, thing, step, data=None):
        now = {name: getattr(thing, name, None) for name in step.asks}
        super().__init__(data, initial=now)
        for name in step.asks:
            self.fields[name] = asked(name, thing)
        if "approved_in" in self.fields and data is None:
            first = self.fields["approved_in"].queryset.first()
            self.initial["approved_in"] = first.pk if first else None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Warum wird das Protokoll berichtigt?",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"size": 90}),
        help_text="Zum Beispiel: Bei Punkt 2 fehlte der Beschluss.",
    )


class ProposalForm(forms.Form):
    title = forms.CharField(
        label="Thema",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"size": 90}),
        help_text="Zum Beispiel: Wie geht es mit den Sprachkursen weiter? Keine Namen von Personen.",
    )
    internal = forms.CharField(
        label="Warum ist es wichtig?",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 60}),
        help_text="Das lesen nur die Mitglieder und die Geschäftsstelle.",
    )


class TakeUpForm(forms.Form):
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(), label="Sitzung", empty_label="bitte wählen", help_text="Geplante Sitzungen des Gremiums"
    )

    def __init__(self, item, data=None):
        super().__init__(data)
        self.fields["meeting"].queryset = open_meetings(item.body_id)


def open_meetings(body):
    """Meetings of a body (a key) that still take topics."""
    found = Meeting.objects.filter(body=body, state__in=(Meeting.State.PLANNED, Meeting.State.INVITED))
    return found.select_related("body").prefetch_related("body__names").order_by("day")


class SuccessionForm(forms.ModelForm):
    """Which member takes a seat, from which day. The seat itself and who leaves it follow by the verb.

    Substitutes end nobody's time, so they are entered in the form of the seat.
    """

    on = DayField(
        label="ab",
        help_text="Erster Tag. Wer den Sitz bisher hat, scheidet am Tag davor aus. "
        "Eine Stellvertretung tragen Sie im Formular des Sitzes ein; dabei scheidet niemand aus.",
    )

    field_order = ["on"]

    class Meta:
        model = SeatHolder
        fields = ["name", "organisation", "user", "role", "language", "channel", "mail", "postal", "phone"]
        fields += ["consent_on", "consent_how"]
        field_classes = {"consent_on": DayField}
        widgets = {"postal": forms.Textarea(attrs={"rows": 3, "cols": 40})}
        help_texts = {
            "name": "Zum Beispiel: Vorname Nachname",
            "organisation": "Zum Beispiel: DGB Region Niedersachsen-Mitte",
            "user": "Leer, wenn die Person nicht im Portal arbeitet",
            "role": "Zum Beispiel: Mitglied",
            "language": "In dieser Sprache schreibt das Portal",
            "mail": "Leer: die Adresse des Kontos",
            "postal": "Zum Beispiel: Musterstraße 1, 30159 Hannover",
            "phone": "Zum Beispiel: 0511 168-0",
        }

    def _post_clean(self):
        """The whole of the model is asked by the verb, which alone knows who leaves."""

    def clean(self):
        cleaned = super().clean()
        self.details = {name: cleaned.get(name) for name in self._meta.fields}
        if not any(self.details.get(name) for name in ("mail", "postal", "phone", "user")):
            raise ValidationError(
                "Bitte tragen Sie ein, wie die Person erreichbar ist: E-Mail, Anschrift oder Telefon."
            )
        return cleaned
