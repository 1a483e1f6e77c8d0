from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "wir.accounts"
    label = "accounts"
    verbose_name = "Konten"

    def ready(self):
        from wir.accounts.roles import sync_groups

        post_migrate.connect(sync_groups, dispatch_uid="wir.accounts.roles")
