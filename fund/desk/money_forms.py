"""What is typed about money: bookings of a year, carry-overs, longer holds, another year for a case."""

from django import forms
from django.utils import timezone

from fund import holds, year_moves
from fund.desk.forms import Seen, long_text
from fund.models import FundYear
from measures.forms import AmountField
from strategy.forms import DayField
from strategy.models import CouncilPaper


def amount_field():
    return AmountField(
        label="Betrag (Euro)",
        required=False,
        max_digits=13,
        decimal_places=2,
        localize=True,
        help_text="Zum Beispiel: 50.000,00",
    )


class BookingForm(forms.Form):
    """seen: how many bookings made the sum when the page was read; a second click books nothing."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    amount = amount_field()
    council_paper = forms.ModelChoiceField(
        CouncilPaper.objects.none(),
        label="Drucksache",
        required=False,
        empty_label="keine",
        help_text="Oder darunter eine andere Quelle",
    )
    source = forms.CharField(
        label="andere Quelle",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="Zum Beispiel: Haushaltsplan 2027",
    )
    field_order = ["seen", "amount", "target_year", "council_paper", "source"]

    def __init__(self, year, data=None, *, seen=0):
        if data is not None:
            data = {name: value.replace("\x00", "") for name, value in data.items()}
        super().__init__(data, initial={"seen": seen})
        self.year = year
        self.fields["council_paper"].queryset = CouncilPaper.objects.order_by("-pk")


class CarryForm(BookingForm):
    target_year = forms.ModelChoiceField(
        FundYear.objects.none(), label="In das Jahr", required=False, empty_label="bitte wählen"
    )

    def __init__(self, year, data=None, *, seen=0):
        super().__init__(year, data, seen=seen)
        others = FundYear.objects.filter(sample=year.sample).exclude(pk=year.pk)
        self.fields["target_year"].queryset = others.exclude(state=FundYear.State.CLOSED).order_by("-year")


class HoldForm(Seen):
    until = DayField(label="Vorgemerkt bis", required=False, help_text="Zum Beispiel: 18.03.2028")
    note = long_text("Grund", rows=3, help_text="Das liest nur das Projektteam.")

    def start(self, application, part):
        return super().start(application, part) | {"until": holds.until(application, timezone.now())}


class YearForm(Seen):
    """Another year for a case: only those that are published and whose sum is known."""

    year = forms.ModelChoiceField(
        FundYear.objects.none(), label="In das Jahr", required=False, empty_label="bitte wählen"
    )
    note = long_text("Grund", rows=2, help_text="Kann fehlen. Das liest nur das Projektteam.")

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        self.fields["year"].queryset = year_moves.choices(application)


class UnansweredForm(Seen):
    """Who was asked whether she still wants the money, and did not answer."""

    on = DayField(
        label="Gefragt mit der Nachricht vom",
        required=False,
        help_text="Die Nachricht hier beim Antrag, in der Sie gefragt haben, ob das Geld noch gewünscht ist.",
    )
