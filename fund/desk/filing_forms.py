"""What staff type about papers to the committees: drafts, numbers, days, and what a committee said of each case."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone

from fund import filings
from fund.desk.forms import SENTENCE, language_of, long_text
from fund.models import CaseItem, RefusalReason, StepResult
from fund.templatetags.fund_desk import euro
from measures.forms import AmountField
from strategy.forms import DayField

Result = StepResult.Result
MOST_VERSION = 2**31 - 1


def version_field():
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSION)


class SeenFiling(forms.Form):
    """version: of the paper that somebody saw when she decided."""

    version = version_field()

    def __init__(self, filing, data=None):
        self.filing = filing
        super().__init__(data, initial=self.start(filing))

    def start(self, filing):
        return {"version": filing.version}

    @property
    def values(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ConfirmFilingForm(SeenFiling):
    pass


class FilingForm(SeenFiling):
    """A draft: its words, its cases, and up to five committees in their order."""

    title = forms.CharField(
        label="Gegenstand",
        required=False,
        max_length=300,
        help_text="Zum Beispiel: Anträge an den Innovationsfonds, Sitzung des Gremiums vom 20.05.2027",
    )
    text = long_text(
        "Begründung",
        rows=8,
        longest=20000,
        help_text="Was für alle Anträge gilt. Kurzfassung, Ergebnis des Gremiums und Kosten stehen von selbst darin.",
    )
    cases = forms.MultipleChoiceField(label="Anträge", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, filing=None, data=None, *, sample=False):
        super().__init__(filing, data)
        inside = [place.application for place in filings.places_of(filing)] if filing else []
        free = list(filings.waiting(filing.sample if filing else sample))
        self.known = {str(each.pk): each for each in [*inside, *free]}
        self.fields["cases"].choices = [(key, label_of(each)) for key, each in self.known.items()]
        bodies = {str(each.pk): each for each in filings.committees()}
        self.bodies = bodies
        choices = [("", "keiner"), *((key, str(each)) for key, each in bodies.items())]
        for number in range(1, filings.MOST_STEPS + 1):
            self.fields[f"body_{number}"] = forms.ChoiceField(
                label=f"{number}. Ausschuss", required=False, choices=choices
            )
            self.fields[f"session_{number}"] = DayField(
                label=f"{number}. Sitzung am",
                required=False,
                help_text="Zum Beispiel: 18.03.2027. Leer: noch offen" if number == 1 else "",
            )
        self.fields["decides"] = forms.ChoiceField(
            label="Wer entscheidet?",
            required=False,
            choices=[("", "bitte wählen")]
            + [(str(number), f"der {number}. Ausschuss") for number in range(1, filings.MOST_STEPS + 1)],
            help_text="Genau einer; die anderen beraten.",
        )
        if filing is None:
            del self.fields["version"]

    def start(self, filing):
        if filing is None:
            return {}
        started = super().start(filing) | {"title": filing.title, "text": filing.text}
        started["cases"] = [str(key) for key in filing.cases.values_list("application", flat=True)]
        for number, step in enumerate(filing.steps.all(), 1):
            started |= {f"body_{number}": str(step.body_id), f"session_{number}": step.session_on}
            if step.decides:
                started["decides"] = str(number)
        return started

    @property
    def values(self):
        typed, steps = self.cleaned_data, []
        for number in range(1, filings.MOST_STEPS + 1):
            if body := self.bodies.get(typed.get(f"body_{number}")):
                decides = typed.get("decides") == str(number)
                steps.append({"body": body, "decides": decides, "session_on": typed.get(f"session_{number}")})
        cases = [self.known[key] for key in typed.get("cases", ())]
        return {"title": typed.get("title", ""), "text": typed.get("text", ""), "cases": cases, "steps": steps}

    @property
    def missing(self):
        """What else is wrong where a field was not understood, so that everything is told at once."""
        values = self.values
        found = filings.faults("-" if "title" in self.errors else values["title"], values["steps"])
        return [*found, *(() if "cases" in self.errors or values["cases"] else (filings.NO_CASE,))]


def label_of(application):
    revision = application.revision
    return f"{application.reference}: {revision.title} ({revision.applicant}, {euro(revision.requested)})"


def hide_amounts(form, closed):
    """Of cases that are not open to who asks (their keys) the choices say which they are, and not what they cost."""
    for key, each in getattr(form, "known", {}).items():
        if each.pk in closed:
            label = f"{each.reference}: {each.revision.title} ({each.revision.applicant})"
            choices = form.fields["cases"].choices
            form.fields["cases"].choices = [(pk, label if pk == key else known) for pk, known in choices]


class NumberForm(SeenFiling):
    number = forms.CharField(label="Nummer der Drucksache", required=False, max_length=20)
    supplement = forms.CharField(
        label="Ergänzung", required=False, max_length=10, help_text="Zum Beispiel: E1. Leer: die Drucksache selbst"
    )
    told_on = DayField(
        label="öffentlich ab",
        required=False,
        help_text="An diesem Tag erfahren die Antragstellenden, was das Gremium vorgeschlagen hat.",
    )

    def __init__(self, filing, data=None):
        super().__init__(filing, data)
        pattern = filings.pattern_of(filing)
        self.fields["number"].help_text = f"Zum Beispiel: {filings.example_of(pattern)}"

    def start(self, filing):
        paper = filing.council_paper
        known = {"number": paper.number, "supplement": paper.supplement} if paper else {}
        return super().start(filing) | known | {"told_on": filing.told_on or timezone.localdate()}


class SessionsForm(SeenFiling):
    """The days of sessions that have no result yet."""

    def __init__(self, filing, data=None):
        super().__init__(filing, data)
        for step in self.steps(filing):
            self.fields[f"session_{step.pk}"] = DayField(
                label=f"Sitzung: {step.body}", required=False, help_text=self.told(step)
            )

    def steps(self, filing):
        in_force = StepResult.objects.filter(step=OuterRef("pk"), dropped_at=None)
        steps = filing.steps.exclude(Exists(in_force))
        return steps.select_related("body").prefetch_related("body__names")

    def told(self, step):
        return ""

    def start(self, filing):
        days = {f"session_{step.pk}": step.session_on for step in filing.steps.all()}
        return super().start(filing) | days

    @property
    def sessions(self):
        prefix = "session_"
        return {int(name[len(prefix) :]): day for name, day in self.cleaned_data.items() if name.startswith(prefix)}

    @property
    def values(self):
        return {"sessions": self.sessions}


class DaysForm(SessionsForm):
    told_on = DayField(label="öffentlich ab", required=False)

    def start(self, filing):
        return super().start(filing) | {"told_on": filing.told_on}

    @property
    def values(self):
        return {"sessions": self.sessions, "told_on": self.cleaned_data["told_on"]}


class AgainForm(SessionsForm):
    """Cases that were put off come to another session of the same paper."""

    cases = forms.MultipleChoiceField(label="Anträge", required=False, widget=forms.CheckboxSelectMultiple)

    def told(self, step):
        return f"Bisher: {step.session_on:%d.%m.%Y}. Leer: bleibt" if step.session_on else ""

    def __init__(self, filing, data=None):
        super().__init__(filing, data)
        self.known = {str(each.pk): each for each in filings.put_off(filing)}
        self.fields["cases"].choices = [(key, label_of(each)) for key, each in self.known.items()]

    def steps(self, filing):
        return filing.steps.select_related("body").prefetch_related("body__names")

    def start(self, filing):
        """The days are new ones, so nothing stands there before."""
        return {"version": filing.version}

    @property
    def values(self):
        sessions = {key: day for key, day in self.sessions.items() if day}
        return {"sessions": sessions, "cases": [self.known[key] for key in self.cleaned_data["cases"]]}


class ResultsForm(forms.Form):
    """What one committee said: the day of its session, and a block of fields for every case of the paper."""

    session_on = DayField(label="Sitzung am", required=False)
    NAMES = ("result", "amount", "reason", "why_de", "why", "point", "more_agreed")

    def __init__(self, step, places, data=None):
        self.step, self.places = step, places
        super().__init__(data, initial=self.start())
        reasons = RefusalReason.objects.filter(formal=False, active=True).order_by("order", "key")
        self.reasons = {str(each.pk): each for each in reasons} if step.decides else {}
        for place in places:
            self.add(place)

    def start(self):
        started = {"session_on": self.step.session_on}
        for place in self.places:
            started[f"version-{place.pk}"] = place.application.version
            if place.item and place.item.is_positive:
                started[f"amount-{place.pk}"] = place.item.amount
        return started

    def add(self, place):
        key, language = place.pk, language_of(place.application)
        kinds = StepResult.DECIDING if self.step.decides else StepResult.ADVICE
        results = [(each.value, each.label) for each in (*kinds, *StepResult.BACK)]
        fields = {
            "version": version_field(),
            "result": forms.ChoiceField(label="Ergebnis", required=False, choices=[("", "noch keines"), *results]),
        }
        if self.step.decides:
            fields["amount"] = AmountField(
                label="Betrag (Euro)", required=False, max_digits=13, decimal_places=2, localize=True,
                help_text="Nur bei einem Beschluss. Zum Beispiel: 16.000,00",
            )  # fmt: skip
            fields["reason"] = forms.ChoiceField(
                label="Grund einer Ablehnung", required=False,
                choices=[("", "bitte wählen"), *((pk, str(each)) for pk, each in self.reasons.items())],
            )  # fmt: skip
        fields["why_de"] = long_text(
            "Begründung, wie protokolliert", rows=3, longest=SENTENCE,
            help_text="Nötig, wenn der Ausschuss vom Gremium abweicht. Sie steht im Brief; gelten Bedingungen des "
            "Gremiums weiter, schreiben Sie sie dazu." if self.step.decides else "",
        )  # fmt: skip
        if self.step.decides and not language.is_source:
            fields["why"] = long_text(
                f"Dieselbe Begründung ({language.name})", rows=3, longest=SENTENCE, lang=language.tag
            )
        fields["point"] = forms.CharField(label="Punkt der Niederschrift", required=False, max_length=40)
        if self.step.decides:
            fields["more_agreed"] = forms.CharField(
                label="Mehr als beantragt: Zustimmung", required=False, max_length=300,
                help_text="Wann und wie die antragstellende Person schriftlich zugestimmt hat",
            )  # fmt: skip
        for name, field in fields.items():
            self.fields[f"{name}-{key}"] = field

    @property
    def blocks(self):
        """[(place, [bound fields])] for the page."""
        return [
            (place, [self[f"{name}-{place.pk}"] for name in self.NAMES if f"{name}-{place.pk}" in self.fields])
            for place in self.places
        ]

    def clean(self):
        marked = any(self.cleaned_data.get(f"result-{place.pk}") for place in self.places)
        if self.places and not marked and not self.errors:
            raise forms.ValidationError("Tragen Sie mindestens ein Ergebnis ein.")
        return self.cleaned_data

    @property
    def entries(self):
        """[(application as it was seen, values for the door)] of the cases that have a result."""
        typed, found = self.cleaned_data, []
        for place in self.places:
            values = {name: typed[f"{name}-{place.pk}"] for name in self.NAMES if f"{name}-{place.pk}" in typed}
            if not values["result"]:
                continue
            if "reason" in values:
                values["reason"] = self.reasons.get(values["reason"])
            place.application.version = typed[f"version-{place.pk}"]
            found.append((place.application, values | {"session_on": typed["session_on"]}))
        return found


class DropForm(forms.Form):
    version = version_field()
    note = long_text("Was stimmt nicht?", rows=3, help_text="Danach lässt sich das Ergebnis neu eintragen.")


def board_words(item):
    """What the board said of a case, in a few German words."""
    if item is None:
        return "nicht bekannt"
    amount = f", {euro(item.amount)}" if item.outcome in CaseItem.POSITIVE else ""
    return f"{item.get_outcome_display()}{amount}"
