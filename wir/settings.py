"""Settings of the portal, read from top to bottom. Every value that differs between installations comes from the
environment; README lists the names. Production refuses to start without its secrets and says how to make them."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from wir.languages import registry

BASE_DIR = Path(__file__).resolve().parent.parent


# Typed readers of the environment -----------------------------------------------------------------------------------


def env_text(name, default=""):
    return os.environ.get(name, default).strip()


def env_bool(name, default=False):
    value = env_text(name, "1" if default else "0").lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Use 1 or 0.")


def env_number(name, default):
    value = env_text(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r} is no whole number of 0 or more.")
    return int(value)


def env_list(name):
    return [part.strip() for part in env_text(name).split(",") if part.strip()]


def env_secret(name, how_to_make):
    value = env_text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {how_to_make}")
    return value


def env_url(name, default, schemes):
    """A setting given as an address; its scheme must be one of `schemes`."""
    url = urlsplit(env_text(name) or default)
    if url.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} begins with {url.scheme!r}; it can begin with {', '.join(schemes)}.")
    return url


# Where this installation stands -------------------------------------------------------------------------------------

VAR_DIR = Path(env_text("VAR_DIR") or BASE_DIR / "var")  # database of the demo, collected static files
DEBUG = env_bool("DEBUG")
DEMO = env_bool("DEMO")  # demo accounts may sign in, no second factor; never in production
PRODUCTION = not DEBUG and not DEMO

SECRET_KEY = env_secret(
    "SECRET_KEY",
    "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))' "
    "For a first look, `python3 manage.py demo` makes its own.",
)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS") or (["127.0.0.1", "localhost", "[::1]"] if not PRODUCTION else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the hosts of the portal, separated by commas.")
SITE_URL = env_text("SITE_URL", "" if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
if not urlsplit(SITE_URL).netloc:
    raise ImproperlyConfigured("SITE_URL is not set. Give the public address, for example https://wir.example.org")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "wir.urls"
WSGI_APPLICATION = "wir.wsgi.application"

INSTALLED_APPS = [
    "modeltranslation",  # before the admin
    "wir.apps.WirConfig",
    "wir.apps.WirAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the list of security keys in allauth uses it
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "wir.languages",
    "wir.accounts",
    "wir.outbox",
    "wir.about",
    "strategy",
    "measures",
    "fund",
    "django_tasks",
    "django_tasks_db",  # after wir.outbox, whose db_worker stands in for its own
]

# GZip stands outside of the conditional GET, so that an ETag is made from the page and not from its compression.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "wir.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "wir.languages.middleware.LanguageFromAddress",
    "wir.views.ErrorPages",
    "wir.freshness.Freshness",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wir.accounts.sessions.SessionLimits",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wir.context.site",
            ],
        },
    }
]

# Data ---------------------------------------------------------------------------------------------------------------


def database(url):
    """Django's settings for one database address. SQLite waits for its turn to write instead of failing."""
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.path[1:] if url.path.startswith("//") else url.path) or ":memory:",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or dict(parse_qsl(url.query)).get("host", ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Compiling a statement costs PostgreSQL a second where running it takes a tenth (measured, lists of measures)
        "OPTIONS": {"options": "-c jit=off"},
    }


DATABASES = {
    "default": database(
        env_url("DATABASE_URL", f"sqlite:///{VAR_DIR}/db.sqlite3", ("sqlite", "postgres", "postgresql"))
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)


def cache(url):
    if url.scheme in ("redis", "rediss"):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url.geturl()}
    kind = {"locmem": "locmem.LocMemCache", "dummy": "dummy.DummyCache"}[url.scheme]
    return {"BACKEND": f"django.core.cache.backends.{kind}"}


CACHES = {"default": cache(env_url("CACHE_URL", "locmem://", ("locmem", "dummy", "redis", "rediss")))}


def mail(url):
    """Mail settings of one address: smtp(s)://user:password@host:port (smtps: TLS from the start), console://, or
    file:///folder, which keeps every mail as a file."""
    if url.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(url.path),
        }
    return {
        "EMAIL_BACKEND": "wir.outbox.transport.EmailBackend",
        "EMAIL_HOST": url.hostname or "localhost",
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp" and bool(url.username),
    }


# The demo's mails go to files, so that a person can open them and nobody gets one.
MAIL_DEFAULT = f"file://{quote(str(VAR_DIR.resolve() / 'mails'))}" if DEMO else "console://"
globals().update(mail(env_url("EMAIL_URL", MAIL_DEFAULT, ("console", "file", "smtp", "smtps"))))
EMAIL_TIMEOUT = 20  # seconds a mail server may take for one answer (wir/outbox/sending.py counts on it)
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", f"wir@{urlsplit(SITE_URL).hostname}")

# Jobs wait in our own database, so that they roll back with what they belong to (manage.py db_worker).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MESSAGE_RETENTION_DAYS = env_number("MESSAGE_RETENTION_DAYS", 365)  # then erase_messages removes text and recipient

# Languages: everything here follows from wir/languages/registry.py --------------------------------------------------

LANGUAGE_CODE = registry.SOURCE.code
LANGUAGES = registry.django_languages()
registry.teach_django()  # LANG_INFO of the languages Django does not know
MODELTRANSLATION_DEFAULT_LANGUAGE = registry.SOURCE.code
MODELTRANSLATION_FALLBACK_LANGUAGES = registry.fallback_setting()
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True

# People -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["wir.accounts.backends.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "wir.accounts.adapters.StaffAccountAdapter"
SOCIALACCOUNT_ADAPTER = "wir.accounts.adapters.CityAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by staff, never by signing up
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # five minutes at most: so says the page of who tried too often (wir/accounts/too_many.py)
    "login": "30/m/ip",
    "login_failed": "30/5m/ip,5/5m/key",  # also codes of the second factor and recovery codes, by account
    "reauthenticate": "10/m/user",
    "reset_password": "10/5m/ip,3/5m/key",
    "reset_password_from_key": "10/5m/ip",
    "change_password": "5/m/user",
}
INVITATION_DAYS = env_number("INVITATION_DAYS", 7)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # staff enter the addresses of accounts, so nobody confirms them
MFA_TOTP_ISSUER = "WIR2.0"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# A second factor that the city's sign-in has asked for (amr: mfa) counts; otherwise the portal asks for its own.
OIDC_TRUSTS_SECOND_FACTOR = env_bool("OIDC_TRUSTS_SECOND_FACTOR", True)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # from then on by its number there, whatever its address
SOCIALACCOUNT_PROVIDERS = {}
if env_text("OIDC_SERVER_URL"):  # the city's own sign-in, for example a Keycloak realm
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "EMAIL_AUTHENTICATION": True,  # find the account that staff have made, by an address the provider has verified
        "APPS": [
            {
                "provider_id": "stadt",
                "name": env_text("OIDC_NAME", "Landeshauptstadt Hannover"),
                "client_id": env_secret("OIDC_CLIENT_ID", "OIDC_SERVER_URL is set, so the client's id is needed too."),
                "secret": env_secret("OIDC_CLIENT_SECRET", "OIDC_SERVER_URL is set, so its secret is needed too."),
                "settings": {"server_url": env_text("OIDC_SERVER_URL")},
            }
        ],
    }

# Files --------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "wir" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "wir.static_files.HashedStaticFiles"
    },
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "wir.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# What applicants hand in lies in a folder that no web server serves (fund/store.py; a check looks at it).
FILE_STORE = Path(
    unquote(env_url("MEDIA_URL_STORE", f"file://{quote(str(VAR_DIR.resolve() / 'files'))}", ("file",)).path)
)
CLAMD_URL = env_text("CLAMD_URL")  # tcp://host:port or unix:///path; empty: files are not scanned, and staff are told
if CLAMD_URL:
    env_url("CLAMD_URL", "", ("tcp", "unix"))

# Security -----------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION and SITE_URL.startswith("https://")
BEHIND_PROXY = env_bool("BEHIND_PROXY")  # then its headers are believed: https, and who asks (wir/limits.py)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine itself, over plain http
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_HOURS = 8  # a working day, from signing in (wir/accounts/sessions.py)
SESSION_COOKIE_AGE = 3 * 24 * 3600  # so long it is known whose it was: a form sent after a weekend is kept for her
SESSION_IDLE_MINUTES = max(1, env_number("SESSION_IDLE_MINUTES", 60))  # without a sign of life
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
CSRF_FAILURE_VIEW = "wir.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = "wir.logs.configure"  # no record holds the secret of a case, whoever logs it
DEFAULT_EXCEPTION_REPORTER = "wir.logs.CaseReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "wir.logs.CaseFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"wir.outbox": {"level": "INFO"}},  # what became of each message: number, state and code, never a name
}

# Optional folder with the city's two documents; `demo` imports the official wording from it.
WIR_SOURCES = env_text("WIR_SOURCES")
