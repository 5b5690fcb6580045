"""The page in another language: nothing is left in English, nothing is cut off, and a switch loses no step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.page_texts import bare_texts, clipped_texts, watch_language_change
from tests.support.pseudo_locale import TAG
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

    from tests.conftest import Visit
    from tests.support.browser import Host

WIDTHS = (1440, 1024, 420)
QUERIES = {
    "a line": "epochs=300",
    "a surface": "problem=himmelblau&optimizer=adam&epochs=300",
    "points": "problem=spiral&epochs=3&schedule=cosine",
    "images": "problem=digits&family=cnn&epochs=1",
    "a series": "problem=co2&family=rnn_gru&epochs=1",
    "reviews": "problem=python_help&family=transformer&epochs=1",
    "a refusal": "learning_rate=abc",
    "a CSV": "problem=csv",
}


ALL_IN_SIGHT = 5000  # pixels: a chart is drawn anew, in another language too, when it comes into sight

LOOKS, BETWEEN_LOOKS_MS = 50, 100  # at what is drawn


def played(visitor: Visitor) -> None:
    """Plays the run, where there is one, so that everything shows what it found."""
    page = visitor.page
    page.wait_for_function("document.querySelector('[data-dl-slot=notice-title]').textContent !== ''")
    page.locator(".dl-play").click()
    page.wait_for_function(
        'document.querySelectorAll(\'.dl-chart[data-step]:not([data-step=""]):not([data-step="0"])\').length > 2',
        timeout=PREPARED_MS,
    )


def bare_when_drawn(page: Page) -> dict[str, list[str]]:
    """The texts outside brackets once the charts that have come into sight are drawn."""
    for _look in range(LOOKS):
        if not (found := bare_texts(page)):
            break
        page.wait_for_timeout(BETWEEN_LOOKS_MS)
    return found


# The language of the page at every animation frame in which a person could see it.
SEEN_LANGUAGES = """
  window.seen = new Set();
  const look = () => {
    const root = document.querySelector(".dl-root .dl-header")?.closest(".dl-root");
    if (root?.checkVisibility({ visibilityProperty: true })) window.seen.add(root.lang);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""

RANGE = "() => document.querySelector('[data-panel=model]')._fullLayout.xaxis.range.join()"


def zoom_in(page: Page, area: FloatRect) -> None:
    """Drags a box over the middle of a chart."""
    page.mouse.move(area["x"] + 0.3 * area["width"], area["y"] + 0.3 * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + 0.6 * area["width"], area["y"] + 0.7 * area["height"], steps=5)
    page.mouse.up()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_text_is_translated_and_fits_at_every_width(visit: Visit, voila: Host, query: str) -> None:
    with visit(voila, f"lang={TAG}&{query}") as visitor:
        if query not in (QUERIES["a refusal"], QUERIES["a CSV"]):
            played(visitor)
        bare: dict[str, list[str]] = {}
        clipped: dict[int, dict[str, list[str]]] = {}
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": ALL_IN_SIGHT})
            visitor.page.wait_for_function(
                "width => document.querySelector('.dl-root').clientWidth === width", arg=width
            )
            bare |= bare_when_drawn(visitor.page)
            if found := clipped_texts(visitor.page):
                clipped[width] = found
        assert (bare, clipped) == ({}, {})


def test_the_language_changes_at_once_while_training_plays_on(visit: Visit, host: Host) -> None:
    with visit(host, "epochs=1000000") as visitor:
        visitor.play()
        visitor.wait("s => s.kernel > 20", PREPARED_MS)
        before = visitor.state()["kernel"]
        took = watch_language_change(visitor.page, TAG)
        assert [
            name for name, ms in took.items() if ms is None
        ] == []  # how many ms it took is printed by bench language
        visitor.wait("(s, before) => s.kernel >= before", argument=before)  # the strip is filled by the next frame
        assert visitor.state()["offered"].startswith("⟦")
        assert visitor.runs_on()
        assert visitor.page.locator(".dl-root").first.get_attribute("lang") == TAG
        assert visitor.errors == []


def test_what_is_zoomed_to_stays_when_the_language_changes(visit: Visit, voila: Host) -> None:
    with visit(voila, "epochs=300") as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        drag_area = visitor.page.locator("[data-panel=model] .nsewdrag").first.bounding_box()
        assert drag_area is not None
        whole = visitor.page.evaluate(RANGE)
        zoom_in(visitor.page, drag_area)
        visitor.page.wait_for_function(f"whole => ({RANGE})() !== whole", arg=whole)
        zoomed = visitor.page.evaluate(RANGE)
        took = watch_language_change(visitor.page, TAG)
        assert None not in took.values()
        assert visitor.page.evaluate(RANGE) == zoomed


def test_a_page_is_not_seen_before_it_is_in_its_visitor_s_language(browser: Browser, voila: Host) -> None:
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.add_init_script(SEEN_LANGUAGES)
        voila.open(page)
        assert page.evaluate("() => [...window.seen]") == ["zh"]
        voila.leave(page)
