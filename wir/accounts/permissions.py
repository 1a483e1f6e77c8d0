"""May this person? Letting people in, bringing back who lost a second factor, and reading the log."""

INVITE, RESET = "accounts.invite_user", "accounts.reset_factor"
VIEW_ACCOUNTS, VIEW_LOG = "accounts.view_user", "accounts.view_auditentry"

# Into these groups the lead invites. Leitung and Datenschutz stand above or beside it: a superuser gives them.
GIVEN_BY_LEAD = (
    "Ausschuss",
    "Begleitgremium",
    "Fachstelle",
    "Finanzen",
    "Projektteam",
    "Redaktion",
    "Vorsitz",
    "Übersetzung",
)
NO_RIGHT = "Dazu fehlt Ihnen das Recht."
ABOVE_YOU = "Dieses Konto hat Rechte, die Sie nicht vergeben dürfen. Das macht nur die Administration."
SUPERUSER_ONLY = "Über ein Konto der Administration entscheidet nur die Administration."
NOT_YOURSELF = "Über Ihren eigenen zweiten Faktor entscheiden zwei andere Personen."


def invites(user):
    """Reasons why this person invites nobody; [] where she may."""
    return [] if user.has_perm(INVITE) else [NO_RIGHT]


def invites_this(user, account):
    """Reasons why this person may not let in this very account: an invitation gives it a new password."""
    reasons = invites(user)
    if not reasons and not user.is_superuser and is_above(account):
        reasons.append(ABOVE_YOU)
    return reasons


def is_above(account):
    """Has rights that the lead cannot give: of a superuser, of another group, or her own."""
    names = set(account.groups.values_list("name", flat=True))
    return account.is_superuser or bool(names - set(GIVEN_BY_LEAD)) or account.user_permissions.exists()


def given_by(user, groups):
    """Those of the groups that this person may give somebody."""
    return groups if user.is_superuser else groups.filter(name__in=GIVEN_BY_LEAD)


def resets(user, account):
    """Reasons why this person has no say in a new second factor of the account."""
    if not user.has_perm(RESET):
        return [NO_RIGHT]
    if user.pk == account.pk:
        return [NOT_YOURSELF]
    if account.is_superuser and not user.is_superuser:
        return [SUPERUSER_ONLY]
    return []
