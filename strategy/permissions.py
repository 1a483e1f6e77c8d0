"""May this person? The office coordinates every body; a chair approves the minutes of her own; members propose."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from strategy.models import Body, SeatHolder

COORDINATE = "strategy.coordinate_meeting"
APPROVE = "strategy.approve_minutes"
CHAIRS = (SeatHolder.Role.CHAIR, SeatHolder.Role.DEPUTY)


def check_may(user, permission, body, today=None):
    """Raises PermissionDenied where this person may not. user: None for the portal's own commands."""
    if user is None:
        return
    if user.has_perm(permission):
        if permission != APPROVE or user.has_perm(COORDINATE) or chairs(user, body, today):
            return
    raise PermissionDenied("Dazu fehlt Ihnen das Recht.")


def may(user, permission, body, today=None):
    try:
        check_may(user, permission, body, today)
    except PermissionDenied:
        return False
    return True


def chairs(user, body, today=None):
    """True for who chairs or deputises in the body on that day."""
    today = today or timezone.localdate()
    return SeatHolder.objects.on(today).of_body(body).filter(user=user, role__in=CHAIRS).exists()


def check_may_propose(user, body, today=None):
    """Members and substitutes bring topics to their own body (right of proposal), the office to every one."""
    if user is None or user.has_perm(COORDINATE):
        return
    if not Body.objects.of_user(user, today or timezone.localdate()).filter(pk=body.pk).exists():
        raise PermissionDenied("Themen schlägt vor, wer in diesem Gremium einen Sitz hat.")
