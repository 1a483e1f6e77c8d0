"""Who acts on a case: the applicant, a helper, the project team, its lead, the chair of a body, who records what
committees decide, data protection, or the clock.

A person may be several of these. The door of the workflow asks for one of them, and the guards look at the person and
at her part in this very case, never only at her group.
"""

from dataclasses import dataclass
from enum import StrEnum

from fund.permissions import CHECK, ENTER, ERASE, LEAD, RECORD, REVIEW  # noqa: F401 - asked for with the actor


class Part(StrEnum):
    APPLICANT = "applicant"
    HELPER = "helper"
    TEAM = "team"
    LEAD = "lead"
    CHAIR = "chair"
    RECORDER = "recorder"
    PROTECTION = "protection"
    CLOCK = "clock"


@dataclass(frozen=True)
class Actor:
    """part: as what somebody acts. user: the account of staff. helper: who helps the applicant."""

    part: Part
    user: object = None
    helper: object = None

    @property
    def is_staff(self):
        return self.part in STAFF


STAFF = (Part.TEAM, Part.LEAD, Part.CHAIR, Part.RECORDER, Part.PROTECTION)
APPLICANT = Actor(Part.APPLICANT)
CLOCK = Actor(Part.CLOCK)


def with_key(key):
    """Who opened the case with this key: the applicant, or the helper whose key it is."""
    return Actor(Part.HELPER, helper=key.helper) if key.helper_id else APPLICANT


def staff(user, part=Part.TEAM):
    return Actor(part, user=user)
