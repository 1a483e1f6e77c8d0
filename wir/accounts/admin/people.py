"""Accounts, groups and language grants as lists and forms. What changes rights is told in the log with its names."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from wir.accounts import factor, invitations, sessions
from wir.accounts.audit import Action, record
from wir.accounts.models import Invitation, LanguageGrant, User
from wir.accounts.permissions import INVITE, RESET

LONG_AGO = timedelta(days=90)


class FactorFilter(admin.SimpleListFilter):
    title, parameter_name = "zweiter Faktor", "faktor"

    def lookups(self, request, model_admin):
        return [("ja", "eingerichtet"), ("nein", "fehlt")]

    def queryset(self, request, queryset):
        wanted = {"ja": Q(factor=True), "nein": Q(factor=False)}.get(self.value())
        return queryset.filter(wanted) if wanted else queryset


class LastSignIn(admin.SimpleListFilter):
    title, parameter_name = "zuletzt angemeldet", "angemeldet"

    def lookups(self, request, model_admin):
        return [("nie", "noch nie"), ("lange", "vor mehr als 90 Tagen"), ("zuletzt", "in den letzten 90 Tagen")]

    def queryset(self, request, queryset):
        since = timezone.now() - LONG_AGO
        wanted = {
            "nie": Q(last_login=None),
            "lange": Q(last_login__lt=since),
            "zuletzt": Q(last_login__gte=since),
        }.get(self.value())
        return queryset.filter(wanted) if wanted else queryset


class Invited(admin.SimpleListFilter):
    title, parameter_name = "Einladung", "einladung"

    def lookups(self, request, model_admin):
        return [("offen", "offen"), ("abgelaufen", "abgelaufen"), ("angenommen", "angenommen"), ("keine", "keine")]

    def queryset(self, request, queryset):
        now = timezone.now()
        mine = Invitation.objects.filter(user=OuterRef("pk"))
        unanswered = mine.filter(accepted_at=None, withdrawn_at=None)
        wanted = {
            "offen": Exists(mine.open(now)),
            "abgelaufen": Exists(unanswered.filter(valid_until__lte=now)),
            "angenommen": Exists(mine.exclude(accepted_at=None)),
            "keine": ~Exists(mine),
        }.get(self.value())
        return queryset.filter(wanted) if wanted is not None else queryset


class LanguageGrantInline(admin.StackedInline):
    model = LanguageGrant
    fk_name = "user"
    fields = ["language", "right"]
    extra = 0


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    list_display = [
        "username",
        "name",
        "email",
        "in_groups",
        "has_factor",
        "signed_in",
        "invited",
    ]
    list_filter = ["groups", FactorFilter, LastSignIn, Invited, "is_staff", "is_active", "is_demo"]
    list_per_page = 50
    actions = None  # an account ends by itself, on its own page
    inlines = [LanguageGrantInline]
    filter_horizontal = ()  # plain lists: usable by keyboard and screen reader
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        *[(title, options) for title, options in UserAdmin.fieldsets if title is None],
        ("Person", {"fields": ["first_name", "last_name", "email", "language"]}),
        *[(title, options) for title, options in UserAdmin.fieldsets if "is_superuser" in options["fields"]],
        ("Zeiten", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "email", "is_staff", "usable_password", "password1", "password2"],
                "description": "Beim ersten Anmelden richtet die Person einen zweiten Faktor ein. Einfacher ist eine "
                "Einladung (Schreibtisch, Werkzeuge): Dann wählt die Person ihr Passwort selbst.",
            },
        )
    ]

    def get_queryset(self, request):
        sent = Prefetch("invitations", to_attr="sent")
        return super().get_queryset(request).annotate(factor=factor.with_factor()).prefetch_related("groups", sent)

    def get_fieldsets(self, request, obj=None):
        """Who only reads sees the person and her groups, nothing of passwords and single rights."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        fields = ["username", "first_name", "last_name", "email", "language", "groups", "is_active", "last_login"]
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request, obj=None):
        """Nobody makes herself, or others, more than she is: that is for a superuser."""
        found = super().get_readonly_fields(request, obj)
        return found if request.user.is_superuser else [*found, "is_superuser", "user_permissions", "groups"]

    @admin.display(description="Name", ordering="last_name")
    def name(self, user):
        return user.get_full_name()

    @admin.display(description="Angemeldet", ordering="last_login")
    def signed_in(self, user):
        return f"{timezone.localtime(user.last_login):%d.%m.%Y}" if user.last_login else "noch nie"

    @admin.display(description="Gruppen")
    def in_groups(self, user):
        return ", ".join(group.name for group in user.groups.all()) or ("Administration" if user.is_superuser else "–")

    @admin.display(description="Faktor", boolean=True, ordering="factor")
    def has_factor(self, user):
        return user.factor

    @admin.display(description="Einladung")
    def invited(self, user):
        return user.sent[0].state(timezone.now())[1] if user.sent else "–"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        links = []
        if request.user.has_perm(INVITE):
            links.append((reverse("admin:account_invitation", args=[object_id]), "Einladung"))
        if request.user.has_perm(RESET):
            links.append((reverse("admin:factor_resets"), "Zweiten Faktor zurücksetzen"))
        return super().change_view(request, object_id, form_url, {"links": links} | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:  # an address that was checked once is checked no more
            obj.emailaddress_set.exclude(email__iexact=obj.email).delete()
            invitations.end_open(obj, by=request.user, now=timezone.now())  # it went to the other address
        if change and "is_active" in form.changed_data and not obj.is_active:
            sessions.end_all(obj)

    def save_related(self, request, form, formsets, change):
        """Groups and single rights by name: the form's own log tells only that they were changed."""
        account = form.instance
        before = rights_of(account)
        super().save_related(request, form, formsets, change)
        flags = [name for name in ("is_active", "is_staff", "is_superuser") if name in form.changed_data]
        told = difference(before, rights_of(account))
        told += [f"{name}: {'ja' if getattr(account, name) else 'nein'}" for name in flags]
        if told:
            record(
                by=request.user,
                action=Action.RIGHTS,
                thing=account,
                now=timezone.now(),
                detail="; ".join(told),
                request=request,
            )


def rights_of(account):
    """Names of the groups and of the single rights of an account."""
    return set(account.groups.values_list("name", flat=True)) | {
        f"{app}.{codename}"
        for app, codename in account.user_permissions.values_list("content_type__app_label", "codename")
    }


def difference(before, after):
    return [f"+ {name}" for name in sorted(after - before)] + [f"− {name}" for name in sorted(before - after)]


admin.site.unregister(Group)


@admin.register(Group)
class PortalGroupAdmin(GroupAdmin):
    """Rights of the groups come from roles.py with each migrate; here one sees them."""

    filter_horizontal = ()

    def save_related(self, request, form, formsets, change):
        group = form.instance
        before = rights_in(group)
        super().save_related(request, form, formsets, change)
        if told := difference(before, rights_in(group)):
            detail = f"{group.name}: {'; '.join(told)}"
            record(
                by=request.user, action=Action.RIGHTS, thing=group, now=timezone.now(), detail=detail, request=request
            )


def rights_in(group):
    return {
        f"{app}.{codename}" for app, codename in group.permissions.values_list("content_type__app_label", "codename")
    }


@admin.register(LanguageGrant)
class LanguageGrantAdmin(admin.ModelAdmin):
    list_display = ["__str__", "user", "group", "language", "right"]
    list_filter = ["language", "right"]
    list_select_related = ["user", "group"]
