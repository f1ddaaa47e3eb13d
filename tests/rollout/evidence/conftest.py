"""How evidence sources are asked in tests."""

from collections.abc import Callable
from typing import Any

import pytest

from rollout.evidence import read_evidence
from rollout.models import ChecklistItem, Finding
from rollout.services.evaluation import wave_context
from tests.factories.rollout import StartedProgram

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
