"""A small load generator: requests over kept-alive connections, latencies, and the server's own CPU time."""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
CSRF = "b" * 32


@dataclass(frozen=True)
class Call:
    """One request: with ``form`` it is a POST."""

    path: str
    session: str = ""
    form: dict[str, str | list[str]] | None = None
    expect: tuple[int, ...] = (200, 302)


@dataclass
class Outcome:
    """What was measured for one kind of request. Times in milliseconds."""

    requests: int = 0
    cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def cpu_per_request(self) -> float:
        return self.cpu / max(1, self.requests)

    def percentile(self, share: float) -> float:
        if len(self.latencies) < 2:
            return self.latencies[0] if self.latencies else 0.0
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[round(share * 100) - 1]


def cpu_milliseconds(pids: Sequence[int]) -> float:
    """Return user and system CPU time used so far by the processes ``pids``, in milliseconds."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total * 1000 / CLOCK_TICKS


def children(pid: int) -> list[int]:
    """Return the process ids of the direct children of ``pid``."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, call: Call) -> tuple[int, str, bytes]:
        """Send ``call``; return status, Location header and body. An unexpected status raises."""
        headers = {"Cookie": f"csrftoken={CSRF}; sessionid={call.session}", "Host": "localhost"}
        body = None
        if call.form is not None:
            headers |= {"X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(call.form, doseq=True)
        self.connection.request("POST" if call.form is not None else "GET", call.path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        if response.status not in call.expect:
            raise RuntimeError(f"{call.path} answered {response.status}: {content[:300]!r}")
        return response.status, response.getheader("Location") or "", content


def measure(port: int, pids: Sequence[int], calls: Sequence[Call], *, connections: int, requests: int) -> Outcome:
    """Send ``requests`` requests, cycling through ``calls``, over ``connections`` connections at once."""
    source: Iterator[Call] = cycle(calls)
    lock = threading.Lock()
    outcome = Outcome()
    left = requests
    errors: list[BaseException] = []

    def worker() -> None:
        nonlocal left
        client = Client(port)
        try:
            while True:
                with lock:
                    if left <= 0 or errors:
                        return
                    left -= 1
                    call = next(source)
                begin = time.perf_counter()
                client.send(call)
                taken = (time.perf_counter() - begin) * 1000
                with lock:
                    outcome.latencies.append(taken)
                    outcome.requests += 1
        except BaseException as error:
            with lock:
                errors.append(error)

    before = cpu_milliseconds(pids)
    threads = [threading.Thread(target=worker) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    outcome.cpu = cpu_milliseconds(pids) - before
    return outcome


def cpu_seconds(deed: Callable[[], object], *, times: int = 1) -> float:
    """Return the CPU seconds of this process that one run of ``deed`` takes, the mean of ``times`` runs."""
    begin = time.process_time()
    for _ in range(times):
        deed()
    return (time.process_time() - begin) / times
