"""A chart taken away as a picture shows what is on the screen, under its title and step, on the theme's colour."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.support.board_page import BoardPage
from tests.support.board_visitor import line
from widgets.board.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def board(browser: Browser) -> Iterator[BoardPage]:
    with browser.new_context(viewport={"width": 1200, "height": 900}) as context:
        yield BoardPage(context.new_page(), [Panel("loss", "Loss of a batch", line())])


def taken(board: BoardPage, words: str) -> Path:
    """The file that the menu of the chart gives."""
    board.draw({"step": 7, "panels": {"loss": {"traces": {"0": {"y": [3.0, 2.0, 1.0]}}, "layout": {}}}})
    board.page.locator(".dl-card-more summary").click()
    with board.page.expect_download() as download:
        board.page.get_by_role("button", name=words).click()
    assert download.value.suggested_filename.startswith("loss-step-7.")
    return Path(download.value.path())


def test_a_drawing_has_the_curve_the_title_and_the_step_and_needs_nothing_else(board: BoardPage) -> None:
    text = taken(board, "Save as SVG").read_text()
    drawing = ElementTree.fromstring(text)
    words = [element.text for element in drawing.iter(f"{SVG}text")]
    assert "Loss of a batch · Step 7" in words
    curves = [path.get("d", "") for path in drawing.iter(f"{SVG}path") if path.get("class") == "js-line"]
    heights = [float(point.split(",")[1]) for point in curves[0].removeprefix("M").split("L")]
    assert heights == sorted(heights)  # it falls: a screen counts from above
    assert "var(" not in text
    assert "http" not in text.replace("http://www.w3.org/", "")


def test_a_picture_is_as_large_as_the_chart_on_a_sharp_screen(board: BoardPage) -> None:
    content = taken(board, "Save as PNG").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    chart = board.page.locator("[data-panel=loss]").bounding_box()
    assert chart is not None
    assert (width, height) == (2 * round(chart["width"]), 2 * (round(chart["height"]) + 40))
