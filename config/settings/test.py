"""Tests: nothing leaves the process, tasks run in line, hashing is cheap."""

import tempfile

from config.settings.base import *
from config.settings.base import DATABASES, Path, env, tune_database

SECRET_KEY = "test-only-key-test-only-key-test-only-key-test-only"
ALLOWED_HOSTS = ["*"]
BASE_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = BASE_URL
DEMO_ALLOWED = True
STYLEGUIDE = True

TEST_DIR = Path(tempfile.mkdtemp(prefix="pilotage-test-"))
VAR_DIR = TEST_DIR
MEDIA_ROOT = TEST_DIR / "media"
DATABASES["default"] = env.dj_db_url("TEST_DATABASE_URL", f"sqlite:///{TEST_DIR / 'test.sqlite3'}")
tune_database(DATABASES["default"])
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"].pop("pool", None)
else:
    # A file, not memory: threads and the browser's live server need a database they can share.
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DIR / "test.sqlite3")}

CACHES["default"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "default",
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://localhost//"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # look files up when asked for, instead of listing thousands for every test client
STATIC_ROOT = TEST_DIR / "static"
STATIC_ROOT.mkdir()
ACCOUNT_RATE_LIMITS = False
# Wagtail keeps its search and reference indexes through these; the tests that search ask for `wagtail_indexes`.
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "ENQUEUE_ON_COMMIT": False}}
