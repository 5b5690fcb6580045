"""The sheet of images: decoded again, and how wrong ones are marked."""

import base64
import struct
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.samples import FRAMES, HOVER, IMAGES, WORDS, SamplesChart
from widgets.charts.chart import Update
from widgets.charts.parts.png import png_uri
from widgets.charts.parts.style import DANGER


def decode(uri: str) -> np.ndarray:
    """The pixels of a PNG that has one IDAT chunk and no filters."""
    data, chunks = base64.b64decode(uri.removeprefix("data:image/png;base64,"))[8:], {}
    while data:
        (length,) = struct.unpack(">I", data[:4])
        kind, body, (check,) = data[4:8], data[8 : 8 + length], struct.unpack(">I", data[8 + length : 12 + length])
        assert check == zlib.crc32(kind + body)
        chunks[kind], data = body, data[12 + length :]
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 4 * width)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(height, width, 4)


def samples(shape: tuple[int, ...], n: int = 24) -> SimpleNamespace:
    truths = np.arange(n) % 10
    predictions = truths.copy()
    predictions[[2, 9]] = [7, 0]
    images = np.random.default_rng(1).random((n, *shape))
    return SimpleNamespace(
        images=images,
        truths=truths,
        predictions=predictions,
        probabilities=np.linspace(0.5, 1, n),
        classes=setup_of("digits").classes,
    )


def update_of(data: str, value: SimpleNamespace) -> Update:
    return SamplesChart(setup_of(data)).update(model_moment(findings={"samples": value}))


def test_a_png_holds_the_very_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4), np.uint8)
    assert decode(png_uri(pixels)).tolist() == pixels.tolist()


@pytest.mark.parametrize(("data", "shape"), [("digits", (8, 8)), ("cifar_10", (32, 32, 3))])
def test_each_image_stands_above_its_words_grey_or_in_colour(data: str, shape: tuple[int, ...]) -> None:
    value = samples(shape)
    traces = update_of(data, value)["traces"]
    sheet = decode(traces[IMAGES]["source"])
    for i, (x, y) in enumerate(zip(traces[HOVER]["x"], traces[HOVER]["y"], strict=True)):
        top, left = round(y - (shape[0] - 1) / 2), round(x - (shape[1] - 1) / 2)
        tile = sheet[top : top + shape[0], left : left + shape[1]]
        expected = np.round(255 * value.images[i])
        drawn = tile[..., :3] if len(shape) == 3 else tile[..., 0]
        assert drawn.tolist() == expected.tolist()
        assert (tile[..., 3] == 255).all()
        assert traces[WORDS]["x"][i] == x
        assert traces[WORDS]["y"][i] > top + shape[0] - 1
    assert (sheet[..., 3] == 255).sum() == 24 * shape[0] * shape[1]


def test_a_wrong_one_is_framed_crossed_and_says_the_truth() -> None:
    update = update_of("digits", samples((8, 8)))
    words, frames = update["traces"][WORDS], update["traces"][FRAMES]
    assert [(i, text) for i, text in enumerate(words["text"]) if "✗" in text] == [
        (2, "✗ 7<br>is 2"),
        (9, "✗ 0<br>is 9"),
    ]
    assert [i for i, colour in enumerate(words["textfont.color"]) if colour == DANGER] == [2, 9]
    corners = frames["x"].reshape(2, 6)[:, :4]
    assert corners.mean(axis=1) == pytest.approx(update["traces"][HOVER]["x"][[2, 9]] + 0.0)
    assert update["note"] == "2 of these 24 wrong: ✗, framed"


def test_the_probability_is_there_on_hover() -> None:
    texts = update_of("digits", samples((8, 8)))["traces"][HOVER]["text"]
    assert texts[0] == "predicted 0, probability 0.500<br>right"
    assert texts[2].endswith("wrong: it is 2")


def test_fewer_images_leave_the_rest_of_the_sheet_empty() -> None:
    sheet = decode(update_of("digits", samples((8, 8), n=10))["traces"][IMAGES]["source"])
    assert (sheet[..., 3] == 255).sum() == 10 * 64
