"""The demo's accounts (contract). They sign in only while DEMO=1, with the password `demo`, without a second factor."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from wir.accounts.models import LanguageGrant, User

PASSWORD = "demo"  # noqa: S105 - printed for everybody by `manage.py demo`; works only while DEMO=1

ACCOUNTS = {
    "redaktion": ("Redaktion",),
    "fachstelle": ("Fachstelle",),
    "uebersetzung-tr": ("Übersetzung",),
    "uebersetzung-ar": ("Übersetzung",),
    "pruefung-tr": ("Übersetzung",),
    "team1": ("Projektteam",),
    "team2": ("Projektteam",),
    "leitung": ("Projektteam", "Leitung"),
    "gremium1": ("Begleitgremium",),
    "gremium2": ("Begleitgremium",),
    "gremium3": ("Begleitgremium",),
    "gremium4": ("Begleitgremium",),
    "gremium5": ("Begleitgremium",),
    "vorsitz": ("Begleitgremium", "Vorsitz"),
    "vertretung": ("Begleitgremium", "Vorsitz"),
    "ausschuss": ("Ausschuss",),
    "finanzen": ("Finanzen",),
    "datenschutz": ("Datenschutz",),
    "admin": (),
}
GRANTS = {
    "uebersetzung-tr": ("tr", LanguageGrant.Right.TRANSLATE),
    "uebersetzung-ar": ("ar", LanguageGrant.Right.TRANSLATE),
    "pruefung-tr": ("tr", LanguageGrant.Right.REVIEW),
}


def make_demo_accounts():
    """Make the accounts that are missing; a password somebody changed stays changed."""
    missing = set(ACCOUNTS) - set(User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True))
    password = make_password(PASSWORD) if missing else ""
    for name in ACCOUNTS:
        if name not in missing:
            continue
        user = User.objects.create(
            username=name,
            password=password,
            first_name=name,
            last_name="(Demo)",
            email=f"{name}@example.org",
            is_staff=True,
            is_superuser=name == "admin",
            is_demo=True,
        )
        user.groups.set(Group.objects.filter(name__in=ACCOUNTS[name]))
        if name in GRANTS:
            language, right = GRANTS[name]
            LanguageGrant.objects.create(user=user, language=language, right=right)
