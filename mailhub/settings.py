"""Django's settings, all from the environment; docs/configuration.md is the table of what can be set."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
from csp.constants import NONCE, SELF
from csp.constants import NONE as NOTHING

from mailhub.lib import environment, valkey
from mailhub.web.hosts import AllowedHosts

# Lets `ModelAdmin[Contact]` and the like be written: Django's own classes take no type arguments yet.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
MAILHUB_DATA = environment.data_folder(BASE_DIR)
MAILHUB_PORT = environment.port("MAILHUB_PORT", 8000)
MAILHUB_HOST = environment.text("MAILHUB_HOST", "127.0.0.1")
PUBLIC_URL = environment.url("PUBLIC_URL", f"http://127.0.0.1:{MAILHUB_PORT}")
MAILHUB_KEYS = environment.keys("MAILHUB_KEYS", MAILHUB_DATA)
MAILHUB_SMTP = environment.smtp_server("MAILHUB_SMTP_URL")
MAILHUB_JOURNAL_GRACE = environment.count("MAILHUB_JOURNAL_GRACE", 15, least=0)
MAILHUB_CAPTURE_LIMIT = environment.count("MAILHUB_CAPTURE_LIMIT", 10_000, least=1)
MAILHUB_MARKETING_RETRY_HOURS = environment.count("MAILHUB_MARKETING_RETRY_HOURS", 24, least=1)
MAILHUB_TRANSACTIONAL_RETRY_HOURS = environment.count("MAILHUB_TRANSACTIONAL_RETRY_HOURS", 96, least=1)
MAILHUB_DNS_SERVERS = environment.name_servers("MAILHUB_DNS_SERVERS")
MAILHUB_TRUSTED_PROXIES = environment.networks("MAILHUB_TRUSTED_PROXIES")
MAILHUB_LOG = environment.log_level("MAILHUB_LOG")

SECRET_KEY = environment.text("SECRET_KEY") or environment.secret_file(MAILHUB_DATA / "secret.key")
DEBUG = False
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = AllowedHosts(PUBLIC_URL)

INSTALLED_APPS = [
    "mailhub.apps.MailhubConfig",
    "mailhub.web.apps.WebConfig",
    "mailhub.accounts.apps.AccountsConfig",
    "mailhub.content.apps.ContentConfig",
    "mailhub.delivery.apps.DeliveryConfig",
    "contacts.apps.ContactsConfig",
    "mailhub.transactional.apps.TransactionalConfig",
    "campaigns.apps.CampaignsConfig",
    "automation.apps.AutomationConfig",
    "reports.apps.ReportsConfig",
    "mailhub.demo.apps.DemoConfig",
    "mailhub.web.admin_apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "mailhub.web.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mailhub.web.caching.NeverVaries",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "mailhub.accounts.viewing.AsTheyLike",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mailhub.web.toasts.ToastsInFragments",
    "mailhub.accounts.auditing.AuditEveryWrite",
]

ROOT_URLCONF = "mailhub.urls"
WSGI_APPLICATION = "mailhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mailhub.web.context.shell",
            ]
        },
    }
]

# ATOMIC_REQUESTS stays off: with IMMEDIATE transactions every GET would take SQLite's write lock.
DATABASES = {"default": environment.database("DATABASE_URL", MAILHUB_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["mailhub.accounts.backends.NameOrAddress"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
# The name that authenticator apps show.
OTP_TOTP_ISSUER = "MailHub"

REDIS_URL = valkey.find_url(environment.text("REDIS_URL"), MAILHUB_DATA)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": valkey.cache_url(REDIS_URL),
    }
}

# Every letter goes through the ledger, password mails too; nothing here ever talks SMTP by itself.
DEFAULT_FROM_EMAIL = f"mailhub@{environment.mail_domain(PUBLIC_URL)}"
EMAIL_BACKEND = "mailhub.transactional.email_backend.LedgerEmailBackend"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
# Served from the packages where they lie: no collect step between a clone and its first page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = MAILHUB_DATA / "media"
MEDIA_URL = "/media/"

# Each address of the API says the rest itself (mailhub.accounts.api.endpoints).
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["mailhub.accounts.api.authentication.BearerKey"],
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "MailHub",
    "DESCRIPTION": "E-mail marketing with CRM features. The guide is docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}},
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["mailhub.web.api.openapi.add_problems"],
    "SORT_OPERATIONS": False,
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = HTTPS
# Probes come to the port itself, and a mailbox provider's one-click POST must never be redirected (RFC 8058).
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^u/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only a header that a trusted proxy sent gets as far as this (mailhub.web.proxies).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Pages of ours load from ours alone; frames of letters and public pages set stricter policies of their own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NOTHING],
        "base-uri": [NOTHING],
        "form-action": [SELF],
        "frame-ancestors": [NOTHING],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# The columns of a wide import file are three fields each; Excel ends at 16,384 columns, people long before.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000

CHATTER = "WARNING" if MAILHUB_LOG == "INFO" else MAILHUB_LOG
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {
        # /readyz answers it, with the reason in its body, as often as it is asked.
        "not 503": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": MAILHUB_LOG},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["not 503"]},
        # A line for each ring, every two seconds, is for who looks for a fault.
        "celery.beat": {"level": CHATTER},
        "celery.worker.strategy": {"level": CHATTER},
        "celery.app.trace": {"level": CHATTER},
        # Rings that ran out because their work was done already.
        "celery.worker.request": {"level": CHATTER},
    },
}
