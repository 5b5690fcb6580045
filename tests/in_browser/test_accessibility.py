"""The page for people with a keyboard, a screen reader or little contrast: axe's rules, focus, names, motion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.axe import violations
from tests.support.visitor import PREPARED_MS, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Visit
    from tests.support.browser import Host

PROBLEMS = ("regression", "rosenbrock", "spiral", "digits", "python_help", "csv")
TABLE = "width,height,kind\n" + "".join(f"{i},{i * 2 % 7},{'ab'[i % 2]}\n" for i in range(60))

WITHOUT_FOCUS_RING = """() => {
  const out = [];
  for (const control of document.querySelectorAll(
    ".dl-root :is(a, button, input, select, textarea, summary, [tabindex='0'])")) {
    if (!control.checkVisibility()) continue;
    control.focus({ focusVisible: true });
    if (document.activeElement !== control) continue;
    const ringed = control.closest(".dl-upload-drop") ?? control; // its input is out of sight
    const { outlineStyle, outlineWidth } = getComputedStyle(ringed);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) out.push(control.outerHTML.slice(0, 200));
  }
  return out;
}"""


@pytest.fixture(scope="module")
def page_in_voila(visit: Visit, voila: Host) -> Iterator[Visitor]:
    """One page for all tests of this file, which open it anew."""
    with visit(voila) as visitor:
        yield visitor


def show(visitor: Visitor, problem: str) -> None:
    """Opens a problem and takes a step; of a table, uploads one first."""
    visitor.host.open(visitor.page, f"problem={problem}")
    if problem == "csv":
        upload = visitor.page.get_by_label("Upload a CSV", exact=True)
        upload.set_input_files({"name": "boxes.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
        visitor.page.locator(".dl-upload-preview").wait_for()
    visitor.wait("s => s.notice.startsWith('Ready') || s.notice === 'Not converged yet.'", PREPARED_MS)
    visitor.press("Step")
    visitor.wait("s => s.offered === 'Play' && s.kernel > 0", PREPARED_MS)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_axe_finds_nothing_on_the_page_in_light_and_dark(page_in_voila: Visitor, problem: str) -> None:
    visitor = page_in_voila
    show(visitor, problem)
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        visitor.page.locator(f".dl-root[data-theme={theme}]").wait_for()
        assert violations(visitor.page) == []
        visitor.press("Help")
        assert violations(visitor.page) == []
        visitor.page.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("width", "height", "view"), [(420, 860, ""), (1280, 720, "projector:on")], ids=["phone", "projector"]
)
def test_axe_finds_nothing_on_a_phone_and_on_a_projector(
    page_in_voila: Visitor, width: int, height: int, view: str
) -> None:
    visitor, page = page_in_voila, page_in_voila.page
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": width, "height": height})
    for problem in ("rosenbrock", "digits"):
        visitor.host.open(page, f"problem={problem}&view={view}")
        visitor.wait("s => s.offered === 'Play'", PREPARED_MS)
        assert page.locator(".dl-root[data-projector]").count() == bool(view)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.locator(f".dl-root[data-theme={theme}]").wait_for()
            assert violations(page) == []
        visitor.press("Controls")
        assert violations(page) == []
    page.set_viewport_size(before)


def test_axe_finds_nothing_inside_the_page_in_jupyterlab(visit: Visit, lab: Host) -> None:
    with visit(lab) as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        assert violations(visitor.page, ".dl-root") == []


def test_whatever_has_the_focus_shows_it(page_in_voila: Visitor) -> None:
    visitor = page_in_voila
    for problem in ("regression", "csv"):
        show(visitor, problem)
        assert visitor.page.evaluate(WITHOUT_FOCUS_RING) == []


def test_sliders_speak_what_they_are_set_to(page_in_voila: Visitor) -> None:
    visitor = page_in_voila
    show(visitor, "regression")

    def spoken(name: str) -> str:
        slider = visitor.page.get_by_role("slider", name=name, exact=True)
        return (slider.get_attribute("aria-valuetext") or "").rstrip("\u00a0")

    visitor.set_speed("20")
    visitor.page.wait_for_function(
        "document.querySelector('.dl-speed [role=slider]').ariaValueText?.startsWith('20 steps/s')"
    )
    assert spoken("Speed") == "20 steps/s"
    assert spoken("Learning rate") == "0.01"
    assert spoken("Noise") == "1"
    visitor.choose("Optimizer", "SGD with momentum")
    visitor.box("Momentum").wait_for()
    visitor.page.get_by_role("slider", name="Momentum", exact=True).wait_for()
    assert spoken("Momentum") == "0.9"  # noUiSlider says 0.9000000000000001


def test_nothing_moves_for_who_wants_no_motion(page_in_voila: Visitor) -> None:
    page = page_in_voila.page
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll(".dl-root, .dl-root *")].filter((part) => {
          const { transitionDuration, animationName } = getComputedStyle(part);
          return transitionDuration.split(", ").some((time) => parseFloat(time) > 0) || animationName !== "none";
        }).map((part) => part.outerHTML.slice(0, 200))"""
    )
    assert moving == []


def test_help_opens_at_its_top_keeps_the_focus_and_gives_it_back(page_in_voila: Visitor) -> None:
    visitor, page = page_in_voila, page_in_voila.page
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": 1280, "height": 500})  # too low for all of the help
    opener = visitor.button("Help")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Help")
    dialog.wait_for()
    assert dialog.evaluate("dialog => dialog.scrollTop") == 0
    assert dialog.evaluate("dialog => dialog.scrollHeight > dialog.clientHeight")
    for _press in range(3):
        page.keyboard.press("Tab")
        assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    assert visitor.button("Close").evaluate("button => button === document.activeElement")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opener.evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    dialog.evaluate("dialog => dialog.scrollTo(0, 1000)")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert dialog.evaluate("dialog => dialog.scrollTop") == 0
    page.keyboard.press("Escape")
    page.set_viewport_size(before)  # charts out of sight are not drawn


def test_undo_brings_a_run_back_by_its_button_and_by_keys(page_in_voila: Visitor) -> None:
    visitor, page = page_in_voila, page_in_voila.page
    show(visitor, "regression")
    for _step in range(3):
        visitor.press("Step")
    visitor.rest_at(4)
    before = visitor.trace("loss", 2)
    undo = page.locator(".dl-undo")
    assert not undo.is_visible()
    visitor.press("Reset")
    visitor.rest_at(0)
    undo.click()
    visitor.rest_at(4)
    assert visitor.trace("loss", 2) == before
    assert not undo.is_visible()
    visitor.enter("Seed", "9")
    visitor.rest_at(0)
    page.keyboard.press("Control+z")
    visitor.rest_at(4)
    assert visitor.box("Seed").input_value() == "3"
    assert visitor.trace("loss", 2) == before


def test_problems_stand_in_groups_and_are_found_by_typing(page_in_voila: Visitor) -> None:
    visitor, page = page_in_voila, page_in_voila.page
    show(visitor, "regression")
    menu = page.get_by_label("Problem", exact=True)
    groups = menu.locator("optgroup").evaluate_all("groups => groups.map(({ label }) => label)")
    assert groups == ["Regression", "Surfaces", "Points", "Tables", "Images", "Series", "Text", "Yours"]
    menu.focus()
    page.keyboard.type("Himm")
    page.wait_for_function("new URLSearchParams(location.search).get('problem') === 'himmelblau'")
    assert menu.evaluate("menu => menu.selectedOptions[0].parentElement.label") == "Surfaces"
    page.get_by_label("Start x", exact=True).wait_for()


def test_a_question_mark_beside_a_control_says_what_it_means_and_what_to_try(page_in_voila: Visitor) -> None:
    visitor, page = page_in_voila, page_in_voila.page
    show(visitor, "regression")
    asked = page.get_by_role("button", name="About Noise", exact=True)
    asked.focus()
    page.keyboard.press("Enter")
    words = page.get_by_text("Width of the uniform noise that is added to each y. Set it to 0 and the loss can fall")
    words.wait_for()
    page.keyboard.press("Escape")
    words.wait_for(state="hidden")
    assert asked.evaluate("button => button === document.activeElement")
    asked.click()
    words.wait_for()
    assert violations(page) == []
    asked.click()
    words.wait_for(state="hidden")
    assert page.locator(".dl-field-problem .dl-explain").count() == 1


def test_the_question_mark_of_a_chart_says_what_it_shows_and_what_to_look_for(page_in_voila: Visitor) -> None:
    visitor, page = page_in_voila, page_in_voila.page
    show(visitor, "regression")
    card = page.locator(".dl-card:has([data-panel=loss])")
    card.get_by_label("About Loss", exact=True).click()
    said = card.locator(".dl-card-about").inner_text()
    assert said.startswith("The loss at every step. Switch to log: a straight line")
    page.keyboard.press("Escape")
