"""A page that is about to connect does not lose its kernel; one that is gone does. Lab is started alike."""

from __future__ import annotations

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from tests.support.browser import ROOT
from widgets.app_kernel_manager import MOST_ARENAS, AppKernelManager


@pytest.fixture
def culled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kernels that were handed on to be culled if they are idle."""
    names: list[str] = []

    async def note(_: object, kernel_id: str) -> None:
        names.append(kernel_id)

    monkeypatch.setattr(AsyncMappingKernelManager, "cull_kernel_if_idle", note)
    return names


def pass_by(manager: AppKernelManager, kernel_id: str) -> None:
    with pytest.raises(StopIteration):  # it waits for nothing, and another loop may run in this thread
        manager.cull_kernel_if_idle(kernel_id).send(None)


def test_a_kernel_without_connections_is_left_alone_once(culled: list[str]) -> None:
    manager = AppKernelManager()
    pass_by(manager, "a")
    assert culled == []
    pass_by(manager, "a")
    assert culled == ["a"]


def test_a_kernel_that_was_connected_in_between_is_given_time_again(culled: list[str]) -> None:
    manager = AppKernelManager()
    pass_by(manager, "a")
    manager._kernel_connections["a"] = 1
    pass_by(manager, "a")
    assert culled == ["a"]  # connected ones are for the settings to judge
    manager._kernel_connections["a"] = 0
    pass_by(manager, "a")
    assert culled == ["a"]


@pytest.mark.parametrize("name", ["Makefile", "README.md"])
def test_lab_is_told_the_same_number_of_arenas(name: str) -> None:
    assert f"MALLOC_ARENA_MAX={MOST_ARENAS}" in (ROOT / name).read_text()
