"""How the web server runs, for `make run`, the benchmark and production: gunicorn --config python:config.gunicorn.

The application is loaded once, before the workers fork, and its objects are taken out of the garbage collector's
sight: they live as long as the process, and walking them costs more than most requests.
"""

import gc
from pathlib import Path
from typing import Any

workers = 2
threads = 4
worker_class = "gthread"
loglevel = "warning"
preload_app = True
# Each request touches the worker's heartbeat file: in memory that costs nothing, on some disks more than a query.
worker_tmp_dir = next((str(path) for path in [Path("/dev/shm")] if path.is_dir()), None)  # noqa: S108


def when_ready(server: Any) -> None:
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    gc.set_threshold(10_000, 20, 50)
