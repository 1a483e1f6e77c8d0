from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WirConfig(AppConfig):
    name = "wir"
    verbose_name = "WIR2.0"


class WirAdminConfig(AdminConfig):
    default_site = "wir.back_office.BackOffice"
