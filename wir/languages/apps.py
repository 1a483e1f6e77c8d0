from django.apps import AppConfig


class LanguagesConfig(AppConfig):
    name = "wir.languages"
    label = "languages"
    verbose_name = "Übersetzungen"

    def ready(self):
        from wir.languages import checks  # noqa: F401 - registers the system checks
