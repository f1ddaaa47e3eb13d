"""What a browser asks for, measured at 1 and 16 connections."""

import re
from dataclasses import dataclass

from django.urls import reverse

from bench.data import Data, session_for
from bench.load import Call, Client, Outcome, children, cpu_milliseconds, measure
from courses.api import Enrollment

VISITORS = 40
REQUESTS = 400
POSTS = 300
QUIZ_ATTEMPTS = 40


@dataclass(frozen=True)
class Row:
    """One kind of request: CPU milliseconds each, latencies in milliseconds at 1 and 16 connections, the bound."""

    title: str
    one: Outcome
    sixteen: Outcome | None
    bound: float


def measure_requests(port: int, server_pid: int, data: Data) -> list[Row]:
    pids = [server_pid, *children(server_pid)]
    sessions = [session_for(person) for person in data.learners[:VISITORS]]
    course = data.courses[1]
    pages = [
        ("lesson with 20 blocks", reverse("courses:lesson", args=[course.slug, "lesson-2"]), 15.0),
        ("catalog of 24", reverse("courses:catalog"), 15.0),
        ("course", reverse("courses:course", args=[course.slug]), 20.0),
        ("Today with 22 enrollments", "/", 20.0),
        ("My learning with 22 enrollments", reverse("courses:learning"), 20.0),
    ]
    rows = []
    for title, path, bound in pages:
        calls = [Call(path, session, expect=(200,)) for session in sessions]
        measure(port, pids, calls, connections=8, requests=80)
        one = measure(port, pids, calls, connections=1, requests=REQUESTS)
        rows.append(Row(title, one, measure(port, pids, calls, connections=16, requests=REQUESTS), bound))
    rows.append(completions(port, pids, data))
    rows.append(quiz_attempts(port, pids, data))
    return rows


def completions(port: int, pids: list[int], data: Data) -> Row:
    """Every POST finishes another lesson of another learner; the first round warms up."""
    learners = data.learners[100:200]
    sessions = [session_for(person) for person in learners]
    outcomes = []
    for number, (connections, lessons) in enumerate([(8, (1, 2, 3)), (1, (1, 2, 3)), (16, (4, 5, 6))]):
        course = data.courses[2 + number]
        calls = [
            Call(reverse("courses:complete", args=[course.slug, f"lesson-{lesson}"]), session, form={}, expect=(302,))
            for lesson in lessons
            for session in sessions
        ]
        outcomes.append(measure(port, pids, calls, connections=connections, requests=POSTS))
    return Row("completion POST", outcomes[1], outcomes[2], 7.0)


def quiz_attempts(port: int, pids: list[int], data: Data) -> Row:
    """Start, read the page, save ten answers one by one, submit, read the result: one attempt is one request here."""
    import time

    client, outcome = Client(port), Outcome()
    course = data.courses[0]
    learners = data.learners[300 : 300 + QUIZ_ATTEMPTS + 5]
    start = reverse("courses:quiz_start", args=[course.slug, data.quiz_lesson.slug])
    before = 0.0
    for number, person in enumerate(learners):
        session = session_for(person)
        if number == 5:  # the first five warm up
            before, outcome = cpu_milliseconds(pids), Outcome()
        begin = time.perf_counter()
        _, attempt, _ = client.send(Call(start, session, form={}, expect=(302,)))
        _, _, page = client.send(Call(attempt, session, expect=(200,)))
        form = right_answers(page.decode(), data)
        for name, chosen in form.items():
            path = reverse(
                "courses:quiz_answer", args=[int(attempt.rstrip("/").rsplit("/", 1)[1]), int(name.split("-")[1])]
            )
            client.send(Call(path, session, form={name: chosen}, expect=(200, 204)))
        _, result, _ = client.send(Call(f"{attempt}submit/", session, form=dict(form), expect=(302,)))
        client.send(Call(result, session, expect=(200,)))
        outcome.requests += 1
        outcome.latencies.append((time.perf_counter() - begin) * 1000)
    outcome.cpu = cpu_milliseconds(pids) - before
    passed = Enrollment.objects.filter(course=course, attempts__passed=True).count()
    if passed != len(learners):
        raise RuntimeError(f"{passed} of {len(learners)} attempts passed: the measured requests did not do their work")
    return Row("whole quiz attempt, 10 questions, each saved", outcome, None, 70.0)


def right_answers(page: str, data: Data) -> dict[str, list[str]]:
    """Return the right choice for every question on the attempt ``page``, read from its form fields."""
    from courses.models import QuestionVersion

    right = {
        str(version.pk): [choice["id"] for choice in version.choices if choice["right"]]
        for version in QuestionVersion.objects.filter(is_current=True)
    }
    names = sorted(set(re.findall(r'name="(q-(\d+))"', page)))
    if len(names) != 10:
        raise RuntimeError(f"the attempt page shows {len(names)} questions instead of 10")
    return {name: right[pk] for name, pk in names}
