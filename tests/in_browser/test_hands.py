"""What hands do on the page: points are drawn by mouse and keys, problems found by name, notices put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.drawn.points import DrawnPoints
from core.drawn.two_moons import two_moons
from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from tests.conftest import Visit
    from tests.support.browser import Host

DRAWN = "document.querySelector('[data-panel=boundary]')?.data?.some((t) => t.mode === 'markers' && t.x?.length)"
POINTS_IN_ADDRESS = "(before) => (new URLSearchParams(location.search).get('points') ?? '') !== before"


@pytest.fixture(scope="module")
def moons(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """A page with two moons and the pencil up."""
    with visit(voila) as visitor:
        visitor.host.open(visitor.page, "problem=drawn")
        visitor.page.wait_for_function(DRAWN, timeout=PREPARED_MS)
        visitor.page.get_by_role("button", name="Draw points: Decision boundary").click()
        yield visitor


def points(visitor: Visitor, before: str) -> DrawnPoints:
    """The points that the address says, once it says others than `before`."""
    visitor.page.wait_for_function(POINTS_IN_ADDRESS, arg=before, timeout=PREPARED_MS)
    text = visitor.page.evaluate("new URLSearchParams(location.search).get('points')")
    return two_moons() if text is None else DrawnPoints.read(text)


def found(visitor: Visitor) -> Locator:
    """The problems that the box for them has found."""
    return visitor.page.get_by_role("listbox", name="Find a problem").get_by_role("option")


def test_points_are_drawn_moved_and_erased_and_undo_brings_them_back(moons: Visitor) -> None:
    page = moons.page
    box = page.locator(".dl-sheet").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.15 * box["height"]  # no moon is there
    page.get_by_role("button", name="Draw class 1").click()
    page.mouse.click(x, y)
    one = points(moons, "")
    assert one.y.tolist() == [*two_moons().y.tolist(), 1]
    page.get_by_role("button", name="Move", exact=True).click()
    page.mouse.move(x + 2, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    moved = points(moons, one.text)
    assert moved.x[:-1].tolist() == one.x[:-1].tolist()
    assert moved.x[-1, 0] > one.x[-1, 0] + 0.5
    assert moved.x[-1, 1] == pytest.approx(one.x[-1, 1], abs=0.2)
    page.get_by_role("button", name="Erase", exact=True).click()
    page.mouse.click(x + 58, y)
    assert points(moons, moved.text).text == two_moons().text
    page.keyboard.press("Control+z")
    assert points(moons, "").text == moved.text
    page.keyboard.press("Control+y")
    assert points(moons, moved.text).text == two_moons().text


def test_a_stroke_that_comes_in_from_beside_the_plane_draws_and_an_eraser_that_meets_nothing_changes_nothing(
    moons: Visitor,
) -> None:
    page = moons.page
    box = page.locator(".dl-sheet").bounding_box()
    assert box is not None
    y = box["y"] + 0.1 * box["height"]  # no moon is there
    page.get_by_role("button", name="Erase", exact=True).click()
    page.mouse.click(box["x"] + 0.5 * box["width"], y)
    page.get_by_role("button", name="Draw class 1").click()
    page.mouse.move(box["x"] + 3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], y, steps=10)
    page.mouse.up()
    drawn = points(moons, "")
    new = len(drawn.y) - len(two_moons().y)
    assert new >= 2
    assert drawn.y[-new:].tolist() == [1] * new
    page.keyboard.press("Control+z")
    assert points(moons, drawn.text).text == two_moons().text  # nothing else had been changed


def test_points_are_drawn_by_keys_alone(moons: Visitor) -> None:
    page = moons.page
    page.get_by_role("button", name="Draw class 0").click()
    page.locator(".dl-sheet").focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    drawn = points(moons, "")
    assert drawn.y.tolist() == [*two_moons().y.tolist(), 0]
    assert (drawn.x[-1] > 0).all()
    assert moons.page.evaluate("Number(document.querySelector('[data-kernel-step]').dataset.kernelStep)") == 0
    page.keyboard.press("Escape")
    assert page.locator(".dl-sheet").count() == 0
    page.get_by_role("button", name="Draw points: Decision boundary").click()


def test_axe_finds_nothing_while_points_are_drawn_and_a_problem_is_looked_for(moons: Visitor) -> None:
    page = moons.page
    page.get_by_role("combobox", name="Find a problem").fill("handwritten")
    assert found(moons).count() == 2
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.locator(f".dl-root[data-theme={theme}]").wait_for()
        assert violations(page) == []


def test_a_problem_is_found_by_what_people_call_it(moons: Visitor) -> None:
    page = moons.page
    find = page.get_by_role("combobox", name="Find a problem")
    find.fill("香蕉")
    page.keyboard.press("Escape")
    assert (find.input_value(), found(moons).count()) == ("", 0)
    find.fill("local min")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("new URLSearchParams(location.search).get('problem') === 'styblinski_tang'")


def test_an_answer_is_put_away_by_its_button(moons: Visitor) -> None:
    page = moons.page
    dismiss = page.get_by_role("button", name="Dismiss this notice")
    moons.enter("Learning rate", "-1")
    moons.wait("s => s.notice === 'Kept as it was.'")
    dismiss.click()
    moons.wait("s => s.notice !== 'Kept as it was.'")
    dismiss.wait_for(state="hidden")
