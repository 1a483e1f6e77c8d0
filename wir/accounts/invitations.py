"""An invitation by mail: an account made by staff, a link that lasts a week and opens once.

Opening the page spends nothing,
because mail scanners open every link; sending the form does.
"""

import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from wir.accounts import mails
from wir.accounts.audit import Action, record
from wir.accounts.invitation_link import LENGTH, derived, digest
from wir.accounts.models import Invitation, User
from wir.accounts.permissions import ABOVE_YOU, given_by, invites, invites_this
from wir.lib import codes
from wir.lib.workflow import FASTER, Refused

NO_MAIL = "Zu diesem Konto gehört keine E-Mail-Adresse."
NOT_ACTIVE = "Dieses Konto ist abgeschaltet."
IN_USE = "Mit diesem Konto hat sich schon jemand angemeldet. Ein neues Passwort holt sich die Person selbst."
IS_DEMO = "Demo-Konten lädt niemand ein."
MAIL_TAKEN = "Zu dieser E-Mail-Adresse gibt es schon ein Konto."
NOTHING_OPEN = "Zu diesem Konto gibt es keine offene Einladung."
ENDED = "Diese Einladung gilt nicht mehr."


def find(text, now):
    """The open invitation that a link leads to; None for anything else, whatever the reason."""
    secret = codes.normalised(text)
    if len(secret) != LENGTH:
        return None
    found = Invitation.objects.open(now).filter(digest=digest(secret)).select_related("user").first()
    if found is None or not found.user.is_active or is_in_use(found.user):
        return None
    return found


def is_in_use(account):
    """Somebody signs in with it already, by a password or through the city: an invitation opens nothing any more."""
    return bool(account.last_login) or account.has_usable_password()


def blockers(account, *, by):
    """Every reason why this account cannot be invited now."""
    reasons = invites_this(by, account)
    if not account.email:
        reasons.append(NO_MAIL)
    if not account.is_active:
        reasons.append(NOT_ACTIVE)
    if account.is_demo:
        reasons.append(IS_DEMO)
    if is_in_use(account):
        reasons.append(IN_USE)
    return reasons


@transaction.atomic
def create_account(*, first_name, last_name, email, groups, language, by, now):
    """An account without a password, and its invitation. Raises Refused with every reason."""
    reasons = invites(by)
    wanted = {group.pk for group in groups}
    if wanted - {group.pk for group in given_by(by, groups.model.objects.all())}:
        reasons.append(ABOVE_YOU)
    if User.objects.filter(email__iexact=email).exists():
        reasons.append(MAIL_TAKEN)
    if reasons:
        raise Refused(reasons)
    user = User(
        username=free_name(email),
        first_name=first_name,
        last_name=last_name,
        email=email,
        language=language,
        is_staff=True,
    )
    user.set_unusable_password()
    user.save()
    user.groups.set(groups)
    names = ", ".join(sorted(group.name for group in groups))
    record(by=by, action=Action.RIGHTS, thing=user, now=now, detail=f"Konto angelegt. Gruppen: {names}")
    invite(user, by=by, now=now)
    return user


def free_name(email):
    """A sign-in name out of the address: what stands before the @, with a number where somebody has it."""
    start = (
        "".join(sign for sign in email.partition("@")[0].lower() if sign.isalnum() or sign in "._-")[:100] or "konto"
    )
    name, number = start, 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{start}{number}"
    return name


@transaction.atomic
def invite(account, *, by, now):
    """Send an invitation; one that was open before opens nothing any more. Raises Refused."""
    if reasons := blockers(account, by=by):
        raise Refused(reasons)
    end_open(account, by=by, now=now)
    nonce = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                user=account,
                nonce=nonce,
                digest=digest(derived(nonce, settings.SECRET_KEY)),
                made_at=now,
                made_by=by,
                valid_until=now + timedelta(days=settings.INVITATION_DAYS),
            )
    except IntegrityError:  # somebody else invites at the same moment
        raise Refused([FASTER]) from None
    mails.invite(invitation, by=by, now=now)
    record(by=by, action=Action.INVITED, thing=account, now=now, detail=f"gilt bis {invitation.valid_until:%d.%m.%Y}")
    return invitation


def end_open(account, *, by, now):
    return account.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by)


@transaction.atomic
def withdraw(account, *, by, now):
    """The link opens nothing any more. Raises Refused."""
    reasons = invites_this(by, account)
    if not reasons and not end_open(account, by=by, now=now):
        reasons.append(NOTHING_OPEN)
    if reasons:
        raise Refused(reasons)
    record(by=by, action=Action.WITHDREW, thing=account, now=now)


def accept(invitation, *, password, now, request=None):
    """Spend the invitation: the password holds, and the address is known to be the person's own.

    Raises Refused where somebody was faster, ValidationError where the password is too weak.
    """
    user = invitation.user
    validate_password(password, user)
    with transaction.atomic():
        if not Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now):
            raise Refused([ENDED])
        user.set_password(password)
        user.save(update_fields=["password"])
        EmailAddress.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )
        record(by=user, action=Action.ACCEPTED, thing=user, now=now, request=request)
    return user
