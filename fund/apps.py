from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "fund"
    verbose_name = "Innovationsfonds"

    def ready(self):
        """Imports what registers itself: system checks, what is reminded of, and what waits for a body's meeting."""
        from fund import checks, clock  # noqa: F401
        from fund.queue import waiting_cases
        from strategy import rhythm

        if waiting_cases not in rhythm.CASES:
            rhythm.CASES.append(waiting_cases)
