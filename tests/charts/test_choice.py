"""A choice holds what was chosen of it, and its default where nothing that it has was."""

from __future__ import annotations

import pytest

from core.language import N_
from widgets.charts.choice import Choice

SCALE = Choice("scale", N_("Loss scale"), ("linear", "log"), default="log")


@pytest.mark.parametrize(
    ("chosen", "option"),
    [({}, "log"), ({"scale": "linear"}, "linear"), ({"scale": "cubic"}, "log"), ({"axis": "linear"}, "log")],
)
def test_an_option_that_it_does_not_have_is_passed_over(chosen: dict[str, str], option: str) -> None:
    assert SCALE.option(chosen) == option


def test_its_switch_has_its_options_in_their_order_and_the_chosen_one_pressed() -> None:
    switch = SCALE.switch("linear")
    assert (switch.name, switch.options, switch.value, switch.label) == (
        "scale",
        ("linear", "log"),
        "linear",
        "Loss scale",
    )
