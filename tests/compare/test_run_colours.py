"""The colours of runs in both themes, by their distance in OKLab (Ottosson, 2020)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

WIDGETS = Path(__file__).resolve().parents[2] / "widgets"
QUANTITIES = ("loss", "gradient", "momentum", "update", "reference", "danger", "opposite")
TO_LMS = np.array(
    [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.6806995, 0.10739696], [0.08830246, 0.28171884, 0.62997870]]
)
TO_LAB = np.array(
    [[0.21045426, 0.79361779, -0.00407205], [1.9779985, -2.4285922, 0.45059371], [0.02590404, 0.78277177, -0.80867577]]
)


def colours(sheet: str, names: str, is_dark: bool) -> list[str]:
    """The colours of a theme that match `names`; those of the dark one stand later in the sheet."""
    found: dict[str, list[str]] = {}
    for name, colour in re.findall(rf"--dl-({names}): (#[0-9a-f]{{6}});", (WIDGETS / sheet).read_text()):
        found.setdefault(name, []).append(colour)
    return [each[-1] if is_dark else each[0] for each in found.values()]


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour: str) -> np.ndarray:
    """Lightness and two opponent values; 1 is from black to white."""
    return TO_LAB @ np.cbrt(TO_LMS @ linear(colour))


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of luminances."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + 0.05 for colour in (one, other))
    return high / low


@pytest.mark.parametrize("is_dark", [False, True])
def test_a_run_has_the_colour_of_no_quantity_and_can_be_seen_on_its_card(is_dark: bool) -> None:
    runs = colours("compare/compare.css", r"run-\d", is_dark)
    quantities = colours("controls/theme.css", "|".join(QUANTITIES), is_dark)
    (card,) = colours("controls/theme.css", "card", is_dark)
    assert (len(runs), len(quantities)) == (10, len(QUANTITIES))
    assert min(np.linalg.norm(lab(run) - lab(quantity)) for run in runs for quantity in quantities) > 0.08
    assert all(contrast(run, card) >= 3 for run in runs)
