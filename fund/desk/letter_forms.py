"""Forms of the acts around a letter: signed paper, results looked at again, two cases that become one, erasing."""

from django import forms

from fund.desk.forms import Seen, long_text
from fund.models import Application
from strategy.forms import DayField

LINE = {"size": 60}


class AcceptForm(Seen):
    """What stands on the signed paper."""

    on = DayField(label="Unterschrieben am", required=False, help_text="Zum Beispiel: 18.03.2027")
    signer = forms.CharField(
        label="Wer hat unterschrieben?", required=False, max_length=200, widget=forms.TextInput(attrs=LINE)
    )
    function = forms.CharField(
        label="In welcher Funktion?",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=LINE),
        help_text="Nötig bei Organisationen. Zum Beispiel: Vorstand",
    )
    payee = forms.CharField(
        label="Wem gehört das Konto?", required=False, max_length=200, widget=forms.TextInput(attrs=LINE)
    )
    iban = forms.CharField(
        label="IBAN",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"size": 34, "dir": "ltr", "autocomplete": "off"}),
        help_text="Danach steht sie nur noch verkürzt auf der Seite des Antrags.",
    )


class ReopeningForm(Seen):
    note = long_text("Was ist neu?", rows=3, help_text="Zum Beispiel: Widerspruch vom 3. Mai, neuer Ort in Hannover")


class CorrectionForm(Seen):
    note = long_text("Welcher Fehler steckt in der Entscheidung?", rows=3, help_text="Das liest nur das Projektteam.")


class MergeForm(Seen):
    """into: the reference of the case that goes on, as somebody reads it from the list."""

    into = forms.CharField(
        label="Aktenzeichen des Antrags, der weitergeht",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"size": 24, "dir": "ltr", "autocomplete": "off"}),
        help_text="Zum Beispiel: WIR-2027-K7QX",
    )
    note = long_text("Warum?", rows=2, help_text="Das liest nur das Projektteam.")
    agreed = forms.CharField(
        label="Zustimmung",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=LINE),
        help_text="Nur nötig, wenn die Anträge keine Person, E-Mail oder Telefonnummer gemeinsam haben: wer wann.",
    )

    @property
    def values(self):
        """The note also says who agreed; it stands in the history of the case."""
        typed = self.cleaned_data
        reference = typed["into"].strip().upper()
        found = Application.objects.handed_in().select_related("rule_set", "revision", "year")
        note = " / ".join(filter(None, (typed["note"].strip(), typed["agreed"].strip()))) if typed["note"] else ""
        into = found.filter(reference=reference).first() if reference else None
        return {"into": into, "agreed": typed["agreed"], "note": note}


class EraseForm(Seen):
    note = long_text(
        "Grund", rows=2, help_text="Er bleibt stehen: Schreiben Sie keinen Namen hinein. Zum Beispiel: Frist abgelaufen"
    )
