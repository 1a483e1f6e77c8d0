"""Sessions end: after a time without a sign of life, after a working day, and where somebody ends them."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils import timezone

from wir.accounts import audit, unsent

BEGAN, SEEN = "session_began", "session_seen"  # seconds since 1970, in the session
FRESH = timedelta(minutes=1)  # so often a sign of life is written down
STAFF = ("/admin/", "/konto/")
IDLE = "Ihre Sitzung ist nach einer Zeit ohne Tätigkeit zu Ende gegangen. Bitte melden Sie sich neu an."
LONG = "Ihre Sitzung war lang genug. Bitte melden Sie sich neu an."
KEPT = "Was Sie abgesandt haben, ist aufgehoben."


class SessionLimits:
    """Ends the session of staff that is too old or was left alone. Public pages know no session and are not touched."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith(STAFF):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self.sent_after_the_end(request) or self.get_response(request)
        now = timezone.now()
        sentence = over(request.session, now)
        if sentence:
            return self.end(request, sentence, now)
        show_life(request.session, now)
        response = self.get_response(request)
        unsent.forget_what_arrived(request, response)
        return response

    def end(self, request, sentence, now):
        """Out, and to the sign-in, from where she comes back to the page, or to the form that came too late."""
        user = request.user.pk
        form, forms = unsent.read(request, user), unsent.kept(request.session, user)
        audit.record(by=request.user, action=audit.Action.SESSIONS, now=now, detail=sentence, request=request)
        logout(request)
        unsent.keep(request.session, [*forms, form] if form else forms)
        messages.warning(request, f"{sentence} {KEPT}" if form else sentence)
        wanted = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        return redirect_to_login(reverse("admin:unsent") if form else wanted, reverse("account_login"))

    def sent_after_the_end(self, request):
        """From a second tab, after another one was told that the session has ended: it was the same person."""
        before = unsent.kept(request.session)
        form = unsent.read(request, before[-1]["user"]) if before else None
        if form is None:
            return None
        unsent.keep(request.session, [*before, form])
        messages.warning(request, KEPT)
        return redirect_to_login(reverse("admin:unsent"), reverse("account_login"))


def over(session, now):
    """The sentence for whom it concerns; "" while the session holds."""
    at = now.timestamp()
    if at - session.get(BEGAN, at) >= settings.SESSION_HOURS * 3600:
        return LONG
    return IDLE if at - session.get(SEEN, at) >= settings.SESSION_IDLE_MINUTES * 60 else ""


def begin(session, now):
    session[BEGAN] = session[SEEN] = now.timestamp()


def show_life(session, now):
    at = now.timestamp()
    session.setdefault(BEGAN, at)
    if at - session.get(SEEN, 0) >= FRESH.total_seconds():
        session[SEEN] = at
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now)


def end_all(user):
    """Every session of a person, on whatever device. Returns how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def end_others(request, user):
    """Every session of a person but the one that asks."""
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key or "")
    for session in others:
        session.end()


# What a device is, guessed from what its browser says ---------------------------------------------------------------

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(user_agent):
    """Firefox auf Windows."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "Unbekannter Browser")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser} auf {system}" if system else browser
