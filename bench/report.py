"""Figures as a page and on the screen."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.inside import Deed
from bench.web import Row


def machine() -> str:
    """Return what kind of machine this is, in one line."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}, {platform.system()}"


def verdict(figure: float, bound: float) -> str:
    return "reached" if figure <= bound else "**missed**"


def write(path: Path, rows: Sequence[Row], deeds: Sequence[Deed]) -> None:
    """Write the page; what stands below the marker line is kept."""
    marker = "<!-- notes below are kept -->"
    kept = path.read_text().split(marker, 1)[1] if path.exists() and marker in path.read_text() else "\n"
    lines = [
        "# Performance",
        "",
        f"Measured by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        "",
        "Data: 1,000 learners, 25 courses of 8 lessons with 20 blocks each, 22 enrollments per learner, SQLite.",
        "Server: gunicorn with 2 workers × 4 threads, production settings, the load generator on the same machine.",
        "CPU is what the server's processes used, user and system, per request; p50 and p95 are milliseconds as the",
        "client saw them.",
        "",
        "| request | CPU ms | bound | | p50, 1 conn. | p95, 1 conn. | p50, 16 conn. | p95, 16 conn. |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cpu = row.one.cpu_per_request
        latencies = [
            f"{outcome.percentile(share):.1f}" if outcome else ""
            for outcome in (row.one, row.sixteen)
            for share in (0.5, 0.95)
        ]
        lines.append(
            f"| {row.title} | {cpu:.1f} | {row.bound:g} | {verdict(cpu, row.bound)} | {' | '.join(latencies)} |"
        )
    lines += ["", "| deed | figure | bound | |", "|---|---|---|---|"]
    lines += [
        f"| {title} | {figure:.3g} {unit} | {bound:g} {unit} | {verdict(figure, bound)} |"
        for title, figure, unit, bound in deeds
    ]
    path.write_text("\n".join([*lines, "", marker]) + kept)


def show(rows: Sequence[Row], deeds: Sequence[Deed]) -> int:
    """Print the figures; return how many bounds were missed."""
    figures = [(row.title, row.one.cpu_per_request, "ms CPU", row.bound) for row in rows] + list(deeds)
    for title, figure, unit, bound in figures:
        print(f"{title:45} {figure:8.2f} {unit:7} (bound {bound:g}) {verdict(figure, bound)}")
    return sum(figure > bound for _, figure, _, bound in figures)
