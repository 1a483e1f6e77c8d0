"""May this person? Staff see what was handed in; a draft belongs to its applicant, and to who types it in for her."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from fund.actors import CHECK, ENTER
from fund.models import Application

VIEW = "fund.view_application"
NO_RIGHT = "Dazu fehlt Ihnen das Recht."


def check_may(user, *rights):
    """Raises PermissionDenied without every one of the rights."""
    if not all(user.has_perm(right) for right in rights):
        raise PermissionDenied(NO_RIGHT)


def case_or_404(user, pk):
    """A case that was handed in, for who may read cases; there is no other for staff."""
    check_may(user, VIEW)
    found = Application.objects.for_desk().filter(pk=pk).prefetch_related("rule_set__tiers").first()
    if found is None:
        raise Http404
    return found


def own_draft_or_404(user, pk):
    """A draft that this person types in for somebody."""
    check_may(user, VIEW, ENTER)
    found = own_drafts(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_drafts(user):
    return Application.objects.filter(state=Application.State.DRAFT, entered_by=user)


def may_work(user):
    return user.has_perm(VIEW) and user.has_perm(CHECK)
