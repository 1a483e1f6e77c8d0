"""What a session is called on the page of one's own sessions."""

from django import template
from django.conf import settings

from wir.accounts.sessions import device

register = template.Library()
register.filter("device", device)


@register.simple_tag
def idle_minutes():
    return settings.SESSION_IDLE_MINUTES


@register.simple_tag
def longest_hours():
    return settings.SESSION_HOURS
