"""What can be chosen in the form: [(value, text)], texts in the active language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from fund.models import ApplicantKind
from fund.words import applicant_words
from strategy.models import ActionField, CrossCuttingTheme, District
from wir.languages.text import tr

CITY, UNSURE = "city", "unsure"
YES, NO, NOT_YET = "yes", "no", "not_yet"

# What each cross-cutting theme of the strategy means in everyday words, by its number
THEME_EXAMPLES = {
    "1": gettext_lazy("Example: everybody can take part, whatever their passport, income or disability."),
    "2": gettext_lazy("Example: people of different origin, age and faith plan it together."),
    "3": gettext_lazy("Example: the invitation is in several languages and in simple words."),
}


def kinds(filled):
    """The kinds of applicant that the rules of this application allow; all where its source is silent."""
    allowed = filled.application.rule_set.applicants or ApplicantKind.values
    words = applicant_words()
    return [(value, words[value]) for value in ApplicantKind.values if value in allowed]


def fields(filled):
    found = [(str(field.number), tr(field, "title")) for field in filled.fields]
    return [*found, (UNSURE, _("I am not sure: the team chooses"))]


def themes(filled):
    return [(str(theme.number), tr(theme, "title")) for theme in filled.themes]


def districts(filled):
    found = [(str(district.number), district.name) for district in filled.districts]
    return [*found, (CITY, _("In the whole city")), (UNSURE, _("I am not sure yet"))]


def promised(filled):
    return [(YES, pgettext("money of others is promised", "Yes")), (NOT_YET, _("Not yet"))]


def may_be_named(filled):
    return [(YES, _("Yes, you may name me")), (NO, _("No, please do not name me"))]


def theme_title(filled, number):
    theme = next((theme for theme in filled.themes if theme.number == number), None)
    return tr(theme, "title") if theme else str(number)


def all_fields():
    return list(ActionField.objects.public().for_list("title").order_by("number"))


def all_themes():
    return list(CrossCuttingTheme.objects.public().for_list("title").order_by("number"))


def all_districts():
    return list(District.objects.order_by("number"))
