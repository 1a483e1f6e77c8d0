"""Improve and send again: a new draft with the answers of a case that has ended."""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, transaction

from fund import access, steps
from fund.filled import understood
from fund.intake import openings
from fund.models import AccessKey, Answer
from fund.questions import STORED
from fund.starting import start

TOKEN = signing.TimestampSigner(salt="fund.copy")
KEPT = timedelta(days=1)  # how long a page with the button works


class NothingOpen(Exception):
    """There is nowhere to apply now."""


def token():
    """A sign for one page, so that its button makes one copy, however often it is pressed."""
    return TOKEN.sign(secrets.token_urlsafe(16))


def may_copy(application):
    """Has it ended, as far as the applicant may know?"""
    return application.revision_id is not None and steps.has_ended(application)


def opening_for(application, now):
    """Where a copy can be sent: the opening for the tier of the case, else the first one here. Raises NothingOpen."""
    here = [each for each in openings(now, samples=application.sample) if each.is_here]
    fitting = [each for each in here if application.tier in each.tier_keys]
    for opening in fitting + here:
        return opening
    raise NothingOpen


def copy(application, marked, now):
    """The secret of the new draft. marked: the page's token; the same one leads to the same draft.

    Answers come along, files do not: they would be sent twice without anybody looking. Raises NothingOpen, or
    BadSignature for a token that is none.
    """
    opened = TOKEN.unsign(marked, max_age=KEPT)
    nonce = hashlib.sha256(f"{application.pk}:{opened}".encode()).hexdigest()[:43]
    try:
        with transaction.atomic():
            return make(application, nonce, now)
    except IntegrityError:
        return access.secret_of(AccessKey.objects.get(nonce=nonce))


def make(application, nonce, now):
    opening = opening_for(application, now)
    draft, secret = start(
        opening.rule_set,
        opening.year,
        call=opening.call,
        language=application.language,
        sample=application.sample,
        now=now,
        nonce=nonce,
    )
    Answer.objects.bulk_create(answers_of(application.revision, draft, now))
    return secret


def answers_of(revision, draft, now):
    """The answers of a revision as those of a draft, understood anew."""
    for question, texts in revision.answers.items():
        for row, text in texts.items():
            if question in STORED:
                amount, day = understood(STORED[question], text)
                yield Answer(
                    application=draft,
                    question=question,
                    row=int(row),
                    text=text,
                    amount=amount,
                    day=day,
                    saved_at=now,
                )
