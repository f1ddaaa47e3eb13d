"""`make test`: the whole suite on SQLite, then again on PostgreSQL when one is reachable.

Set TEST_POSTGRES_URL to name the PostgreSQL server (default: postgres on 127.0.0.1:5432). Browser tests run once, on
SQLite: what they show does not depend on the database.
"""

import argparse
import os
import subprocess
import sys

DEFAULT_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"


def reachable(url: str) -> str | None:
    """Return None when PostgreSQL answers at ``url``, else the reason in one line."""
    import psycopg

    try:
        psycopg.connect(url.replace("postgres://", "postgresql://", 1), connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return None


def run(title: str, *arguments: str, **environment: str) -> int:
    print(f"\n=== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode  # noqa: S603 - our own command


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="2")
    options, rest = parser.parse_known_args()
    parallel = ["-n", options.workers, "--dist", "loadgroup", *rest]
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.environ.pop("TEST_DATABASE_URL", None)

    codes = [run("SQLite", *parallel)]
    url = os.environ.get("TEST_POSTGRES_URL", DEFAULT_POSTGRES)
    if reason := reachable(url):
        print(f"\nPostgreSQL is not reachable, so its half of the suite did not run: {reason}", flush=True)
    else:
        codes.append(run("PostgreSQL", *parallel, "-m", "not browser", TEST_DATABASE_URL=url))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
