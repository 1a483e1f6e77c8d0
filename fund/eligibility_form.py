"""The five questions before the form. They are asked by GET, so that nothing is stored and a result can be sent on."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fund.eligibility import Answers, Begun, Serves, Where
from fund.models import RuleSet
from fund.words import applicant_words
from wir.lib.amounts import NotAnAmount, read_amount


def amount_faults():
    """What to say to each `NotAnAmount.code`."""
    return {
        "empty": _("Please write how much money you need."),
        "not_a_number": _("We do not understand this amount. Example: 1500 or 1.500,50"),
        "negative": _("An amount cannot be less than zero."),
        "too_many_decimals": _("An amount has two digits for cents at most. Example: 1500,50"),
        "too_large": _("This amount is too large. Please check it."),
    }


class AmountField(forms.CharField):
    """An amount in euro as people type it; Decimal when clean, and shown again as it was typed."""

    def to_python(self, value):
        faults = amount_faults()
        try:
            return read_amount(super().to_python(value))
        except NotAnAmount as fault:
            raise forms.ValidationError(faults[fault.code]) from None


class EligibilityForm(forms.Form):
    """Who, how much, where, begun or not, and whether it serves the strategy."""

    wer = forms.ChoiceField(widget=forms.RadioSelect)
    betrag = AmountField(required=False)
    ort = forms.ChoiceField(widget=forms.RadioSelect)
    beginn = forms.ChoiceField(widget=forms.RadioSelect)
    passt = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, data=None, *, rule_set=None):
        if data is not None:
            data = {name: data.get(name, "").replace("\x00", "")[:200] for name in self.base_fields}
        super().__init__(data)
        is_total = rule_set is not None and rule_set.amount_means == RuleSet.AmountMeans.TOTAL
        self.label("wer", _("Who are you?"), applicant_words())
        self.label("betrag", _("What does the whole project cost?") if is_total else _("How much money do you need?"))
        self.fields["betrag"].help_text = _("In euros. A rough amount is enough.")
        self.fields["betrag"].widget.attrs |= {
            "inputmode": "decimal",
            "maxlength": 60,
            "dir": "ltr",
            "autocomplete": "off",
        }
        self.label(
            "ort",
            _("Where does the project take place?"),
            {
                Where.HANNOVER: _("in the city of Hannover"),
                Where.REGION: _("in the Hannover Region, outside the city"),
                Where.ELSEWHERE: pgettext("place", "somewhere else"),
            },
        )
        self.label(
            "beginn",
            _("Has the project begun?"),
            {Begun.NO: pgettext("project", "not yet"), Begun.YES: pgettext("project", "yes, it has begun")},
        )
        self.label(
            "passt",
            _("Does it serve the goals of WIR2.0?"),
            {
                Serves.YES: pgettext("answer", "yes"),
                Serves.UNSURE: pgettext("answer", "I am not sure"),
                Serves.NO: pgettext("answer", "no"),
            },
        )
        self.fields["passt"].help_text = _("For example: equal chances, respect for diversity, help against racism.")

    def label(self, name, label, choices=None):
        field = self.fields[name]
        field.label = label
        if choices is not None:
            field.choices = [(key.value, words) for key, words in choices.items()]
            fault = _("Please choose an answer.")
            field.error_messages |= {"required": fault, "invalid_choice": fault}

    @property
    def answers(self):
        """The Answers of a valid form."""
        given = self.cleaned_data
        return Answers(given["wer"], given["betrag"], given["ort"], given["beginn"], given["passt"])
