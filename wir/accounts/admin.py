from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group

from wir.accounts.models import LanguageGrant, User


class LanguageGrantInline(admin.StackedInline):
    model = LanguageGrant
    fk_name = "user"
    fields = ["language", "right"]
    extra = 0


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    list_display = ["username", "first_name", "last_name", "is_staff", "is_active", "is_demo", "last_login"]
    list_filter = ["groups", "is_staff", "is_active", "is_demo"]
    inlines = [LanguageGrantInline]
    filter_horizontal = ()  # plain lists: usable by keyboard and screen reader
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


admin.site.unregister(Group)


@admin.register(Group)
class PortalGroupAdmin(GroupAdmin):
    """Rights of the groups come from roles.py with each migrate; here one sees them."""

    filter_horizontal = ()


@admin.register(LanguageGrant)
class LanguageGrantAdmin(admin.ModelAdmin):
    list_display = ["__str__", "user", "group", "language", "right"]
    list_filter = ["language", "right"]
