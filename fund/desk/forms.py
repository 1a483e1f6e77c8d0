"""What staff type at the desk. The doors say what is missing; the forms keep what was typed and read days and words."""

import secrets
from datetime import timedelta

from django import forms
from django.utils import timezone

from fund import checklist, tasklist
from fund.letters import fingerprint
from fund.models import Application, CaseMessage, RefusalReason
from fund.promise import tier_of
from measures.forms import AmountField
from strategy.forms import DayField
from wir.languages import registry
from wir.languages.text import is_blank

LONG = 5000  # signs of a message or a letter's own sentence
SENTENCE = 1000  # signs of an own sentence or a condition in a letter: it stays one page
LETTER = 20000  # signs of a letter


def long_text(label, *, rows=4, longest=LONG, lang="", **values):
    """A field of several lines; lang: the language that is typed into it, where it is not German."""
    attrs = {"rows": rows, "cols": 60, "dir": "auto"} | ({"lang": lang} if lang else {})
    return forms.CharField(
        label=label, required=False, max_length=longest, widget=forms.Textarea(attrs=attrs), **values
    )


def language_of(application):
    return registry.get(application.language)


class Seen(forms.Form):
    """version: of the case that somebody saw when she decided. Who acts on an older page is refused by the door."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, application, part=None, data=None):
        super().__init__(data, initial=self.start(application, part))
        self.application, self.part = application, part

    def start(self, application, part):
        return {"version": application.version}

    @property
    def values(self):
        """What the door gets."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ConfirmForm(Seen):
    pass


class ReasonForm(Seen):
    note = long_text("Grund", rows=3, help_text="Das liest nur das Projektteam.")


class AskForm(Seen):
    """One field for every section of the form; those that stay empty are not asked about."""

    due = DayField(label="Antwort bis", required=False)

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        language = language_of(application)
        rules = application.rule_set
        self.fields[
            "due"
        ].help_text = (
            f"Mindestens {rules.change_days} Tage. Wer Brief oder Anruf bekommt, hat diese Zeit ab der Zustellung."
        )
        self.keys = [step.key for step in tasklist.needed_steps(application)]
        for key in self.keys:
            label = tasklist.label_of(key)
            self.fields[f"ask_{key}"] = long_text(f"{label}: Was brauchen Sie?", rows=2)
            if not language.is_source:
                self.fields[f"said_{key}"] = long_text(
                    f"{label}: dasselbe in der Sprache {language.name}", rows=2, lang=language.tag
                )

    def start(self, application, part):
        days = application.rule_set.change_days_default
        return super().start(application, part) | {"due": timezone.localdate() + timedelta(days=days)}

    @property
    def values(self):
        typed = self.cleaned_data
        sections = {key: typed[f"ask_{key}"].strip() for key in self.keys if not is_blank(typed[f"ask_{key}"])}
        translations = {key: typed.get(f"said_{key}", "").strip() for key in sections}
        return {"due": typed["due"], "sections": sections, "translations": translations}


class ExtendForm(Seen):
    due = DayField(label="Neue Frist", required=False, help_text="Zum Beispiel: 18.03.2027")


class SentenceForm(Seen):
    """An own sentence for the letter, German and where somebody has it in the applicant's language."""

    sentence_de = long_text("Eigener Satz dazu", rows=3, longest=SENTENCE)

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        language = language_of(application)
        if not language.is_source:
            self.fields["sentence"] = long_text(
                f"Derselbe Satz in der Sprache {language.name}",
                rows=3,
                longest=SENTENCE,
                lang=language.tag,
                help_text="Ohne ihn bleibt der Satz deutsch, mit dem Hinweis, dass wir ihn am Telefon erklären.",
            )


class RefusalForm(SentenceForm):
    """The reason comes from the catalogue, which is translated; an own sentence may follow."""

    reason = forms.ModelChoiceField(
        RefusalReason.objects.none(), label="Grund", required=False, empty_label="bitte wählen"
    )
    field_order = ["version", "reason", "sentence_de"]
    formal, told = True, "Er steht im Brief nach dem Grund. Er kann auch fehlen."

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        reasons = RefusalReason.objects.filter(formal=self.formal, active=True)
        self.fields["reason"].queryset = reasons.order_by("order")
        self.fields["sentence_de"].help_text = self.told


class RejectionForm(RefusalForm):
    formal, told = False, "Er steht im Brief nach dem Grund: Was genau hat bei diesem Projekt nicht überzeugt?"


class AmountForm(SentenceForm):
    """How much, and for the letter why it is less than asked for or what is asked of the applicant."""

    amount = AmountField(
        label="Betrag (Euro)",
        required=False,
        max_digits=13,
        decimal_places=2,
        localize=True,
        help_text="Zum Beispiel: 1.200,00",
    )
    field_order = ["version", "amount", "sentence_de"]

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        self.fields["sentence_de"].label = "Bedingung oder warum es weniger ist"
        self.fields["sentence_de"].help_text = "Steht im Brief. Nötig, wenn es weniger ist als beantragt."

    def start(self, application, part):
        tier = tier_of(application)
        most = tier.highest if tier and tier.highest is not None else application.revision.requested
        return super().start(application, part) | {"amount": min(application.revision.requested, most)}


class ApproveForm(Seen):
    note = long_text(
        "Begründung der Leitung",
        rows=3,
        help_text="Nur bei einem offenen Hinweis auf Aufteilung nötig. Das liest nur das Projektteam.",
    )


class CallUpForm(Seen):
    on = DayField(
        label="Geld noch gewünscht, gesagt am",
        required=False,
        help_text="Fragen Sie vorher nach. Leer nur, wenn der Platz auf der Liste noch nicht bekannt gegeben ist.",
    )


class ActivateForm(Seen):
    on = DayField(label="Projekt läuft seit", required=False, help_text="Zum Beispiel: 18.03.2027")
    payer = forms.CharField(
        label="Wer die Zahlung regelt",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="Steht auf der Seite des Antrags. Zum Beispiel: Fachbereich Finanzen, 0511 168-0",
    )


class CloseForm(Seen):
    on = DayField(label="Abgeschlossen am", required=False, help_text="Zum Beispiel: 18.03.2028")


class NoteForm(Seen):
    text = long_text("Notiz", rows=3, help_text="Antragstellende sehen sie hier nicht, können aber Auskunft verlangen.")

    def clean_text(self):
        return needed(self.cleaned_data["text"], "Die Notiz ist leer.")


class SummaryForm(Seen):
    summary_de = long_text("Kurzfassung für das Gremium", help_text="Sachlich, ohne Wertung, fünf bis acht Sätze.")

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        language = language_of(application)
        if not language.is_source:
            self.fields["summary_plain"] = long_text(
                f"Kurzfassung in der Sprache {language.name}",
                lang=language.tag,
                help_text="Damit die antragstellende Person sie berichtigen kann. Leer: nur auf Deutsch.",
            )

    def start(self, application, part):
        values = {name: getattr(application, name) for name in ("summary_de", "summary_plain")}
        return super().start(application, part) | values


class FileNumberForm(Seen):
    file_number = forms.CharField(
        label="Aktenzeichen der Stadt",
        required=False,
        max_length=60,
        help_text="Zum Beispiel das Zeichen in der E-Akte",
    )

    def start(self, application, part):
        return super().start(application, part) | {"file_number": application.file_number}


class FlagForm(Seen):
    note = forms.CharField(
        label="Was Sie gefunden haben",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text="Zum Beispiel: zwei verschiedene Gruppen, die sich denselben Raum teilen",
    )

    def clean_note(self):
        return needed(self.cleaned_data["note"], "Schreiben Sie, warum der Hinweis erledigt ist.")


class MessageForm(Seen):
    """A message to the applicant, in any language, with its translation where somebody has one."""

    language = forms.ChoiceField(label="Sprache der Nachricht")
    text = long_text("Nachricht", rows=5)

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        own = language_of(application)
        self.fields["language"].choices = [(each.code, each.name) for each in registry.LANGUAGES]
        if not own.is_source:
            self.fields["translation"] = long_text(f"Übersetzung ({own.name})", rows=5, lang=own.tag)
            self.fields["origin"] = origin_field()

    def start(self, application, part):
        return super().start(application, part) | {"language": "de"}

    def clean_text(self):
        return needed(self.cleaned_data["text"], "Die Nachricht ist leer.")

    def clean(self):
        return labelled(self)


class TranslationForm(Seen):
    """The working translation of a message: into German, or into the applicant's language for one of the office."""

    translation = long_text("Übersetzung", rows=5)

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        target = self.target = registry.get(application.language if part.from_office else registry.SOURCE.code)
        self.fields["translation"].label = f"Übersetzung ({target.name})"
        self.fields["translation"].widget.attrs["lang"] = target.tag
        self.fields["origin"] = origin_field()

    def start(self, application, part):
        started = {"translation": part.translation, "origin": part.translation_origin}
        return super().start(application, part) | started

    def clean_translation(self):
        return needed(self.cleaned_data["translation"], "Die Übersetzung ist leer.")

    def clean(self):
        return labelled(self)


class ChecklistForm(Seen):
    """Every point with its finding and a note. Hidden first values tell what somebody changed, so that two people who
    tick at once do not undo each other."""

    FINDINGS = (("", "noch offen"), ("yes", "in Ordnung"), ("no", "nicht in Ordnung"))

    def __init__(self, application, part=None, data=None):
        self.rows = checklist.rows_of(application)
        super().__init__(application, part, data)
        for row in self.rows:
            key, label = row.point.key, row.point.label
            self.fields[f"is_{key}"] = forms.ChoiceField(
                label=label, choices=self.FINDINGS, required=False, show_hidden_initial=True, help_text=row.point.hint
            )
            self.fields[f"note_{key}"] = forms.CharField(
                label=f"Notiz: {label}", required=False, max_length=500, show_hidden_initial=True
            )

    def start(self, application, part):
        found = super().start(application, part)
        for row in self.rows:
            checked = row.checked
            fine = "" if checked is None or row.stale else "yes" if checked.fine else "no"
            found |= {f"is_{row.point.key}": fine, f"note_{row.point.key}": checked.note if checked else ""}
        return found

    @property
    def lines(self):
        """(row, field of the finding, field of the note), for the page."""
        return [(row, self[f"is_{row.point.key}"], self[f"note_{row.point.key}"]) for row in self.rows]

    @property
    def values(self):
        """{key: (fine or None, note)} of what was changed."""
        keys = [
            row.point.key
            for row in self.rows
            if {f"is_{row.point.key}", f"note_{row.point.key}"} & set(self.changed_data)
        ]
        findings = {"yes": True, "no": False, "": None}
        return {
            "points": {
                key: (findings[self.cleaned_data[f"is_{key}"]], self.cleaned_data[f"note_{key}"]) for key in keys
            }
        }


class LetterForm(Seen):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text_de = long_text("Text (verbindlich)", rows=22, longest=LETTER)

    def __init__(self, application, part=None, data=None):
        super().__init__(application, part, data)
        language = registry.get(part.language)
        if not language.is_source:
            self.fields["text"] = long_text(f"Text ({language.name})", rows=22, longest=LETTER, lang=language.tag)

    def start(self, application, part):
        return super().start(application, part) | {
            "seen": fingerprint(part),
            "text_de": part.text_de,
            "text": part.text,
        }


class ReadForm(Seen):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def start(self, application, part):
        return super().start(application, part) | {"seen": fingerprint(part)}


class EnterForm(forms.Form):
    """How an application comes in that somebody else types. marke: one page makes one draft."""

    marke = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    intake = forms.ChoiceField(
        label="Wie kommt der Antrag?",
        choices=[each for each in Application.Intake.choices if each[0] != Application.Intake.WEB],
    )
    language = forms.ChoiceField(
        label="Sprache der antragstellenden Person",
        initial="de",
        help_text="In dieser Sprache schreiben wir ihr. Das Formular öffnet sich auf Deutsch.",
    )
    part = forms.ChoiceField(
        label="Was haben Sie getan?",
        widget=forms.RadioSelect,
        choices=[
            ("typed", "Ich schreibe nur ab, was auf dem Papier steht oder mir gesagt wird."),
            ("helped", "Ich helfe beim Schreiben. Prüfen muss den Antrag dann jemand anderes."),
        ],
    )

    def __init__(self, *args, openings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(each.code, each.name) for each in registry.LANGUAGES]
        self.fields["marke"].initial = secrets.token_urlsafe(16)
        self.openings = {name_of(each): each for each in openings}
        self.fields["opening"] = forms.ChoiceField(
            label="Wofür?", choices=[(name, title_of(each)) for name, each in self.openings.items()]
        )


def name_of(opening):
    """What a page carries of an opening: others may open or close until it is sent."""
    return f"jahr-{opening.year.pk}" if opening.call is None else f"aufruf-{opening.call.pk}"


def title_of(opening):
    title = f"laufende Anträge {opening.year.year}" if opening.call is None else f"Aufruf: {opening.call}"
    return f"Beispiel – {title}" if opening.year.sample else title


def origin_field():
    return forms.ChoiceField(
        label="Wer hat übersetzt?", required=False, choices=[("", "bitte wählen"), *CaseMessage.Origin.choices]
    )


def needed(text, sentence):
    if is_blank(text):
        raise forms.ValidationError(sentence)
    return text.strip()


def labelled(form):
    """Nothing is decided on a translation of which nobody knows who made it."""
    cleaned = form.cleaned_data
    if not is_blank(cleaned.get("translation")) and not cleaned.get("origin"):
        form.add_error("origin", "Zu einer Übersetzung gehört, wer oder was sie gemacht hat.")
    return cleaned
