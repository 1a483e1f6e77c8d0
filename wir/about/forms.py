from django import forms
from django.utils.translation import gettext_lazy as _

from wir.about.models import BarrierReport


class BarrierForm(forms.ModelForm):
    """What does not work, where, and if wished an address for the answer."""

    # A field people do not see: programs fill it in, and their reports are dropped.
    website = forms.CharField(required=False, label=_("Leave this field empty"), widget=forms.TextInput)

    class Meta:
        model = BarrierReport
        fields = ["text", "page", "mail"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text, page, mail = self.fields["text"], self.fields["page"], self.fields["mail"]
        text.label, text.widget = _("What does not work?"), forms.Textarea(attrs={"rows": 6, "maxlength": 5000})
        text.error_messages |= {
            "required": _("Please write what does not work."),
            "max_length": _("Please write at most 5,000 characters."),
        }
        page.label = _("On which page?")
        page.help_text = _("The address of the page, if you know it.")
        page.error_messages["max_length"] = _("This address is too long. The name of the page is enough.")
        page.widget.attrs["dir"] = "ltr"
        mail.label = _("Your e-mail address")
        mail.help_text = _("Only if you want an answer.")
        mail.widget = forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"})
        mail.error_messages["invalid"] = _("This is not an e-mail address. Example: name@example.org")
        mail.error_messages["max_length"] = mail.error_messages["invalid"]
        self.unreadable = [name for name, value in self.data.items() if "\x00" in value]
        if self.unreadable:  # no database keeps NUL, and no page may show it; the rest of the text stays
            self.data = self.data.copy()
            for name in self.unreadable:
                self.data[name] = self.data[name].replace("\x00", "")

    def clean(self):
        for name in self.unreadable:
            if name in self.fields:
                self.add_error(name, _("This text has characters that cannot be read."))
        return super().clean()

    def save(self, *, language, now):
        """Keep the report, unless a program wrote it."""
        if self.cleaned_data["website"]:
            return None
        report = super().save(commit=False)
        report.language, report.sent_at = language.code, now
        report.save()
        return report
