"""What is in sight without scrolling on a desk, for a room, on a phone and in JupyterLab, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.page_layout import STAGES, Stage, hidden_of, shifts, watch_shifts
from tests.support.pseudo_locale import TAG as PSEUDO
from tests.support.visitor import PREPARED_MS, Visitor
from widgets.cards.number_strip import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.conftest import Visit
    from tests.support.browser import Host

COVERED = """root => {
  // Places at the left edge, one in each hundred pixels that are in sight, where a press would not reach the page.
  const { left, top, bottom } = root.getBoundingClientRect();
  const places = [];
  for (let y = Math.max(top, 120) + 5; y < Math.min(bottom, innerHeight - 60); y += 100) {
    if (!root.contains(document.elementFromPoint(left + 20, y))) places.push(y);
  }
  return places;
}"""
COVERED_FOCUS = """() => {
  // Name of what has the focus, in a list, if its middle is out of sight or something lies over it.
  const element = document.activeElement;
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const isSeen = there !== null && (element.contains(there) || there.contains(element));
  return isSeen ? [] : [`${element.getAttribute("aria-label") ?? element.textContent}`];
}"""
TABS = 70  # presses of a key: through the bar, the controls and two charts
MIN_TRACK_PX = 45  # for thirteen speeds
TABLET = Stage("voila", {"width": 768, "height": 1024})
VOILA_STAGES = [name for name, stage in STAGES.items() if stage.host == "voila"]


@pytest.fixture(scope="module")
def shown(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """One page for all sizes, which stands and is at rest."""
    with visit(voila) as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        yield visitor


def put_on(visitor: Visitor, stage: Stage) -> None:
    """Gives the page the stage's size and looks, and waits until its bar has taken its place."""
    visitor.page.set_viewport_size(stage.size)
    projector = visitor.page.locator(".dl-header button[aria-pressed]")
    if projector.get_attribute("aria-pressed") != str("projector" in stage.view).lower():
        projector.click()
    fits = "width => document.querySelector('.dl-root').clientWidth <= width"
    visitor.page.wait_for_function(fits, arg=stage.size["width"])
    visitor.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", VOILA_STAGES)
def test_what_a_run_needs_is_in_sight_without_scrolling(shown: Visitor, name: str, language: str) -> None:
    if shown.page.locator(".dl-root").get_attribute("lang") != language:
        shown.page.locator(f".dl-languages [lang={language}]").click()
        shown.page.wait_for_selector(f".dl-root[lang={language}]")
    put_on(shown, STAGES[name])
    assert hidden_of(shown.page, STAGES[name]) == []


@pytest.mark.parametrize("name", VOILA_STAGES)
def test_nothing_is_wider_than_the_screen(shown: Visitor, name: str) -> None:
    put_on(shown, STAGES[name])
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= STAGES[name].size["width"]


def is_one_line(visitor: Visitor) -> bool:
    """True if the first and the last button of the header stand beside one another, without the tests' own language."""
    visitor.page.evaluate("lang => document.querySelector(`.dl-languages [lang=${lang}]`)?.remove()", PSEUDO)
    buttons = visitor.page.locator(".dl-header button:visible")
    first, last = buttons.first.bounding_box(), buttons.last.bounding_box()
    assert first is not None
    assert last is not None
    return last["y"] < first["y"] + first["height"]


@pytest.mark.parametrize("name", ["desk", "projector", "large"])
def test_the_header_is_one_line(shown: Visitor, name: str) -> None:
    put_on(shown, STAGES[name])
    assert is_one_line(shown)


def numbers_in_sight(visitor: Visitor) -> tuple[list[str], list[str]]:
    """The slots of the bar's numbers that are in sight, and those of them that are cut at an edge of the strip."""
    cut = """strip => {
      const { left, top, right, bottom } = strip.getBoundingClientRect();
      const places = [...strip.children].map((one) =>
        [one.querySelector("[data-dl-slot]").dataset.dlSlot, one.getBoundingClientRect()]);
      const seen = places.filter(([, one]) => one.top < bottom - 1 && one.bottom > top + 1);
      const isCut = (one) => one.left < left || one.right > right || one.top < top - 1 || one.bottom > bottom + 1;
      return [seen.map(([name]) => name), seen.filter(([, one]) => isCut(one)).map(([name]) => name)];
    }"""
    seen, cut_off = visitor.page.locator(".dl-strip .dl-strip").evaluate(cut)
    return seen, cut_off


WIDTHS = (380, 420, 768, 1024, 1200, 1440)
STRIPS = [STAGES["projector"], *(Stage("voila", {"width": width, "height": 900}) for width in WIDTHS)]


@pytest.mark.parametrize("stage", STRIPS, ids=["projector", *map(str, WIDTHS)])
def test_no_number_of_the_bar_is_cut_and_those_without_room_are_scrolled_to(shown: Visitor, stage: Stage) -> None:
    put_on(shown, stage)
    strip = shown.page.locator(".dl-strip .dl-strip")
    seen, cut_off = numbers_in_sight(shown)
    assert cut_off == []
    assert {"step", "loss"} <= set(seen)
    lines = strip.evaluate("strip => Math.ceil(strip.scrollHeight / strip.clientHeight)")
    found = {*seen}
    for _line in range(lines):
        strip.evaluate("strip => strip.scrollBy({ top: strip.clientHeight, behavior: 'instant' })")
        seen, cut_off = numbers_in_sight(shown)
        assert cut_off == []
        found |= {*seen}
    strip.evaluate("strip => strip.scrollTo({ top: 0, behavior: 'instant' })")
    hidden = {"epoch"} if "projector" in stage.view else set()
    assert found == {slot for slot, _label, _colour in ITEMS} - hidden


@pytest.mark.parametrize("width", [380, 480, 560, 620, 700, 768, 820, 960])
def test_the_speed_has_a_track_and_no_button_is_cut_at_any_width(shown: Visitor, width: int) -> None:
    put_on(shown, Stage("voila", {"width": width, "height": 900}))
    track = shown.page.locator(".dl-speed .noUi-target").bounding_box()
    assert track is not None
    assert track["width"] > MIN_TRACK_PX
    ends = shown.page.locator(".dl-bar button:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().right)"
    )
    assert max(ends) <= width


def test_the_bar_stays_in_sight_where_the_page_is_scrolled_to_its_end(shown: Visitor) -> None:
    put_on(shown, STAGES["desk"])
    shown.page.evaluate("document.querySelector('.dl-formula').scrollIntoView()")
    assert shown.page.locator(".dl-play").evaluate("play => play.getBoundingClientRect().top") >= 0
    shown.page.evaluate("document.querySelector('.dl-root').scrollIntoView()")


@pytest.mark.parametrize(
    "stage", [STAGES["desk"], STAGES["projector"], STAGES["large"], TABLET], ids=lambda stage: str(stage.size["width"])
)
def test_no_verdict_of_a_run_moves_the_words_beside_it(shown: Visitor, stage: Stage) -> None:
    put_on(shown, stage)
    moved = """(titles) => {
      const [title, brief] = ["title", "brief"].map((part) => document.querySelector(`.dl-notice-${part}`));
      const before = title.textContent;
      const places = titles.map((words) => {
        title.textContent = words;
        return brief.getBoundingClientRect().left;
      });
      title.textContent = before;
      return new Set(places).size;
    }"""
    titles = ["Learning: R² 0.441.", "Not better than no model yet.", "Training, to be evaluated again soon."]
    assert shown.page.evaluate(moved, titles) == 1


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("name", VOILA_STAGES)
def test_nothing_lies_over_what_gets_the_focus_by_keys(shown: Visitor, name: str, key: str) -> None:
    put_on(shown, STAGES[name])
    covered = []
    for _ in range(TABS):
        shown.page.keyboard.press(key)
        covered += shown.page.evaluate(COVERED_FOCUS)
    assert covered == []
    shown.page.evaluate("document.activeElement.blur(); document.querySelector('.dl-root').scrollIntoView()")


def test_a_chart_that_is_covered_takes_no_focus(shown: Visitor) -> None:
    put_on(shown, STAGES["desk"])
    charts = """() => [...document.querySelectorAll(".dl-card")].map((card) =>
      [card.querySelector(".dl-card-cover").hidden, card.querySelector(".dl-chart").inert])"""
    assert all(hidden != inert for hidden, inert in shown.page.evaluate(charts))


def test_the_controls_fold_away_by_a_key_and_come_back(shown: Visitor) -> None:
    put_on(shown, STAGES["desk"])
    button, column = shown.page.locator(".dl-controls-button"), shown.page.locator(".dl-controls")
    assert (button.get_attribute("aria-expanded"), column.is_visible()) == ("true", True)
    shown.page.keyboard.press("c")
    assert (button.get_attribute("aria-expanded"), column.is_visible()) == ("false", False)
    shown.page.keyboard.press("c")
    assert (button.get_attribute("aria-expanded"), column.is_visible()) == ("true", True)


def test_on_a_phone_the_controls_are_a_drawer_that_escape_closes(shown: Visitor) -> None:
    put_on(shown, STAGES["phone"])
    button, column = shown.page.locator(".dl-controls-button"), shown.page.locator(".dl-controls")
    assert (button.get_attribute("aria-expanded"), column.is_visible()) == ("false", False)
    button.click()
    column.wait_for(state="visible")
    assert hidden_of(shown.page, STAGES["phone"])[:2] in ([], ["chart 1"])  # Play and the rate are within reach
    shown.page.keyboard.press("Escape")
    column.wait_for(state="hidden")


def test_a_pen_draws_over_the_charts_and_escape_clears(shown: Visitor) -> None:
    put_on(shown, STAGES["desk"])
    lines = shown.page.locator(".dl-pen polyline")
    draw(shown.page)
    assert lines.count() == 1
    shown.page.keyboard.press("Escape")
    assert lines.count() == 0


def test_escape_closes_one_thing_at_a_press_and_the_nearest_first(shown: Visitor) -> None:
    put_on(shown, STAGES["desk"])
    page = shown.page
    enlarged, lines = page.locator(".dl-card-enlarged"), page.locator(".dl-pen polyline")
    page.locator(".dl-card").first.hover()
    page.keyboard.press("f")
    enlarged.wait_for()
    page.locator(".dl-speed [role=slider]").focus()  # whoever has just set the speed means the chart, too
    for key, count in (("f", 0), ("f", 1)):
        page.keyboard.press(key)
        assert enlarged.count() == count
    draw(page)
    assert lines.count() == 1
    enlarged.locator(".dl-card-more summary").click()
    seen = []
    for _press in range(3):
        page.keyboard.press("Escape")
        seen.append((enlarged.locator(".dl-card-more[open]").count(), lines.count(), enlarged.count()))
    assert seen == [(0, 1, 1), (0, 0, 1), (0, 0, 0)]


def test_lines_of_the_pen_go_with_what_they_were_drawn_over(shown: Visitor) -> None:
    put_on(shown, STAGES["desk"])
    page = shown.page
    page.locator(".dl-card").first.hover()
    page.keyboard.press("f")
    draw(page)
    assert page.locator(".dl-pen polyline").count() == 1
    page.keyboard.press("PageDown")  # as a presenter's remote sends it
    assert page.locator(".dl-pen polyline").count() == 0
    assert page.locator(".dl-card-enlarged [data-panel]").get_attribute("data-panel") == "surface"
    page.keyboard.press("Escape")


def draw(page: Page) -> None:
    """Draws a line over the first card that is in sight, and puts the pen down again."""
    page.keyboard.press("d")
    place = page.locator(".dl-card:visible").first.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 60, place["y"] + 100)
    page.mouse.down()
    page.mouse.move(place["x"] + 160, place["y"] + 150, steps=4)
    page.mouse.up()
    page.keyboard.press("d")


@pytest.mark.parametrize("name", ["desk", "phone"])
def test_the_bar_keeps_its_height_and_moves_nothing_while_a_run_plays(shown: Visitor, name: str) -> None:
    put_on(shown, STAGES[name])
    shown.page.locator(".dl-reset").click()
    shown.page.wait_for_function("document.querySelector('[data-kernel-step]').dataset.kernelStep === '0'")
    height = "document.querySelector('.dl-bar').offsetHeight"
    before = shown.page.evaluate(height)
    assert moved_while_playing(shown.page) == []
    assert shown.page.evaluate(height) == before


# Whether the learning rate has been in its place for half a second.
STANDS_STILL = """() => {
  const place = JSON.stringify(document.querySelector(".dl-rate").getBoundingClientRect());
  if (globalThis.ratePlace !== place) [globalThis.ratePlace, globalThis.rateSince] = [place, Date.now()];
  return Date.now() - globalThis.rateSince > 500;
}"""


def moved_while_playing(page: Page) -> list[list[str]]:
    """What moves by itself in the first hundred steps of a run, by the classes of its elements; then it pauses."""
    page.wait_for_function(STANDS_STILL)  # the test itself may just have made the screen another size
    watch_shifts(page)
    page.locator(".dl-play").click()
    page.wait_for_function("Number(document.querySelector('[data-kernel-step]').dataset.kernelStep) > 100")
    page.locator(".dl-play").click()
    return [moved for _score, moved in shifts(page) if any("dl-" in one for one in moved)]


def test_in_jupyterlab_the_page_opens_over_the_whole_tab_and_escape_leaves(visit: Visit, lab: Host) -> None:
    with visit(lab) as visitor:
        root = visitor.page.locator(".dl-root")
        visitor.press("Open full screen")
        visitor.page.wait_for_selector(".dl-root:popover-open")
        visitor.page.wait_for_function(STANDS_STILL)
        assert root.bounding_box() == {"x": 0, "y": 0, **(visitor.page.viewport_size or {})}
        visitor.page.wait_for_function("document.querySelector('.dl-chart')?.checkVisibility()")
        assert hidden_of(visitor.page, STAGES["lab"]) == []
        put_on(visitor, STAGES["projector"])
        visitor.page.wait_for_function(STANDS_STILL)
        assert is_one_line(visitor)
        assert hidden_of(visitor.page, STAGES["projector"]) == []
        put_on(visitor, STAGES["lab"])
        visitor.page.keyboard.press("f")
        draw(visitor.page)
        for left in (".dl-pen polyline", ".dl-card-enlarged"):  # before the full screen
            assert visitor.page.locator(left).count() == 1
            visitor.page.keyboard.press("Escape")
            assert visitor.page.locator(left).count() == 0
        visitor.page.keyboard.press("Escape")
        visitor.page.wait_for_selector(".dl-root:not([popover])")
        visitor.page.set_viewport_size(STAGES["lab"].size)
        root.evaluate("root => root.scrollIntoView()")
        visitor.page.wait_for_function(STANDS_STILL)
        assert hidden_of(visitor.page, STAGES["lab"]) == []
        assert is_one_line(visitor)
        assert root.evaluate(COVERED) == []
        assert moved_while_playing(visitor.page) == []
