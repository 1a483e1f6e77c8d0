from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "wir.outbox"
    label = "outbox"
    verbose_name = "Postausgang"

    def ready(self):
        autodiscover_modules("mails")  # each app registers its kinds of message there
