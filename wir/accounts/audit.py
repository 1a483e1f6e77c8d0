"""The one way into the log: who saw, changed and decided what. Rows stay (wir/accounts/models/audit.py).

How long they are kept is not settled; until the city says it, nothing deletes them.
"""

import ipaddress

from django.utils import timezone

from wir import limits
from wir.accounts.models import AuditEntry

Action = AuditEntry.Action


def record(*, by, action, thing=None, now, detail="", reference=None, request=None):
    """Write one entry, in the transaction of what it tells of. Returns it.

    by: the person; None for the portal itself and for who was not let in. thing: the model object it is about.
    reference: of the case; where none is given, the thing's own. detail: which button, page or fields, never content.
    request: tells the network it came from.
    """
    return AuditEntry.objects.create(**columns(by, action, thing, now, detail, reference, request))


def record_all(things, *, by, action, now, detail="", request=None):
    """One entry a thing, in one statement."""
    rows = [AuditEntry(**columns(by, action, thing, now, detail, None, request)) for thing in things]
    AuditEntry.objects.bulk_create(rows)


def record_seen(*, by, thing, kind, now, request=None, detail="", reference=None):
    """Somebody read this: told once for a person, a thing, a kind of page and a day, so that the log stays readable.

    kind: short name of the page, "case". Returns the entry, None where the day has one already.
    """
    day = timezone.localdate(now)
    once = f"{kind}:{by.pk}:{thing._meta.label_lower}:{thing.pk}:{day}"
    if AuditEntry.objects.filter(once=once).exists():
        return None
    entry = AuditEntry(once=once, **columns(by, Action.SAW, thing, now, detail, reference, request))
    AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)  # two tabs at once
    return entry


def record_seen_all(things, *, by, kind, now, request=None, detail=""):
    """As `record_seen`, of several things on one page, in one statement."""
    day = timezone.localdate(now)
    rows = [
        AuditEntry(
            once=f"{kind}:{by.pk}:{thing._meta.label_lower}:{thing.pk}:{day}",
            **columns(by, Action.SAW, thing, now, detail, None, request),
        )
        for thing in things
    ]
    AuditEntry.objects.bulk_create(rows, ignore_conflicts=True)


def columns(by, action, thing, now, detail, reference, request):
    return {
        "at": now,
        "by": by,
        "by_name": name_of(by),
        "action": action,
        "model": thing._meta.label_lower if thing is not None else "",
        "object_id": str(thing.pk) if thing is not None and thing.pk else "",
        "thing": thing_of(thing),
        "reference": (reference if reference is not None else getattr(thing, "reference", None) or "")[:40],
        "detail": str(detail)[:300],
        "network": network_of(request),
    }


def name_of(user):
    """Name and sign-in name, as it was on the day."""
    if user is None:
        return ""
    return f"{user} ({user.username})"[:200] if str(user) != user.username else user.username[:200]


def thing_of(thing):
    """What it is called in the log: an account by its name, everything else by its sort. A title may be an applicant's
    own words, and a file's name too."""
    if thing is None:
        return ""
    if thing._meta.label_lower == "accounts.user":
        return name_of(thing)
    return str(thing._meta.verbose_name)[:200]


def network_of(request):
    """The network that asked: IPv4 without the last of its four parts, IPv6 with its first 48 bits."""
    try:
        ip = ipaddress.ip_address(limits.address(request)) if request is not None else None
    except ValueError:
        return ""
    if ip is None:
        return ""
    return str(ipaddress.ip_network((ip.packed, 24 if ip.version == 4 else 48), strict=False).network_address)
