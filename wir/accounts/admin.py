from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from wir.accounts.models import LanguageGrant, User


class LanguageGrantInline(admin.TabularInline):
    model = LanguageGrant
    fk_name = "user"
    fields = ["language", "right"]
    extra = 0


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    list_display = ["username", "first_name", "last_name", "is_staff", "is_active", "is_demo", "last_login"]
    list_filter = ["groups", "is_staff", "is_active", "is_demo"]
    inlines = [LanguageGrantInline]
    readonly_fields = ["last_login", "date_joined"]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "email", "is_staff", "usable_password", "password1", "password2"],
                "description": "Beim ersten Anmelden richtet die Person einen zweiten Faktor ein.",
            },
        )
    ]


@admin.register(LanguageGrant)
class LanguageGrantAdmin(admin.ModelAdmin):
    list_display = ["__str__", "user", "group", "language", "right"]
    list_filter = ["language", "right"]
    autocomplete_fields = ["user"]
