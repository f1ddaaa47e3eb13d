"""What tests of rollout share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from rollout.evidence import read_evidence
from rollout.models import ChecklistItem, Finding
from rollout.services.evaluation import wave_context
from rollout.signals import wave_changed
from tests.factories.rollout import StartedProgram


@pytest.fixture
def news(django_capture_on_commit_callbacks) -> Callable[[], AbstractContextManager[list[int]]]:
    """``with news() as ids`` runs what happens after commit and collects the waves announced as changed."""

    @contextmanager
    def hear() -> Iterator[list[int]]:
        ids: list[int] = []

        def listen(wave_id: int, **kwargs: object) -> None:
            ids.append(wave_id)

        wave_changed.connect(listen)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield ids
        finally:
            wave_changed.disconnect(listen)

    return hear


Ask = Callable[..., Finding]


@pytest.fixture
def ask() -> Ask:
    """``ask(started, "roles_filled", roles=[…])`` returns the finding of one check with these parameters."""

    def read(started: StartedProgram, source: str, **parameters: Any) -> Finding:
        item = ChecklistItem(
            pk=1, key="q", question="Q?", strength="must", verification="live",
            checks=[{"source": source, "parameters": parameters, "strength": None}],
        )  # fmt: skip
        return read_evidence(wave_context(started.fresh_wave()), [item])[1][0]

    return read
