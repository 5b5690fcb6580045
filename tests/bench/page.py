"""The wait of a visitor: bytes until the charts stand, and time until the controls can be used."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import nbformat

from tests.bench.browser import Traffic, chromium, fresh_page
from tests.bench.figures import Figure, median
from tests.support.browser import READY, READY_TIMEOUT_MS, ROOT, Host, Server, voila_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

VISITS = 3
IDLE_PERCENT = 5
CONTROLS = ".dl-play"
EMPTY = "text=Nothing here."


@dataclass(frozen=True)
class Visit:
    """The seconds until a page was usable, and the bytes on its websockets until it stood.

    `has_tensorflow`: whether a kernel had loaded TensorFlow by the time the page was usable.
    """

    seconds: float
    n_bytes: int
    has_tensorflow: bool


def measure() -> Iterator[Figure]:
    """Bytes, time beyond an empty page's with cold kernels, TensorFlow's absence, time with preheated ones."""
    with chromium() as browser:
        empty, cold = _cold_visits(browser)
        warm = [_preheated_visit(browser) for _ in range(VISITS)]
    visits = cold + warm
    n_bytes = max(visit.n_bytes for visit in visits)
    yield Figure("page.bytes", n_bytes / 1e6, "MB", 1.8, "on the websocket until all charts stand", at_most=True)
    base, usable = median(empty), median([visit.seconds for visit in cold])
    against = f"beyond an empty Voilà page ({base:.2f} s), cold kernels; here {usable:.2f} s until Play is shown"
    yield Figure("page.cold", usable - base, "s", 2, against, at_most=True)
    loaded = sum(visit.has_tensorflow for visit in visits)
    before = f"visits of {len(visits)} whose kernel loaded TensorFlow before the controls were there"
    yield Figure("page.tensorflow", loaded, "visits", 0, before, at_most=True)
    seconds = median([visit.seconds for visit in warm])
    yield Figure("page.preheated", seconds, "s", 2.5, "in all, until Play is shown; preheated kernels", at_most=True)


def _cold_visits(browser: Browser) -> tuple[list[float], list[Visit]]:
    """Seconds of the visits to an empty page, and the visits to the dashboard, in turns."""
    empty, full = [], []
    with _cold_server(None) as nothing, _cold_server(ROOT / "dashboard.ipynb") as dashboard:
        for _ in range(VISITS):
            with fresh_page(browser) as page:
                empty.append(_seconds_until(page, nothing, EMPTY))
                _leave(page, nothing)
            full.append(_visit(browser, dashboard))
    return empty, full


@contextmanager
def _cold_server(notebook: Path | None) -> Iterator[Server]:
    """Voilà without preheated kernels on the notebook, or on an empty one with the same settings."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with voila_server(folder, notebook or _empty_notebook(folder), preheated=False) as server:
            yield server


def _empty_notebook(folder: Path) -> Path:
    shutil.copy(ROOT / "voila.json", folder)
    cells = [nbformat.v4.new_markdown_cell("Nothing here."), nbformat.v4.new_code_cell("pass")]
    path = folder / "empty.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def _preheated_visit(browser: Browser) -> Visit:
    """The first visit to a server whose pool stands."""
    with TemporaryDirectory() as folder, voila_server(Path(folder)) as server:
        _wait_until_idle(server)
        return _visit(browser, server)


def _wait_until_idle(server: Server) -> None:
    """Returns when server and kernels have come to rest: the pool counts kernels that still start."""
    while any(p.cpu_percent(interval=0.5) > IDLE_PERCENT for p in [server.process, *server.kernels()]):
        pass


def _visit(browser: Browser, server: Server) -> Visit:
    traffic = Traffic()
    with fresh_page(browser) as page:
        traffic.listen(page)
        seconds = _seconds_until(page, server, CONTROLS)
        loaded = _has_tensorflow(server)
        page.wait_for_selector(READY, timeout=READY_TIMEOUT_MS)
        n_bytes = traffic.n_bytes()
        _leave(page, server)
    return Visit(seconds, n_bytes, loaded)


def _seconds_until(page: Page, server: Server, selector: str) -> float:
    started = time.perf_counter()
    page.goto(server.url, wait_until="commit")
    page.wait_for_selector(selector, timeout=READY_TIMEOUT_MS)
    return time.perf_counter() - started


def _leave(page: Page, server: Server) -> None:
    Host("voila", server).leave(page)
    page.wait_for_timeout(1000)  # for the kernel to end


def _has_tensorflow(server: Server) -> bool:
    return any("tensorflow" in m.path for k in server.kernels() for m in k.memory_maps())
