"""The page for whoever tried too often: what happened and from when on it goes again (HTTP 429)."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone

WAIT = timedelta(minutes=5)  # no window of ACCOUNT_RATE_LIMITS is longer: by then it goes again


def too_many(request, wait=WAIT):
    """429 with Retry-After, told in hours and minutes."""
    again = timezone.localtime(timezone.now() + wait)
    response = render(request, "429.html", {"again": again, "minutes": int(wait.total_seconds() // 60)}, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response
