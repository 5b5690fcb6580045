"""The colours of layers in the page's style sheet: clear of the card, and apart from each other for every eye."""

import re

import numpy as np
import pytest

from tests.support.browser import ROOT

CARDS = {"light": "#ffffff", "dark": "#181e27"}
GRADIENT = {"light": "#d55e00", "dark": "#ff8a3d"}
CLEARLY = 0.15  # of Oklab's distance; 0.02 is what can just be seen
# Sight without red and without green cones, on linear RGB: Machado, Oliveira and Fernandes, A physiologically-based
# model for simulation of color vision deficiency, 2009.
SIGHTS = {
    "normal": np.eye(3).tolist(),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def colours_of(theme: str) -> list[str]:
    light, dark = (ROOT / "widgets/controls/theme.css").read_text().split('.dl-root[data-theme="dark"]')
    return re.findall(r"--dl-layer-\d: (#\w{6});", light if theme == "light" else dark)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """The relative luminance of the Web Content Accessibility Guidelines 2.2."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Björn Ottosson, A perceptual color space for image processing, 2020."""
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.cbrt(np.clip(rgb, 0, 1) @ np.transpose(to_cones)) @ np.transpose(to_lab)


@pytest.mark.parametrize("theme", CARDS)
def test_every_colour_stands_out_from_the_card_three_to_one(theme: str) -> None:
    colours = colours_of(theme)
    assert len(colours) == 6
    for colour in colours:
        dark, light = sorted((luminance(colour), luminance(CARDS[theme])))
        assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("theme", CARDS)
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_colours_differ_clearly(theme: str, sight: str) -> None:
    seen = oklab(np.array([linear(colour) for colour in colours_of(theme)]) @ np.transpose(SIGHTS[sight]))
    distances = np.linalg.norm(seen[:, None] - seen, axis=2)
    assert distances[~np.eye(len(seen), dtype=bool)].min() > CLEARLY


@pytest.mark.parametrize("theme", CARDS)
def test_none_is_the_orange_of_the_gradient(theme: str) -> None:
    seen = oklab(np.array([linear(colour) for colour in colours_of(theme)]))
    assert np.linalg.norm(seen - oklab(linear(GRADIENT[theme])), axis=1).min() > 0.1
