"""What being watched costs training: its throughput with the page open against the same run with no page.

The kernel has one core to itself, browser and server the other, so that what is measured is the kernel's
own work for the page and not the browser's share of the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psutil

from core.config import TrainingConfig
from core.objectives import build_objective
from core.run import Run
from core.trainer_factory import build_trainer
from tests.bench_browser import EPOCHS, Watched, chromium, serving, watched
from tests.bench_figures import Figure, median
from tests.browser import ROOT

SECONDS = 15
WARM_UP_S = 5  # until the history is full and being thinned, as it is for the rest of a long run
ROUNDS = 2


def measure() -> Iterator[Figure]:
    """The throughput of a watched run relative to an unwatched one."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
        print("tax needs two cores and a system that can pin processes to them (Linux)", file=sys.stderr)
        return
    kernel_core, page_core = sorted(os.sched_getaffinity(0))[:2]
    alone, seen = [], []
    for _ in range(ROUNDS):
        alone.append(_unwatched(kernel_core))
        with _on_core(page_core):
            seen.append(_watched(kernel_core))
    against = f"{median(alone):,.0f} steps/s with no page, one core each; here {median(seen):,.0f} steps/s"
    yield Figure("tax.throughput", median(seen) / median(alone), "x", 0.9, against.replace(",", " "))


def _watched(kernel_core: int) -> float:
    """Steps per second of a run at full speed with its page open."""
    with chromium() as browser, serving("voila") as host:
        pin([thread.id for kernel in host.server.kernels() for thread in kernel.threads()], kernel_core)
        with watched(browser, host) as watch:
            watch.play_at_full_speed()
            watch.page.wait_for_timeout(1000 * WARM_UP_S)
            return _rate(watch)


def _rate(watch: Watched) -> float:
    """Steps per second between the first and the last frame of the window."""
    first = len(watch.traffic.messages)
    watch.page.wait_for_timeout(1000 * SECONDS)
    frames = [content for content in watch.traffic.board(first) if content["kind"] == "frame"]
    begin, end = frames[0], frames[-1]
    return (end["step"] - begin["step"]) / (end["time"] - begin["time"])


def _unwatched(core: int) -> float:
    """Steps per second of the same run in a process of its own that shows it to nobody."""
    command = [sys.executable, "-m", "tests.bench_tax"]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    pin([process.pid], core)
    return float(process.communicate()[0])


def run_unwatched() -> float:
    """Steps per second of the page's first run at full speed, in this process."""
    config = TrainingConfig()
    run = Run(lambda: build_trainer(config, build_objective(config)), int(EPOCHS))
    run.start()
    run.play()
    while run.step == 0:
        time.sleep(0.1)
    time.sleep(WARM_UP_S)
    begin, started = run.step, time.perf_counter()
    time.sleep(SECONDS)
    return (run.step - begin) / (time.perf_counter() - started)


def pin(threads: Iterable[int], core: int) -> None:
    """Lets these threads, and those they start from now on, run on `core` alone."""
    for thread in threads:
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
    print(run_unwatched())
