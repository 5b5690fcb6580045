"""A surface in space that a person has turned stays as they left it while frames come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.support.board_page import BoardPage
from widgets.board.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CAMERA = "document.querySelector('[data-panel=space]')._fullLayout.scene._scene.getCamera().eye"
EYE = {"x": -1.3, "y": -1.3, "z": 1.0}


@pytest.fixture(scope="module")
def board(browser: Browser) -> Iterator[BoardPage]:
    """A page with one surface and a path on it."""
    grid = np.linspace(-1, 1, 12)
    made = go.Figure([
        go.Surface(x=grid, y=grid, z=grid[:, None] ** 2 + grid[None, :] ** 2, showscale=False),
        go.Scatter3d(x=[0.0], y=[0.0], z=[0.1], mode="lines"),
    ])  # fmt: skip
    made.update_layout(scene={"camera": {"eye": EYE}}, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    with browser.new_context(viewport={"width": 700, "height": 400}) as context:
        yield BoardPage(context.new_page(), [Panel("space", "Space", made)])


def frame(step: int) -> dict[str, Any]:
    path = np.linspace(0, 0.1 * step, 5)
    return {"step": step, "panels": {"space": {"traces": {1: {"x": path, "y": path, "z": path**2 + 0.1}}}}}


def eye(board: BoardPage) -> list[float]:
    found = board.page.evaluate(CAMERA)
    return [found[axis] for axis in "xyz"]


def turn(board: BoardPage) -> list[float]:
    """Drag across the surface; frames come meanwhile."""
    box = board.page.locator("[data-panel=space]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    board.page.mouse.move(x, y)
    board.page.mouse.down()
    board.page.mouse.move(x + 40, y + 10, steps=4)
    board.draw(frame(2))
    board.page.mouse.move(x + 90, y + 20, steps=4)
    board.page.mouse.up()
    board.page.wait_for_function("document.querySelector('[data-panel=space]').dataset.step === '2'")
    return eye(board)


def test_it_stays_as_the_person_left_it_until_a_double_click(board: BoardPage) -> None:
    board.draw(frame(1))
    before = eye(board)
    turned = turn(board)
    assert turned != pytest.approx(before, abs=0.1)
    for step in (3, 4):
        board.draw(frame(step))
    assert eye(board) == pytest.approx(turned, abs=1e-6)
    board.page.evaluate("document.querySelector('.dl-root').setAttribute('data-theme', 'dark')")
    board.draw(frame(5))
    assert eye(board) == pytest.approx(turned, abs=1e-6)
    board.page.locator("[data-panel=space]").dblclick(position={"x": 300, "y": 130})
    board.page.wait_for_function(
        f"Math.abs({CAMERA}.x - {EYE['x']}) < 1e-6 && Math.abs({CAMERA}.z - {EYE['z']}) < 1e-6"
    )
