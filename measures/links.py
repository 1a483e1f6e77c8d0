"""Looks at the addresses of sources: does each still answer? Run by `check_links`, read by the editors' gaps."""

import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit

from django.conf import settings

from measures.models import LinkCheck, Update
from strategy.models import CouncilPaper

SECONDS = 10
AGENT = "WIR2.0-Portal (Prüfung von Quellenangaben)"


def addresses():
    """Every address that stands at a report or a council paper, each once."""
    found = set(Update.objects.exclude(link="").values_list("link", flat=True))
    return sorted(found | set(CouncilPaper.objects.exclude(link="").values_list("link", flat=True)))


def check_links(now, progress=lambda done, total: None):
    """Look at all addresses; forget those that no longer stand anywhere. Returns how many have a fault."""
    wanted = addresses()
    LinkCheck.objects.exclude(address__in=wanted).delete()
    for place, address in enumerate(wanted, 1):
        LinkCheck.objects.update_or_create(
            address=address, defaults={"checked_at": now, "fault": fault_of(address)[:200]}
        )
        progress(place, len(wanted))
    return LinkCheck.objects.exclude(fault="").count()


class Within(urllib.request.HTTPRedirectHandler):
    """Follows redirects only to addresses that may be asked, too."""

    def redirect_request(self, request, *args):
        following = super().redirect_request(request, *args)
        if following is not None:
            refuse_inside(following.full_url)
        return following


class Inside(Exception):
    """The address leads into the network of this server, where only its own programs have business."""


def refuse_inside(address):
    """Editors type these addresses, so none may make this server ask its own network (CWE-918). Demos may."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Inside
    if not settings.PRODUCTION:
        return
    for *_rest, place in socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP):
        if not ipaddress.ip_address(place[0]).is_global:
            raise Inside


def fault_of(address):
    """What is wrong with an address, or ""."""
    try:
        refuse_inside(address)
        request = urllib.request.Request(address, headers={"User-Agent": AGENT})  # noqa: S310 - checked above
        with urllib.request.build_opener(Within).open(request, timeout=SECONDS):
            return ""
    except Inside:
        return "Diese Adresse ist keine öffentliche Internetadresse."
    except urllib.error.HTTPError as error:
        return f"Die Seite antwortet mit dem Fehler {error.code}."
    except ssl.SSLError:
        return "Die Verbindung ist nicht sicher (Zertifikat)."
    except TimeoutError:
        return f"Die Seite hat {SECONDS} Sekunden lang nicht geantwortet."
    except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return f"Die Seite hat {SECONDS} Sekunden lang nicht geantwortet."
        return "Die Seite ist nicht zu erreichen."
