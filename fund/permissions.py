"""May this person? The rights of the fund, and the functions that ask for them; the groups that have them stand in
wir/accounts/roles.py. What a case's own state and people allow is asked by the guards of the workflow."""

from django.core.exceptions import PermissionDenied

VIEW = "fund.view_application"  # read what was handed in
CHECK = "fund.check_application"  # work on it as the project team
LEAD = "fund.lead_application"  # decide as its lead
ENTER = "fund.enter_application"  # type in for somebody what came on paper or by telephone
REVIEW = "fund.review_application"  # read and review as a member of a body, behind the conflict gate
RECORD = "fund.record_application"  # enter what committees of the council decide
ERASE = "fund.erase_application"  # end what is kept, as data protection
NO_RIGHT = "Dazu fehlt Ihnen das Recht."


def check_may(user, *rights):
    """Raises PermissionDenied without every one of the rights."""
    if not all(user.has_perm(right) for right in rights):
        raise PermissionDenied(NO_RIGHT)


def check_may_any(user, *rights):
    """Raises PermissionDenied without any of the rights."""
    if not any(user.has_perm(right) for right in rights):
        raise PermissionDenied(NO_RIGHT)


def may_work(user):
    return user.has_perm(VIEW) and user.has_perm(CHECK)
