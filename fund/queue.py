"""Cases that wait for a meeting of a body."""

from django.db.models import F

from fund.models import Application


def waiting_cases(body):
    """How many real applications wait for the next meeting of this body (strategy/rhythm.py warns where none comes)."""
    waiting = Application.objects.real().filter(state=Application.State.BOARD_QUEUE)
    tiers = waiting.filter(rule_set__tiers__proposes=body, rule_set__tiers__key=F("tier"))
    return tiers.values("pk").distinct().count()
