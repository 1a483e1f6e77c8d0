"""A change in one sentence of the reader's language, for feeds; the pages say the same with marked names."""

from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from measures.models import Change
from wir.languages.text import current, tr


def sentence(told):
    """What happened, as plain text."""
    return said(told, lambda text, **names: text % names)


def marked_sentence(told):
    """What happened, as HTML; names and titles in another language say which."""
    return conditional_escape(said(told, put_marked))


def put_marked(text, **names):
    words = {name: conditional_escape(value) for name, value in names.items()}
    return mark_safe(conditional_escape(text) % words)  # noqa: S308 - both are escaped


def said(told, put):
    """put: fills names into a sentence."""
    kind = told.change.kind
    if kind == Change.Kind.PUBLISHED:
        return _("This measure is now in the portal.")
    if kind == Change.Kind.MILESTONE:
        return put(_("A step is done: %(step)s"), step=tr(told.milestone, "title"))
    if kind == Change.Kind.PLAN:
        return " ".join(moved(*each) for each in told.moved)
    title = tr(told.update, "title")
    if told.after and told.before:
        if told.before.pk == told.after.pk:
            return put(_("Still: %(status)s. %(title)s"), status=told.after.text, title=title)
        words = _("Moved from “%(before)s” to “%(after)s”. %(title)s")
        return put(words, before=told.before.text, after=told.after.text, title=title)
    if told.after:
        return put(_("Now: %(status)s. %(title)s"), status=told.after.text, title=title)
    return put("%(title)s", title=title)


def moved(name, before, after):
    """How a planned date has changed. name: "start" or "end"."""
    locale = current().locale
    words = {"before": before and before.words(locale), "after": after and after.words(locale)}
    if name == "start":
        if before and after:
            return _("The planned beginning moved from %(before)s to %(after)s.") % words
        if after:
            return _("The beginning is now planned for %(after)s.") % words
        return _("The planned beginning (%(before)s) was given up; there is no new date.") % words
    if before and after:
        return _("The planned end moved from %(before)s to %(after)s.") % words
    if after:
        return _("The end is now planned for %(after)s.") % words
    return _("The planned end (%(before)s) was given up; there is no new date.") % words
