"""Why a file is not taken: a sentence for the person who sent it."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

UNREADABLE = _("We cannot read this file. Please save it again, best as PDF, and send it once more.")
ACTIVE = _("This file holds programs, hidden files or links to other files. Please print it into a new PDF file.")
PASSWORD = _("This file is protected with a password. Please send it without the password.")


@dataclass(frozen=True)
class Refusal:
    """text: a lazy sentence with named placeholders; values: what goes into them."""

    text: object
    values: dict = field(default_factory=dict)

    def __str__(self):
        return str(self.text) % self.values if self.values else str(self.text)


class Unfit(Exception):
    """A file that cannot be taken. refusal: what to tell."""

    def __init__(self, refusal):
        super().__init__(refusal)
        self.refusal = refusal
