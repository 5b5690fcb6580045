"""A fit in a notebook's cell, watched: the page moves while the cell runs, and stands when it was broken off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.support.browser import READY, READY_TIMEOUT_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.support.browser import Host

CELL = """
import keras
import numpy as np
from widgets.watch import Watch

x = np.random.default_rng(0).normal(size=(3200, 8)).astype("float32")
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(1)])
model.compile("sgd", "mse")
history = model.fit(x, x[:, :1], epochs=1_000_000, verbose=0, callbacks=[Watch()])
"""
STEP = "() => Number(document.querySelector('[data-kernel-step]').dataset.kernelStep)"
DRAWN = "() => document.querySelector('[data-panel=loss]')?.data?.at(-1).x.at(-1) ?? 0"
RUNS, RAN = "[*]:", "[1]:"


@pytest.fixture
def fit(lab: Host, page: Page) -> Iterator[Page]:
    """A page on which the cell runs and the charts stand."""
    notebook = new_notebook(cells=[new_code_cell(CELL)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (lab.server.log.parent / "watch.ipynb").write_text(nbformat.writes(notebook))
    lab.open_in_lab(page, "watch.ipynb")
    lab.run_notebook(page, wait_until_ready=False)
    page.wait_for_selector(READY, timeout=READY_TIMEOUT_MS)
    yield page
    lab.leave(page)


def prompt(page: Page, text: str) -> Locator:
    """The cell's prompt, once it reads `text`."""
    return page.locator(".jp-InputPrompt", has_text=text)


def assert_moves(page: Page) -> None:
    """Waits until numbers and curve are of a later step than now, while the cell runs."""
    step, drawn = page.evaluate(STEP), page.evaluate(DRAWN)
    page.wait_for_function(f"([step, drawn]) => ({STEP})() > step && ({DRAWN})() > drawn", arg=[step, drawn])
    assert prompt(page, RUNS).count() == 1


def test_the_page_moves_while_the_cell_runs_and_stop_ends_it(fit: Page) -> None:
    for _time in range(3):
        assert_moves(fit)
    fit.get_by_role("button", name="Stop", exact=True).click()
    fit.get_by_text("Ended early.").wait_for()
    prompt(fit, RAN).wait_for()
    assert fit.evaluate(DRAWN) == fit.evaluate(STEP) - 1  # rows are numbered from 0


def test_an_interrupted_cell_leaves_the_page_with_its_last_numbers(fit: Page) -> None:
    assert_moves(fit)
    fit.get_by_role("menuitem", name="Kernel", exact=True).click()
    fit.get_by_role("menuitem", name=re.compile("^Interrupt Kernel")).click()
    fit.get_by_text("Interrupted.").wait_for()
    assert fit.locator(".jp-OutputArea-output", has_text="KeyboardInterrupt").count() > 0
    assert fit.evaluate(DRAWN) == fit.evaluate(STEP) - 1
