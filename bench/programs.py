"""The nightly recompute of many large programs, and their board and gate room. CPU of this process."""

from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.inside import Deed
from bench.load import cpu_seconds
from people.api import User, today
from people.models import Membership
from rollout.models import Program, RosterMember
from rollout.services.refresh import sweep
from tests.factories.rollout import StartedProgram, make_program

FEW, MANY = 10, 50
ROSTER = 5_000
QUERIES = 25
FLAT = 1.2
"""A program may cost this much more among ``MANY`` than among ``FEW``."""


def measure_programs() -> list[Deed]:
    """Take 5,000 of the imported people onto each roster; overlapping rosters cost what separate ones cost."""
    Program.objects.all().update(state=Program.State.STOPPED)
    places = list(
        Membership.objects.filter(person__email__startswith="import", ended_on__isnull=True)
        .order_by("person_id")
        .values_list("person_id", "unit_id")
    )
    programs: list[StartedProgram] = []
    figures = {}
    for count in (FEW, MANY):
        while len(programs) < count:
            programs.append(large_program(len(programs), places))
        sweep()  # writes the first findings
        figures[count] = cpu_seconds(sweep) * 1000 / count
    return [
        (f"nightly recompute, per program of 5,000 among {FEW}", figures[FEW], "ms", 250.0),
        (f"nightly recompute, per program of 5,000 among {MANY}", figures[MANY], "ms", FLAT * figures[FEW]),
        *screens(programs[0]),
    ]


def large_program(number: int, places: list[tuple[int, int]]) -> StartedProgram:
    started = make_program(title=f"Bench rollout {number}", members=0, open_step="coaching")
    start = number * ROSTER % len(places)
    chosen = (places + places)[start : start + ROSTER]
    RosterMember.objects.bulk_create(
        RosterMember(
            wave=started.wave,
            person_id=person_id,
            team_id=unit_id,
            joined_on=today() - timedelta(days=60),
            counts_from=date(2026, 1, 1),
        )
        for person_id, unit_id in chosen
    )
    return started


def screens(started: StartedProgram) -> list[Deed]:
    """Return queries and CPU of the lead's two screens at this size."""
    client = Client()
    client.force_login(User.objects.get(pk=started.people["project_lead"].pk))
    slug = started.program.slug
    deeds: list[Deed] = []
    for title, address in [
        ("program board", reverse("rollout:board", args=[slug])),
        ("gate room", reverse("rollout:gate", args=[slug, started.wave.number, "coaching"])),
    ]:
        get = {"path": address, "secure": True, "headers": {"host": "localhost"}}
        response = client.get(**get)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(**get)
        deeds.append((f"{title}, 5,000 people among {MANY} programs", float(len(queries)), "queries", float(QUERIES)))
        deeds.append(
            (f"{title}, the same", cpu_seconds(lambda get=get: client.get(**get), times=10) * 1000, "ms", 100.0)
        )
    return deeds
