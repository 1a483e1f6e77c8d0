"""What people type about conflicts of interest, and what members type about a case."""

from django import forms

from fund.desk.forms import Seen, long_text
from fund.models import Declaration, Review
from measures.forms import AmountField

NOTE = 1000  # signs of an explanation
COMMENT = 3000  # signs of a comment


class OwnConflictForm(Seen):
    """Somebody of the office about herself, at one case."""

    answer = forms.ChoiceField(
        label="Mein Verhältnis zu diesem Antrag",
        choices=Declaration.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Sagen Sie, ob es einen Interessenkonflikt gibt."},
    )
    kind = forms.ChoiceField(
        label="Art des Konflikts", choices=[("", "bitte wählen"), *Declaration.Kind.choices], required=False
    )
    note = long_text("Erläuterung", rows=2, longest=NOTE, help_text="Das liest nur, wer die Angabe klärt.")


class ReviewForm(forms.Form):
    """seen: the revision that was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    word = forms.ChoiceField(
        label="Was schlagen Sie vor?",
        choices=Review.Word.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Wählen Sie eine Einschätzung."},
    )
    amount = AmountField(
        label="Vorgeschlagener Betrag (Euro)",
        required=False,
        max_digits=13,
        decimal_places=2,
        localize=True,
        help_text="Nur bei „mit weniger Geld vorschlagen“. Zum Beispiel: 1.500",
    )
    comment = long_text(
        "Kommentar", rows=4, longest=COMMENT, help_text="Die anderen Mitglieder lesen ihn ohne Ihren Namen."
    )
