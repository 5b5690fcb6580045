"""Sessions over one store, which tests of kept runs begin one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.config.training_config import TrainingConfig
from core.store.run_store import RunStore
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.engines.launcher import EngineLauncher


@pytest.fixture
def begin(launcher: EngineLauncher) -> Iterator[Callable[..., Session]]:
    """Makes sessions over one store, and closes them after the test."""
    store, sessions = RunStore(), []

    def make(config: TrainingConfig | None = None) -> Session:
        session = Session(
            config or TrainingConfig(), lambda urgent=False: None, connect=launcher.connect, store=lambda: store
        )
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        session.close()
