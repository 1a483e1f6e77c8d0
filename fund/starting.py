"""How a case begins (move 1 of the fund's design): a draft, and the access of its applicant. Nothing is mailed."""

from django.db import transaction

from fund import access
from fund.models import Application


@transaction.atomic
def start(rule_set, year, *, language, sample, now, call=None, nonce=None, **entry):
    """(the new draft, its secret). entry: intake and entered_by, where staff type it in.

    Raises IntegrityError where a page has already made its draft with this nonce.
    """
    application = Application.objects.create(
        rule_set=rule_set,
        year=year,
        call=call,
        sample=sample,
        language=language,
        started_at=now,
        saved_at=now,
        **entry,
    )
    _key, secret = access.make_key(application, now=now, nonce=nonce)
    return application, secret
