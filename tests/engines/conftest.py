"""A fork server for all tests of engines: it imports TensorFlow once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.engines.launcher import EngineLauncher

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def launcher() -> Iterator[EngineLauncher]:
    """A launcher whose fork server ends with the tests."""
    launcher = EngineLauncher()
    launcher.start()
    yield launcher
    launcher.close()
