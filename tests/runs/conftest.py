"""Runs that end with their test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.watched_run import PATIENCE, CountingTrainer, Start, Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def watch() -> Iterator[Start]:
    """Makes watched runs and ends them with the test."""
    made: list[Watched] = []

    def make(
        trainer: CountingTrainer | None = None, build: Callable[[], object] | None = None, **more: object
    ) -> Watched:
        made.append(Watched(trainer or CountingTrainer(), build, **more))
        return made[-1]

    yield make
    for watched in made:
        watched.run.stop()
        watched.trainer.gate.set()
        if watched.run._thread.ident is not None:
            assert watched.run.join(PATIENCE)
