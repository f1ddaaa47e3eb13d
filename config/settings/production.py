"""Production: refuses to start until the environment names every secret."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *
from config.settings.base import env

REQUIRED = {
    "SECRET_KEY": "at least 40 random characters: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "ALLOWED_HOSTS": "the host names people use, separated by commas",
    "BASE_URL": "the address people use, for example https://pilotage.example.com",
    "DATABASE_URL": "for example postgres://user:password@host/pilotage or sqlite:////srv/pilotage/pilotage.sqlite3",
    "BROKER_URL": "for example redis://host:6379/0 or amqp://user:password@host//",
    "CACHE_URL": "for example redis://host:6379/1",
}
missing = [f"{name} ({hint})" for name, hint in REQUIRED.items() if not env.str(name, "").strip()]
if missing:
    raise ImproperlyConfigured("Pilotage cannot start: set in the environment " + "; ".join(missing))

DEBUG = False
DEMO_ALLOWED = False
STYLEGUIDE = False
SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 40 or SECRET_KEY.startswith("development-only"):
    raise ImproperlyConfigured("Pilotage cannot start: SECRET_KEY must have at least 40 characters of its own.")
ALLOWED_HOSTS = [host.strip() for host in env.str("ALLOWED_HOSTS").split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [env.str("BASE_URL")]

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", BASE_URL.startswith("https://"))
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 3600)
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
