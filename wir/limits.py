"""How often somebody may try something: guesses of a code, drafts begun, files sent.

Counted in Django's cache in windows of fixed length: two windows that meet may hold twice the number. The cache in
memory belongs to one process, so with several processes each counts for itself; set CACHE_URL to a Redis then.
"""

import ipaddress
import logging
import re

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

logger = logging.getLogger("wir.limits")

RATE = re.compile(r"(\d+)/(\d*)([smhd])")  # 30/h, 5/10m
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+")
NETWORK = 64  # bits of an IPv6 address that belong to one connection; the rest a device changes as it likes


def allow(action, key, rate="30/h", *, now=None):
    """Count one more try and tell whether it is within the rate ("30/h": thirty an hour).

    action: what is tried, "case_code". key: who tries or what is tried at, such as `address(request)`; kept as a keyed
    hash only. now: the moment, for tests. Where the cache does not answer, everybody may: a limit protects, but it
    must not be what closes the fund. Raises ValueError for what is no rate.
    """
    most, window = read_rate(rate)
    name = name_of(action, key, window, now)
    try:
        cache.add(name, 0, timeout=2 * window)
        tries = cache.incr(name)
    except ValueError:  # gone in this moment, or a cache that keeps nothing
        return True
    except Exception as error:  # noqa: BLE001 - each cache has errors of its own
        logger.error("no limit for %s: the cache does not answer (%s)", action, type(error).__name__)
        return True
    return tries <= most


def count(action, key, rate="30/h", *, now=None):
    """The tries so far in this window, none added; 0 where the cache does not answer."""
    _most, window = read_rate(rate)
    try:
        return cache.get(name_of(action, key, window, now), 0)
    except Exception as error:  # noqa: BLE001 - each cache has errors of its own
        logger.error("no count of %s: the cache does not answer (%s)", action, type(error).__name__)
        return 0


def read_rate(rate):
    """(most tries, seconds of the window)."""
    found = RATE.fullmatch(rate)
    if not found or not int(found[2] or 1):
        raise ValueError(f"{rate!r} is no rate; write 30/h or 5/10m.")
    return int(found[1]), int(found[2] or 1) * SECONDS[found[3]]


def name_of(action, key, window, now):
    """The number of the window is part of the name: a counter that never expires locks nobody out for good."""
    number = int((now or timezone.now()).timestamp()) // window
    hashed = salted_hmac("wir.limits", str(key), algorithm="sha256").hexdigest()
    return f"limit:{action}:{window}:{number}:{hashed}"


def address(request):
    """The network address that asks. Behind a proxy the last one in X-Forwarded-For, which our proxy has written
    itself; whatever stands before it, anybody can write."""
    asked = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        return network(last) or network(asked) or asked
    return network(asked) or asked


def network(text):
    """An IPv4 address as it is, of an IPv6 address the network it belongs to; "" for anything else."""
    found = WITH_PORT.fullmatch(text)
    try:
        ip = ipaddress.ip_address((found["six"] or found["four"]) if found else text)
    except ValueError:
        return ""
    if ip.version == 4 or ip.ipv4_mapped:
        return str(ip if ip.version == 4 else ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip.packed, NETWORK), strict=False).network_address)
