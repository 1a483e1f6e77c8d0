"""Cases that wait for a meeting of a body."""

from django.db.models import Count, F

from fund.models import Application


def waiting_cases():
    """{pk of a body: how many real applications wait for its next meeting}; strategy/rhythm.py warns if none comes."""
    waiting = Application.objects.real().filter(state=Application.State.BOARD_QUEUE).order_by()
    tiers = waiting.filter(rule_set__tiers__key=F("tier"), rule_set__tiers__proposes__isnull=False)
    counted = tiers.values("rule_set__tiers__proposes").annotate(cases=Count("pk", distinct=True))
    return dict(counted.values_list("rule_set__tiers__proposes", "cases"))
