"""Kept runs: how long a list of 1000 and the curves of 50 long ones take, and what recording costs training."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config.training_config import TrainingConfig
from core.engines.launcher import engines
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.bench.browser import chromium
from tests.bench.figures import Figure, median, p95
from tests.support.board_page import BoardPage
from tests.support.kept_runs import columns_of
from widgets.compare.compare_tab import CompareTab
from widgets.compare.pinned import PinnedRuns
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNS, CURVES, STEPS = 1000, 50, 100_000
FILTERS = ("lr < 0.1", "optimizer = adam", "lr < 0.5 and steps > 1", "starred or loss < 1", "")
CHOICES = (
    ("axis", "epochs"), ("axis", "seconds"), ("scale", "linear"), ("smoothing", "0.9"), ("smoothing", "0.99"),
    ("smoothing", "off"), ("axis", "examples"), ("scale", "log"), ("smoothing", "0.9"), ("axis", "steps"),
)  # fmt: skip
PLAY_S, ROUNDS = 12.0, 3


def measure() -> Iterator[Figure]:
    """The list, its filters, the redrawn curves and their bytes, and the share of training that recording takes."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _list(Path(folder) / "many.db")
        yield from _curves(Path(folder) / "long.db")
        yield _recording(Path(folder) / "written.db")


def _list(path: Path) -> Iterator[Figure]:
    store = RunStore(path)
    for number in range(RUNS):
        optimizer = ("sgd", "adam")[number % 2]
        store.add(**columns_of(TrainingConfig(learning_rate=0.001 * (number + 1), optimizer=optimizer), loss=0.5))
    store.close()
    began = time.perf_counter()
    store = RunStore(path)
    tab = CompareTab(lambda: store, lambda: None, PinnedRuns())
    tab.draw()
    opened = time.perf_counter() - began
    yield Figure("runs.list", opened, "s", 1, f"{RUNS} kept runs: file opened, read, list made", at_most=True)
    times = [1000 * _timed(tab, partial(tab._on_list, "filter", {"text": text})) for text in FILTERS * 4]
    yield Figure("runs.filter", p95(times), "ms", 100, f"p95 of {len(times)} filters of {RUNS} runs", at_most=True)


def _curves(path: Path) -> Iterator[Figure]:
    store, numbers = RunStore(path), np.random.default_rng(0)
    for number in range(CURVES):
        id = store.add(**columns_of(TrainingConfig(learning_rate=0.001 * (number + 1))))
        loss = np.exp(-np.arange(STEPS) / 2e4) + 0.1 * numbers.random(STEPS)
        recorded = RecordedColumns({"step": np.arange(STEPS), "loss": loss.astype(np.float32)}, {})
        store.record(id, recorded, steps=STEPS, seconds=50.0, steps_per_epoch=100, batch=32)
    tab = CompareTab(lambda: store, lambda: None, PinnedRuns())
    tab.draw()
    with chromium() as browser:
        page = BoardPage(browser.new_page(viewport={"width": 1440, "height": 900}), [_panel(tab)])
        page.page.evaluate("document.querySelector('.dl-board').classList.add('dl-many-curves')")  # as the tab does
        page.draw(_frame(tab))
        times, sizes = [], []
        for name, value in CHOICES:
            began = time.perf_counter()
            tab._on_board("switch", {"name": name, "value": value})
            tab.draw()
            page.draw(_frame(tab))
            times.append(1000 * (time.perf_counter() - began))
            sizes.append(sum(len(buffer) for buffer in page.last_buffers) / 1e6)
    curves = f"{CURVES} runs of {STEPS} steps"
    yield Figure("runs.redraw", p95(times), "ms", 300, f"p95 of {len(times)} changes of {curves}", at_most=True)
    yield Figure("runs.bytes", max(sizes), "MB", 2, f"most to the page at once, {curves}", at_most=True)


def _panel(tab: CompareTab) -> Any:
    return next(iter(tab._board.widget._shown.values())).panel


def _frame(tab: CompareTab) -> dict[str, Any]:
    """What the tab's own board would send, which no page looks at here."""
    return {"step": 0, "panels": tab._board._updates}


def _timed(tab: CompareTab, ask: Callable[[], None]) -> float:
    began = time.perf_counter()
    ask()
    tab.draw()
    return time.perf_counter() - began


def _recording(path: Path) -> Figure:
    """How much slower a run at full speed is while it is recorded; turns about, in one engine."""
    connect, store = engines(), RunStore(path)
    ratios = []
    for _round in range(ROUNDS):
        plain = _steps_per_second(Session(_long(), _no_frames, connect=connect), is_recorded=False)
        kept = _steps_per_second(Session(_long(), _no_frames, connect=connect, store=lambda: store), is_recorded=True)
        ratios.append(kept / plain)
    against = f"median of {ROUNDS} turns of {PLAY_S:.0f} s with and without, regression at full speed, SQLite file"
    return Figure("runs.recording", 100 * (1 - median(ratios)), "%", 2, against, at_most=True)


def _steps_per_second(session: Session, is_recorded: bool) -> float:
    if not is_recorded:
        session._recorder._closed = True  # it neither looks nor keeps
        session._recorder.start = lambda: None  # type: ignore[method-assign]  # the run without a recorder
    session.take_steps(10)
    session.wait()
    before, began = session.run.step, time.perf_counter()
    session.play()
    time.sleep(PLAY_S)
    session.pause()
    session.wait()
    rate = (session.run.step - before) / (time.perf_counter() - began)
    session.staged.close()
    session._recorder._leave()
    return rate


def _long() -> TrainingConfig:
    return TrainingConfig(epochs=500_000_000)


def _no_frames(urgent: bool = False) -> None:
    """Nobody looks."""
