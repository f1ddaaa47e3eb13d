"""`make test`: the whole suite on SQLite and, at the same time, on PostgreSQL when one is reachable.

Set TEST_POSTGRES_URL to name the PostgreSQL server (default: postgres on 127.0.0.1:5432). Browser tests run once, on
SQLite: what they show does not depend on the database. So do tests that ask no database anything.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from typing import IO

DEFAULT_POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"


def reachable(url: str) -> str | None:
    """Return None when PostgreSQL answers at ``url``, else the reason in one line."""
    import psycopg

    try:
        psycopg.connect(url.replace("postgres://", "postgresql://", 1), connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return None


def start(*arguments: str, output: IO[str] | None = None, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    errors = subprocess.STDOUT if output else None
    environment = {**os.environ, **environment}
    return subprocess.Popen(command, env=environment, stdout=output, stderr=errors, text=True)  # noqa: S603 - ours


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", default="2")
    options, rest = parser.parse_known_args()
    parallel = ["-n", options.workers, *rest]
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.environ.pop("TEST_DATABASE_URL", None)

    url = os.environ.get("TEST_POSTGRES_URL", DEFAULT_POSTGRES)
    reason = reachable(url)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        print("\n=== SQLite", flush=True)
        # One leg waits for its browser while the other waits for its database: together they take a third less.
        both = [start(*parallel)]
        if reason is None:
            leg = (*parallel, "-m", "not browser", "-p", "no:cacheprovider")
            both.append(start(*leg, output=printed, TEST_DATABASE_URL=url))
        try:
            codes = [process.wait() for process in both]
        except KeyboardInterrupt:
            return 130
        finally:
            for process in both:
                process.terminate()
        if reason is None:
            printed.seek(0)
            print(f"\n=== PostgreSQL (ran at the same time)\n{printed.read()}", flush=True)
        else:
            print(f"\nPostgreSQL is not reachable, so its half of the suite did not run: {reason}", flush=True)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
