"""Amounts, moments and the state of a topic, each isolated so that it reads right from right to left too."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import pgettext

from fund import words
from fund.tasklist import TaskState
from fund.views.begin import begin_token as token
from wir.languages.text import current
from wir.lib import formats

register = template.Library()


@register.filter
def money(value):
    return words.money(value)


@register.filter
def percent(value):
    return words.percent(value)


@register.filter
def day(value):
    return words.day(value)


@register.filter
def ltr(value):
    """An address that is read from left to right in every language."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.filter
def gap(label):
    """What stands between a question and what is wrong with its answer."""
    return words.gap(label)


@register.filter
def clock(value):
    """The moment something was saved: day and time in Hannover."""
    return words.isolated(formats.date_time(timezone.localtime(value), current().locale))


@register.simple_tag
def begin_token():
    """One page begins one draft, however often its button is pressed."""
    return token()


@register.filter
def state_badge(state):
    """How far a topic is, in words and with a sign."""
    name, sign, tone = {
        TaskState.CANNOT_START: (pgettext("state of a topic", "cannot start yet"), "–", ""),
        TaskState.NOT_STARTED: (pgettext("state of a topic", "not started"), "○", ""),
        TaskState.IN_PROGRESS: (pgettext("state of a topic", "in progress"), "…", ""),
        TaskState.DONE: (pgettext("state of a topic", "done"), "✓", " good"),
        TaskState.CHANGES_ASKED: (pgettext("state of a topic", "please change"), "!", " bad"),
        TaskState.NOT_NEEDED: (pgettext("state of a topic", "not needed now"), "–", ""),
    }[state]
    return format_html(
        '<span class="badge{}"><span class="sign" aria-hidden="true">{}</span> {}</span>', tone, sign, name
    )
