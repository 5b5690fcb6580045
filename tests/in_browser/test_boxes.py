"""Boxes for exact numbers, with real keys: what may be typed, and what keys mean after Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.support.visitor import Visitor


def test_a_box_takes_a_decimal_comma_and_full_width_digits(visitor: Visitor) -> None:
    box = visitor.box("Learning rate")
    for typed, shown in (("0,02", "0.02"), ("０．０３", "0.03"), ("４e－２", "0.04")):
        box.click()
        box.press("Control+a")
        visitor.page.keyboard.insert_text(typed)
        box.press("Enter")
        visitor.wait_for_slot("formula-0-learning_rate", shown)
        assert box.input_value() == shown


def test_after_enter_keys_mean_the_page_until_the_box_is_typed_into_again(visitor: Visitor) -> None:
    box, keyboard = visitor.box("Learning rate"), visitor.page.keyboard
    box.click()
    box.press("Control+a")
    keyboard.type("0.02")
    keyboard.press("ArrowRight")
    assert visitor.state()["kernel"] == 0
    keyboard.press("Enter")
    visitor.wait_for_slot("formula-0-learning_rate", "0.02")
    keyboard.press("ArrowRight")
    assert visitor.rest_at(1) == 1
    keyboard.press("Space")
    visitor.button("Pause").wait_for()
    visitor.wait("s => s.steps.loss > 3")
    keyboard.press("Space")
    visitor.rest()
    assert box.evaluate("box => box === document.activeElement")
    keyboard.type("0.04")
    keyboard.press("Enter")
    visitor.wait_for_slot("formula-0-learning_rate", "0.04")
    keyboard.press("r")
    assert visitor.rest_at(0) == 0
    assert box.input_value() == "0.04"


def test_after_enter_a_chart_is_enlarged_by_its_key_and_a_letter_begins_another_formula(visitor: Visitor) -> None:
    box, page = visitor.box("Learning rate"), visitor.page
    box.fill("0.02")
    box.press("Enter")
    page.keyboard.press("f")
    page.locator(".dl-card-enlarged").wait_for()
    assert box.input_value() == "0.02"
    page.keyboard.press("Escape")
    page.locator(".dl-card-enlarged").wait_for(state="detached")
    visitor.choose("Problem", "Your own f(x, y)")
    formula = visitor.box("f(x, y)")
    formula.fill("x^2 + y^2")
    formula.press("Enter")
    page.wait_for_function("entered => entered.selectionEnd > 0", arg=formula.element_handle())
    page.keyboard.type("cos(x)")
    assert formula.input_value() == "cos(x)"
    page.keyboard.press("Enter")


def test_a_drag_of_a_slider_while_training_leaves_one_mark(visitor: Visitor) -> None:
    visitor.enter("Epochs", "100000")
    visitor.set_speed("1000")
    visitor.play()
    visitor.wait("s => s.steps.loss > 50")
    handle = visitor.page.get_by_role("slider", name="Learning rate", exact=True)
    spot = handle.bounding_box()
    assert spot is not None
    mouse = visitor.page.mouse
    mouse.move(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
    mouse.down()
    for pixels in range(1, 40):
        mouse.move(spot["x"] + spot["width"] / 2 - pixels, spot["y"] + spot["height"] / 2)
    mouse.up()
    visitor.wait("(s, step) => s.steps.loss > step", argument=visitor.state()["kernel"] + 50)
    visitor.pause()
    end = visitor.box("Learning rate").input_value()
    marks = visitor.trace("loss", 1)
    assert len({x for x in marks["x"] if x is not None and np.isfinite(x)}) == 1
    assert marks["text"][0].endswith(f": Learning rate 0.01 → {end}")
