"""A page that is about to connect does not lose its kernel; one that is gone does. Lab is started alike."""

from __future__ import annotations

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from tests.support.browser import ROOT
from widgets import app_kernel_manager
from widgets.app_kernel_manager import MOST_ARENAS, AppKernelManager


@pytest.fixture
def culled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kernels that were handed on to be culled if they are idle."""
    names: list[str] = []

    async def note(_: object, kernel_id: str) -> None:
        names.append(kernel_id)

    monkeypatch.setattr(AsyncMappingKernelManager, "cull_kernel_if_idle", note)
    return names


class Clock:
    """The time that the manager reads."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(app_kernel_manager, "time", clock)
    return clock


def pass_by(manager: AppKernelManager, kernel_id: str) -> None:
    with pytest.raises(StopIteration):  # it waits for nothing, and another loop may run in this thread
        manager.cull_kernel_if_idle(kernel_id).send(None)


def test_a_page_that_takes_a_minute_to_connect_finds_the_kernel_it_was_given(culled: list[str], clock: Clock) -> None:
    manager = AppKernelManager(cull_idle_timeout=90, cull_interval=15)
    for _time in range(6):
        pass_by(manager, "a")
        clock.now += 15
    assert culled == []
    pass_by(manager, "a")
    assert culled == ["a"]


def test_a_kernel_that_was_connected_in_between_is_given_time_again(culled: list[str], clock: Clock) -> None:
    manager = AppKernelManager(cull_idle_timeout=90, cull_interval=15)
    pass_by(manager, "a")
    clock.now += 200
    manager._kernel_connections["a"] = 1
    pass_by(manager, "a")
    assert culled == ["a"]  # connected ones are for the settings to judge
    manager._kernel_connections["a"] = 0
    clock.now += 200
    pass_by(manager, "a")
    assert culled == ["a"]
    clock.now += 15
    pass_by(manager, "a")
    assert culled == ["a", "a"]


def test_nothing_is_remembered_of_a_kernel_that_has_ended(culled: list[str], clock: Clock) -> None:
    manager = AppKernelManager(cull_idle_timeout=90, cull_interval=15)
    manager._kernels["a"] = object()
    pass_by(manager, "a")
    manager.remove_kernel("a")
    clock.now += 200
    pass_by(manager, "a")
    assert culled == []


@pytest.mark.parametrize("name", ["Makefile", "README.md"])
def test_lab_is_told_the_same_number_of_arenas(name: str) -> None:
    assert f"MALLOC_ARENA_MAX={MOST_ARENAS}" in (ROOT / name).read_text()
