"""Settings come from the environment, and production names what it misses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "pilotage.example.com",
    "BASE_URL": "https://pilotage.example.com",
    "DATABASE_URL": "postgres://user:secret@db.example.com/pilotage",
    "BROKER_URL": "amqp://guest:guest@mq.example.com//",
    "CACHE_URL": "redis://cache.example.com/1",
}


def read_settings(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` with Django's settings in a process of its own that sees only ``environment``."""
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings\n{code}"],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"DJANGO_SETTINGS_MODULE"}))
def test_production_refuses_to_start_without_a_setting_and_names_it(name):
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    result = read_settings("settings.DEBUG", **environment)
    assert result.returncode != 0
    assert f"set in the environment {name} (" in result.stderr


def test_production_names_all_missing_settings_at_once():
    result = read_settings("settings.DEBUG", DJANGO_SETTINGS_MODULE="config.settings.production")
    assert all(f"{name} (" in result.stderr for name in PRODUCTION if name != "DJANGO_SETTINGS_MODULE")


def test_production_refuses_a_short_or_borrowed_secret_key():
    for key in ("short", "development-only-key-never-used-in-production-settings"):
        result = read_settings("settings.DEBUG", **{**PRODUCTION, "SECRET_KEY": key})
        assert result.returncode != 0
        assert "SECRET_KEY must have at least 40 characters" in result.stderr


def test_production_never_debugs_and_allows_no_demo():
    result = read_settings(
        "print(settings.DEBUG, settings.DEMO_ALLOWED, settings.SESSION_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT)",
        **PRODUCTION,
        DEBUG="1",
    )
    assert result.stdout.split() == ["False", "False", "True", "True"], result.stderr


def test_environment_alone_selects_other_services():
    result = read_settings(
        "print(settings.DATABASES['default']['ENGINE'], settings.CELERY_BROKER_URL,"
        " settings.CACHES['default']['LOCATION'], settings.STORAGES['default']['BACKEND'],"
        " settings.STORAGES['default']['OPTIONS']['bucket_name'],"
        " settings.STORAGES['default']['OPTIONS']['endpoint_url'],"
        " settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'][-1])",
        **PRODUCTION,
        STORAGE_URL="s3://key:sec%2Fret@minio.example.com:9000/files?region=eu",
    )
    assert result.stdout.split() == [
        "django.db.backends.postgresql",
        "amqp://guest:guest@mq.example.com//",
        "redis://cache.example.com/1",
        "storages.backends.s3.S3Storage",
        "files",
        "https://minio.example.com:9000",
        "https://minio.example.com:9000",
    ], result.stderr


def test_embedded_default_is_sqlite_with_immediate_transactions(tmp_path):
    result = read_settings(
        "database = settings.DATABASES['default']\n"
        "print(database['ENGINE'], database['OPTIONS']['transaction_mode'], settings.CELERY_BROKER_URL)\n"
        "print(database['OPTIONS']['init_command'])",
        DJANGO_SETTINGS_MODULE="config.settings.development",
        VAR_DIR=str(tmp_path / "var"),
    )
    first, second = result.stdout.splitlines()
    assert first.split() == [
        "django.db.backends.sqlite3",
        "IMMEDIATE",
        f"redis+socket://{tmp_path}/var/valkey/valkey.sock",
    ]
    assert "journal_mode=WAL" in second
    assert "foreign_keys=ON" in second


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CACHE_URL", "memcached://host", "CACHE_URL must start with"),
        ("STORAGE_URL", "https://files.example.com", "STORAGE_URL must look like"),
    ],
)
def test_unknown_addresses_are_refused_with_the_way_out(name, value, words):
    result = read_settings("settings.DEBUG", **{**PRODUCTION, name: value})
    assert result.returncode != 0
    assert words in result.stderr
