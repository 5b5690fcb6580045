"""The page with moving charts that tests of the board's JavaScript share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.moving_charts import frame, moving_charts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.board_page import BoardPage


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BoardPage]:
    """One page for all tests of a file."""
    with browser.new_context(viewport={"width": 1400, "height": 700}) as context:
        yield moving_charts(context.new_page())


@pytest.fixture
def board(shared: BoardPage) -> BoardPage:
    """That page, the pointer aside, after frames that were drawn fast."""
    shared.page.mouse.move(0, 0)
    shared.page.set_viewport_size({"width": 1400, "height": 700})
    for step in range(1, 4):
        shared.draw(frame(step))
    return shared
