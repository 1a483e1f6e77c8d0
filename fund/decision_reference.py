"""Where a decision was made: what letters say of the committee or the body behind it."""

from django.utils.translation import gettext as _

from fund import room
from fund.models import Decision
from wir.lib.formats import long_date

FIRST, POP = "\u2068", "\u2069"  # keep a name or a number together inside of a text from right to left
LEFT_TO_RIGHT = "\u2066"  # the same around what is German in a text of another language, so that pages can mark it


def reference(decision, language):
    """One sentence in the active language: who decided, when, on which paper and under which item; "" for the team.

    language: of the registry, for the day. Names of bodies are German proper names in every language.
    """
    if decision.maker == Decision.Maker.COMMITTEE:
        return of_committee(decision.result, language)
    if decision.maker == Decision.Maker.BODY:
        body, day = room.body_of_item(decision.item), room.day_of(decision.item)
        known = {"body": german(named(body, day), language), "date": apart(long_date(day, language.locale))}
        return _("The board that decided this: %(body)s, on %(date)s.") % known
    return ""


def of_committee(result, language):
    known = {
        "committee": german(named(result.step.body, result.session_on), language),
        "date": apart(long_date(result.session_on, language.locale)),
        "number": apart(result.step.filing.council_paper),
        "item": apart(result.point),
    }
    if result.point:
        told = _(
            "The committee that decided this: %(committee)s, on %(date)s. "
            "Its paper has the number %(number)s (item %(item)s)."
        )
    else:
        told = _("The committee that decided this: %(committee)s, on %(date)s. Its paper has the number %(number)s.")
    return told % known


def named(body, day):
    """The name a body carried on a day, else the one it is known by."""
    return body.name_on(day) or str(body)


def apart(text):
    return f"{FIRST}{text}{POP}"


def german(text, language):
    """A German piece of a letter in `language`, each line by itself: an isolate ends with its paragraph."""
    if language.is_source:
        return apart(text)
    return "\n".join(f"{LEFT_TO_RIGHT}{line}{POP}" if line.strip() else "" for line in text.splitlines())
