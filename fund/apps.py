from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "fund"
    verbose_name = "Innovationsfonds"

    def ready(self):
        """Imports what registers itself: system checks, what is reminded of, what meetings have to do with cases."""
        from fund import checks, clock, sittings  # noqa: F401
        from fund.queue import waiting_cases
        from strategy import rhythm

        if waiting_cases not in rhythm.CASES:
            rhythm.CASES.append(waiting_cases)
        sittings.register()
