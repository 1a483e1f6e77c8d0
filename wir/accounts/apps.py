from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "wir.accounts"
    label = "accounts"
    verbose_name = "Konten"

    def ready(self):
        """Groups follow their table after each migrate; sign-ins are logged; the city's sign-in asks with a nonce."""
        from allauth.socialaccount.providers import registry

        from wir.accounts import signals  # noqa: F401
        from wir.accounts.oidc import CityProvider
        from wir.accounts.roles import sync_groups

        registry.load()
        registry.register(CityProvider)
        post_migrate.connect(sync_groups, dispatch_uid="wir.accounts.roles")
