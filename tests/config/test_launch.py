"""`make run` says in one line why it cannot start, and stops all parts together."""

import socket
import sys
from pathlib import Path

import pytest

from config.launch import Parts, answers, embedded_socket, port_problem


def test_taken_port_is_said_in_one_line():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        problem = port_problem("127.0.0.1", port)
    assert problem is not None
    assert problem.startswith(f"Port {port} cannot be used (")
    assert "make run" in problem
    assert "\n" not in problem


def test_free_port_has_no_problem():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    assert port_problem("127.0.0.1", port) is None


@pytest.mark.parametrize("port", ["", "http", "0", "70000", "-1"])
def test_nonsense_port_is_refused(port):
    assert port_problem("127.0.0.1", port) == f"PORT must be a number from 1 to 65535, not “{port}”."


def test_long_paths_get_a_short_socket():
    assert embedded_socket(Path("/srv/pilotage/var")) == Path("/srv/pilotage/var/valkey/valkey.sock")
    assert len(str(embedded_socket(Path("/srv") / ("long" * 40)))) < 100


def test_when_one_part_ends_all_parts_end(capsys):
    parts = Parts()
    parts.start("worker", sys.executable, "-c", "import time; time.sleep(60)")
    parts.start("web server", sys.executable, "-c", "raise SystemExit(3)")
    assert parts.watch() == 1
    assert all(process.poll() is not None for process in parts.running.values())
    assert "The web server ended with code 3" in capsys.readouterr().err


def test_a_web_server_that_dies_never_answers():
    parts = Parts()
    parts.start("web server", sys.executable, "-c", "raise SystemExit(1)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    assert answers("127.0.0.1", port, parts) is False
    parts.stop()
