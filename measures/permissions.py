"""May this person? Editors work on every measure, departments on their own, everybody else only reads."""

from django.core.exceptions import PermissionDenied

from measures.models import Measure
from strategy.models import units_of

# What people of a department may do for the measures of their department, with the one right `report_measure`
OF_DEPARTMENTS = {"measures.publish_update", "measures.change_measure"}


def check_may(user, permission, obj=None):
    """Raises PermissionDenied where this person may not. user: None for the portal's own commands."""
    if user is None or user.has_perm(permission):
        return
    if permission in OF_DEPARTMENTS and user.has_perm("measures.report_measure"):
        measure = obj if obj is None or isinstance(obj, Measure) else obj.measure
        if measure is not None and {measure.responsible_id, measure.contact_id} & units_of(user):
            return
    raise PermissionDenied("Dazu fehlt Ihnen das Recht.")


def may(user, permission, obj=None):
    try:
        check_may(user, permission, obj)
    except PermissionDenied:
        return False
    return True


def is_reporter(user):
    """Somebody of a department: works on its own measures only."""
    return user.has_perm("measures.report_measure") and not user.has_perm("measures.change_measure")
