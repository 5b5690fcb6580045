"""The wait for a run: from opening the served page, or choosing a model, to step 0 and to the first trained step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.engines.spares import ENGINE
from tests.bench.browser import EPOCHS, PREPARED_TIMEOUT_MS, Watched, chromium, serving, watched
from tests.bench.figures import Figure, median
from tests.support.browser import READY_TIMEOUT_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil
    from playwright.sync_api import Browser

    from tests.support.browser import Host

VISITS = 3
SETTLE_S = 20  # for the server: what it prepares ahead of visitors is prepared
REST_S = 40  # until it has one of each model ready again
MODELS = (("ready.model.digits", "digits", 2.5), ("ready.model.decoder", "python_help&family=decoder", 6.0))
STEP_SHOWN = """(least) => {
  const shown = document.querySelector("[data-dl-slot=step]")?.textContent ?? "";
  return /\\d/.test(shown) && Number(shown.replace(/\\D/g, "")) >= least;
}"""


# Tasks of the page in ms that began once its button to play was there.
TASKS = """() => {
  const tasks = globalThis.benchTasks = [];
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".dl-play")) return;
    observer.disconnect();
    const there = performance.now();
    new PerformanceObserver((list) => tasks.push(...list.getEntries()
      .filter((task) => task.startTime >= there).map((task) => task.duration)))
      .observe({ type: "longtask", buffered: true });
  }).observe(document, { childList: true, subtree: true });
}"""


def measure() -> Iterator[Figure]:
    """Seconds until a visitor's first step, and from choosing a model until it can be played and has taken a step."""
    with chromium() as browser, serving("voila") as host:
        time.sleep(SETTLE_S)
        visits = [_first_step(browser, host) for _ in range(VISITS)]
        against = f"median of {VISITS} visits: from opening the page, with Play pressed as soon as it is there"
        yield Figure("ready.first_step", median([seconds for seconds, _ in visits]), "s", 3, against, at_most=True)
        against = f"median of {VISITS} visits: the page's longest task after Play appeared"
        yield Figure("ready.longest_task", median([longest for _, longest in visits]), "ms", 200, against, at_most=True)
        yield from _memory(browser, host)
        for name, query, target in MODELS:
            problem = query.partition("&")[0]
            time.sleep(REST_S)
            rested = _since_chosen(browser, host, problem, "decoder" in query, plays=True)
            against = (
                f"from choosing {problem} to its first trained step, Play pressed at once, on a server that rested"
            )
            yield Figure(f"{name}.rested", rested, "s", target, against, at_most=True)
            waits = [_model(browser, host, problem, "decoder" in query) for _ in range(VISITS)]
            against = f"median of {VISITS}: from choosing {problem} on a page that stands to step 0 being shown"
            yield Figure(name, median([shown for shown, _ in waits]), "s", target, against, at_most=True)
            against = (
                "the same until its first trained step, with Play pressed at once; visitors right after each other"
            )
            trained = median([trained for _, trained in waits])
            yield Figure(f"{name}.trained", trained, "s", target, against, at_most=True)


def _memory(browser: Browser, host: Host) -> Iterator[Figure]:
    """The memory that a visitor's kernel and engine share with no other process, while the regression plays."""
    with watched(browser, host, f"epochs={EPOCHS}") as watch:
        watch.press_play()
        watch.page.wait_for_function(STEP_SHOWN, arg=100, timeout=PREPARED_TIMEOUT_MS)
        trainers = host.server.trainers()
        servers = {process.pid for process in trainers}
        engine = max(
            _private(process) for process in trainers if process.name() == ENGINE
        )  # spares of models are larger
        kernel = max(_private(process) for process in host.server.kernels())
        shared = max(_private(process) for process in trainers if process.ppid() not in servers)
    against = "private memory of a kernel whose page is looked at; of the fork server, which all share, "
    yield Figure("memory.visitor", kernel, "MB", 80, f"{against}{shared:.0f} MB", at_most=True)
    yield Figure("memory.engine", engine, "MB", 120, "private memory of the engine of a regression", at_most=True)


def _private(process: psutil.Process) -> float:
    """The process's private memory in MB."""
    return process.memory_full_info().uss / 1e6


def _first_step(browser: Browser, host: Host) -> tuple[float, float]:
    """Seconds until the first step, and the longest task in ms."""
    with browser.new_context(viewport={"width": 1440, "height": 960}) as context:
        page = context.new_page()
        page.add_init_script(f"({TASKS})()")
        began = time.perf_counter()
        host.open(page, wait_until_ready=False)
        page.locator(".dl-play").click(timeout=READY_TIMEOUT_MS)
        page.wait_for_function(STEP_SHOWN, arg=1, timeout=PREPARED_TIMEOUT_MS)
        seconds = time.perf_counter() - began
        longest = page.evaluate("Math.max(0, ...benchTasks)")
        host.leave(page)
        return seconds, longest


def _model(browser: Browser, host: Host, problem: str, as_decoder: bool) -> tuple[float, float]:
    """Seconds from choosing a model to step 0, and in a visit of its own to a first step with Play pressed at once."""
    shown, trained = (_since_chosen(browser, host, problem, as_decoder, plays) for plays in (False, True))
    return shown, trained


def _since_chosen(browser: Browser, host: Host, problem: str, as_decoder: bool, plays: bool) -> float:
    with watched(browser, host) as watch:
        watch.page.wait_for_function(STEP_SHOWN, arg=0, timeout=PREPARED_TIMEOUT_MS)
        if as_decoder:
            _choose(watch, "problem", problem)
            watch.page.wait_for_function(STEP_SHOWN, arg=0, timeout=PREPARED_TIMEOUT_MS)
        began = time.perf_counter()
        _choose(watch, *(("family", "decoder") if as_decoder else ("problem", problem)))
        if plays:
            watch.press_play()
        else:
            watch.page.wait_for_function(f"(least) => !({STEP_SHOWN})(least)", arg=0)
        watch.page.wait_for_function(STEP_SHOWN, arg=1 if plays else 0, timeout=PREPARED_TIMEOUT_MS)
        return time.perf_counter() - began


def _choose(watch: Watched, name: str, value: str) -> None:
    """Picks an option of a menu by the setting's value."""
    from core.config.training_config import FIELDS

    label = next(str(label) for label, option in FIELDS[name].options if option == value)
    watch.page.locator(f".dl-field-{name} select").select_option(label=label)
