"""Nobody is given a kernel that died; a start that fails is tried once more, then said. Real servers, real kernels."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.browser import KERNEL_DIGITS, kernel_in
from tests.support.processes import has_ended
from tests.support.small_app import FAILING, FailingKernels, Person, ask, small_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.browser import Server

FAILED = "The page could not be opened. Reload it in a moment; the server's log says what went wrong."


@pytest.fixture(scope="module")
def preheated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with small_app(tmp_path_factory.mktemp("preheated"), {"VoilaKernelManager": {"fill_delay": 0}}) as server:
        yield server


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, FailingKernels]]:
    folder = tmp_path_factory.mktemp("failing")
    kernels = FailingKernels(folder).install()
    with small_app(folder, preheated=False, kernel=FAILING) as server:
        yield server, kernels


def kernel_ids(processes: list[psutil.Process]) -> set[str]:
    """The first digits of the ids of kernels."""
    return {kernel_in(process) for process in processes}


def kill(process: psutil.Process) -> None:
    """End a process and wait until it has; one that was not forked stays a zombie until the server looks."""
    process.kill()
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            pass


def wait_for_other_processes(server: Server, killed: list[psutil.Process]) -> None:
    """Jupyter starts others under the same ids, every three seconds."""
    _, alive = psutil.wait_procs(killed, timeout=10)
    assert alive == []
    ids: set[str] = set()
    for _ in range(400):
        others = [process for process in server.kernels() if process not in killed]
        ids = kernel_ids(others)
        if len(ids) >= len(killed):
            return
        psutil.wait_procs(others, timeout=0.05)
    raise AssertionError(f"only {ids} are back")


@pytest.mark.parametrize("restarted", [False, True], ids=["at once", "restarted by Jupyter"])
def test_a_preheated_kernel_that_died_is_given_to_nobody(preheated: Server, restarted: bool) -> None:
    killed = preheated.kernels()
    dead = kernel_ids(killed)
    assert dead
    for process in killed:
        kill(process)
    if restarted:
        wait_for_other_processes(preheated, killed)
    given = {Person(preheated).wait_for_dashboard().kernel_id for _ in range(3)}
    assert len(given) == 3
    assert {kernel_id[:KERNEL_DIGITS] for kernel_id in given} & dead == set()


def test_a_start_that_fails_is_tried_once_more(failing: tuple[Server, FailingKernels]) -> None:
    server, kernels = failing
    before = kernels.starts()
    kernels.fail(1)
    page = ask(server)
    assert page.status == 200
    assert "widget-view+json" in page.text
    assert not has_ended(server.kernel(page.kernel_id))
    assert kernels.starts() == before + 2


def test_a_start_that_fails_twice_is_said_in_one_sentence_of_each_language(
    failing: tuple[Server, FailingKernels],
) -> None:
    server, kernels = failing
    before = kernels.starts()
    kernels.fail(2)
    page = ask(server, "/?problem=digits")
    assert page.status == 503
    assert kernels.starts() == before + 2
    texts = dict(re.findall(r'<p lang="(\w+)">(.*?)</p>', page.text))
    assert texts["en"].replace("&#x27;", "'") == FAILED
    assert "zh" in texts
    inside = ["Traceback", "swordfish", str(kernels.folder), "kernel"]
    assert [word for word in inside if word in page.text] == []


def test_after_a_failed_start_the_next_visitor_gets_a_page(failing: tuple[Server, FailingKernels]) -> None:
    server, kernels = failing
    kernels.fail(2)
    assert ask(server).status == 503
    assert ask(server).status == 200
