from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "fund"
    verbose_name = "Innovationsfonds"

    def ready(self):
        """Imports what registers itself: system checks, what is reminded of, what meetings have to do with cases."""
        from fund import checks, clock, sittings  # noqa: F401
        from fund.desk.access import closed_messages
        from fund.queue import waiting_cases
        from strategy import rhythm
        from wir.outbox import permissions

        if closed_messages not in permissions.WITHHELD:
            permissions.WITHHELD.append(closed_messages)
        if waiting_cases not in rhythm.CASES:
            rhythm.CASES.append(waiting_cases)
        sittings.register()
