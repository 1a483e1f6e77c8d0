from django.apps import AppConfig


class AboutConfig(AppConfig):
    name = "wir.about"
    label = "about"
    verbose_name = "Über die Website"

    def ready(self):
        from wir.about import checks  # noqa: F401 - registers the check for missing operator facts
