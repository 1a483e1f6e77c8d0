"""The fund's words for readers as safe HTML: names and numbers are isolated from what stands around them."""

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fund.models import ApplicantKind, TierKey
from wir.languages.text import current
from wir.lib import formats


def tier_words():
    return {
        TierKey.MICRO: pgettext("funding tier", "Small projects"),
        TierKey.PROJECT: pgettext("funding tier", "Larger projects"),
        TierKey.ADMINISTRATION: pgettext("funding tier", "Projects of the city administration"),
    }


def applicant_words():
    return {
        ApplicantKind.ORGANISATION: _("an organisation or a club"),
        ApplicantKind.GROUP: _("a group without legal form"),
        ApplicantKind.PERSON: _("a single person"),
        ApplicantKind.TANDEM: _("two that apply together (tandem)"),
        ApplicantKind.UNIT: _("a department of the city"),
    }


def proper(name):
    """A German proper name inside a sentence of another language."""
    return format_html('<bdi lang="de" dir="ltr">{}</bdi>', name)


def isolated(value):
    """A number, a date or an amount, whose signs must not be mixed with a sentence from right to left."""
    return format_html("<bdi>{}</bdi>", value)


def money(amount):
    return isolated(formats.euro(amount, current().locale))


def day(value):
    return isolated(formats.long_date(value, current().locale))


def number(value):
    return isolated(formats.number(value, current().locale))


def percent(value):
    return isolated(formats.percent(value, 100, current().locale))


def tier_name(tier):
    """Our words for a tier, with the official name once in brackets."""
    return format_html("{} ({})", tier_words()[tier.key], proper(tier.name))


def gap(label):
    """A space after a question, a dash after a label that is no sentence."""
    return " " if str(label).endswith(("?", "؟", ".", "!", ":")) else " – "


def sentence(text, **values):
    """A translated sentence with its values as safe HTML; what is no HTML yet is escaped."""
    return mark_safe(escape(text) % {name: conditional_escape(value) for name, value in values.items()})  # noqa: S308 - escaped
