"""The cost of being watched: the throughput of training with the page open against the same run with no page.

The kernel has one core to itself, browser and server the other, so that what is measured is the kernel's
own work for the page and not the browser's share of the machine. The two runs take turns on their core,
since what a core does in a second changes from minute to minute.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil

from core.config.training_config import TrainingConfig
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.runs.run import Run
from core.training.build import build_objective, build_trainer
from tests.bench.browser import EPOCHS, Watched, chromium, serving, watched
from tests.bench.figures import Figure, median
from tests.support.browser import ROOT, Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.objectives.objective import Objective

SECONDS = 5
WARM_UP_S = 2
FIRST_LOOKS_S = 10  # until every probe was called once: the first call compiles, which is no tax but a start
ROUNDS = 8
REST_S = 0.5  # a kernel that used hardly any time of its core for so long is at rest
LONGEST_WAIT_S = 60


def measure() -> Iterator[Figure]:
    """The throughput of a watched run relative to an unwatched one."""
    if can_pin():
        yield figure("tax.throughput", "", ROUNDS)


def can_pin() -> bool:
    """Return True if there are two cores that processes can be pinned to; say so if not."""
    able = hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) >= 2
    if not able:
        print("tax needs two cores and a system that can pin processes to them (Linux)", file=sys.stderr)
    return able


def figure(name: str, query: str, rounds: int) -> Figure:
    """The tax on the run of the page that the link `query` opens."""
    kernel_core, page_core = sorted(os.sched_getaffinity(0))[:2]
    with _on_core(page_core), chromium() as browser, serving("voila") as host:
        training = _training(host.server)  # engines to come are forked from one of these, and stay on its core
        pin([thread.id for process in training for thread in process.threads()], kernel_core)
        with watched(browser, host, query) as watch, _unwatched_run(kernel_core, query) as unwatched:
            rates = _take_turns(watch, host.server, unwatched, rounds)
    seen, alone = (median(column) for column in zip(*rates, strict=True))
    against = f"{alone:,.0f} steps/s with no page, one core each and taking turns. Here {seen:,.0f} steps/s"
    return Figure(name, median([seen / alone for seen, alone in rates]), "x", 0.95, against.replace(",", " "))


def _take_turns(watch: Watched, server: Server, unwatched: psutil.Popen, times: int) -> list[tuple[float, float]]:
    """Steps per second of the watched and of the unwatched run, in each round; one rests meanwhile."""
    _ask(unwatched)  # it is prepared, and its history as full as it gets
    watch.play_at_full_speed()
    watch.page.wait_for_timeout(1000 * FIRST_LOOKS_S)
    rounds = []
    for _ in range(times):
        watch.page.wait_for_timeout(1000 * WARM_UP_S)
        seen = _rate(watch)
        watch.press_play()
        _wait_for_rest(watch, server)
        rounds.append((seen, _ask(unwatched)))
        watch.press_play()
    return rounds


def _wait_for_rest(watch: Watched, server: Server) -> None:
    """Waits until kernel and engine have found out and drawn all that a paused page shows."""
    used, before = float("inf"), _core_seconds(_training(server))
    deadline = time.monotonic() + LONGEST_WAIT_S
    while used > REST_S / 20:
        assert time.monotonic() < deadline, "a page that is paused does not come to rest"
        watch.page.wait_for_timeout(1000 * REST_S)
        now = _core_seconds(_training(server))
        used, before = now - before, now


def _training(server: Server) -> list[psutil.Process]:
    return server.kernels() + server.trainers()


def _core_seconds(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _rate(watch: Watched) -> float:
    """Steps per second between the first and the last frame of a window."""
    first = len(watch.traffic.messages)
    watch.page.wait_for_timeout(1000 * SECONDS)
    frames = [content for content in watch.traffic.board(first) if content["kind"] == "frame"]
    begin, end = frames[0], frames[-1]
    return (end["step"] - begin["step"]) / (end["time"] - begin["time"])


@contextmanager
def _unwatched_run(core: int, query: str) -> Iterator[psutil.Popen]:
    """A process with the page's run and no page, at rest until asked for its rate."""
    command = [sys.executable, "-m", "tests.bench.tax", query]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = psutil.Popen(command, cwd=ROOT, text=True, bufsize=1, **pipes)
    try:
        pin([process.pid], core)
        yield process
    finally:
        process.kill()
        process.wait()


def _ask(unwatched: psutil.Popen) -> float:
    """Steps per second of the unwatched run, which plays for as long as a window takes."""
    unwatched.stdin.write("play\n")
    return float(unwatched.stdout.readline())


def answer_for_unwatched_run(query: str) -> None:
    """Plays the run of a link at full speed once for each line of input and prints its steps per second."""
    config, _ = TrainingConfig.from_query(query)
    config = config.replace(epochs=EPOCHS)  # as the page is told
    run = Run(lambda: build_trainer(config, _objective(config)), int(EPOCHS))
    run.start()
    for _ in sys.stdin:
        run.play()
        while run.steps_per_second() is None:
            time.sleep(0.1)
        time.sleep(WARM_UP_S)
        begin, started = run.step, time.perf_counter()
        time.sleep(SECONDS)
        print((run.step - begin) / (time.perf_counter() - started), flush=True)
        run.pause()


def _objective(config: TrainingConfig) -> Objective:
    return build_learner(ModelSetup.of(config)).objective if config.learns else build_objective(config)


def pin(threads: Iterable[int], core: int) -> None:
    """Lets these threads, and those they start from now on, run on `core` alone."""
    for thread in threads:
        with suppress(ProcessLookupError):  # it has ended
            os.sched_setaffinity(thread, {core})


@contextmanager
def _on_core(core: int) -> Iterator[None]:
    """Lets this thread, and every process it starts, run on `core` alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


if __name__ == "__main__":
    answer_for_unwatched_run(sys.argv[1])
