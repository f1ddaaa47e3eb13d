"""Deeds measured in this process: CPU seconds of one run."""

import io
from datetime import date, timedelta

from bench.data import Data, make_learners
from bench.load import cpu_seconds
from courses.api import assign_course
from people.api import User, today

Deed = tuple[str, float, str, float]
"""Title, figure, unit, bound."""

IMPORTED = 30_000
ROSTER = 5_000


def measure_deeds(data: Data) -> list[Deed]:
    return [
        ("enrolling 1,000 people", enrolling(data), "s", 0.6),
        ("certificate PDF, steady state", certificates(data), "ms", 80.0),
        ("gate evaluation for 5,000 people", gate_evaluation(), "ms", 50.0),
        ("import of 30,000 people", importing(), "s", 60.0),
    ]


def enrolling(data: Data) -> float:
    ids = [person.pk for person in data.learners]
    course = data.courses[-1]
    return cpu_seconds(lambda: assign_course(person_ids=ids, course=course, actor=None, due_on=today()))


def certificates(data: Data) -> float:
    """Mean of 20 renderings after 3 to warm up, in milliseconds."""
    from certification.documents import certificate_pdf
    from certification.models import Certification, Credential

    person = data.learners[0]
    certification = Certification.objects.create(key="bench", title="OKR Coach", statement="has coached a team")
    credential = Credential(
        number="2345-6789-ABCD",
        holder=person,
        holder_name="Maximiliane Freifrau von Oberhausen-Wittgenstein",
        certification=certification,
        title="OKR Coach",
        statement="has led teams through planning, check-ins and review, and was seen doing it",
        issuer="Nordwind Heat Systems",
        evidence=[
            {"kind": "course", "title": "OKR coach: train the trainer", "on": "2026-03-01", "by": "", "minutes": 80}
        ],
        evidence_sha256="0" * 64,
        valid_from=date(2026, 3, 1),
        valid_until=date(2028, 2, 29),
    )
    for _ in range(3):
        certificate_pdf(credential)
    return cpu_seconds(lambda: certificate_pdf(credential), times=20) * 1000


def gate_evaluation() -> float:
    """Mean of 10 evaluations of *Provide coaching* after one to warm up, in milliseconds."""
    from rollout.services.evaluation import evaluate_gate
    from tests.factories.rollout import make_program

    started = make_program(members=ROSTER, teams=ROSTER // 8, open_step="coaching")
    evaluate_gate(step=started.step("coaching"))
    return cpu_seconds(lambda: evaluate_gate(step=started.step("coaching")), times=10) * 1000


def importing() -> float:
    """Dry run is not counted: this is reading, planning and writing 30,000 new people in one transaction."""
    from people.api import apply_people_file

    actor = User.objects.create_superuser("import@bench.example")
    content = io.StringIO()
    content.write("email,first_name,last_name,unit_path,manager_email,job_title,hired_on,location,language,time_zone\n")
    for number in range(IMPORTED):
        team = number // 8
        manager = f"import{number - number % 8}@bench.example" if number % 8 else ""
        content.write(
            f"import{number}@bench.example,Given{number},Family{number},"
            f"Import company > Department {team // 12} > Team {team},{manager},Engineer,"
            f"{date(2020, 1, 1) + timedelta(days=number % 1500)},Berlin,en,Europe/Berlin\n"
        )
    data = content.getvalue().encode()
    return cpu_seconds(lambda: apply_people_file(content=data, actor=actor))


__all__ = ["make_learners", "measure_deeds"]
