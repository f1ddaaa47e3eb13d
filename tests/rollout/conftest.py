"""What tests of rollout share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from rollout.signals import wave_changed


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
