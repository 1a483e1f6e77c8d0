from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "strategy"
    verbose_name = "Strategie"

    def ready(self):
        """Imports what is to be reminded of, which registers itself."""
        from strategy import reminders  # noqa: F401
