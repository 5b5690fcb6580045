"""A few images and the classes that a model takes them for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.findings.pictures import picture_size
from core.language import N_, _, pgettext, shown
from core.probes.registry import SAMPLES
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.finding_update import FindingUpdate
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.class_axis import short
from widgets.charts.parts.png import png_uri
from widgets.charts.parts.style import DANGER, INK, empty, figure, hover, line
from widgets.charts.parts.tiles import frames
from widgets.plain_text import plain

if TYPE_CHECKING:
    from core.findings.results import Samples
    from core.learning.setup import ModelSetup
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

COLUMNS, MOST = 8, 24
BESIDE, BELOW, APART = 0.16, 0.62, 0.08  # of an image: room beside it, for the words below, between both
FONT_SIZE = 11
IMAGES, FRAMES, WORDS, HOVER, TRACES = range(5)
NOTE = N_("validation images with the predicted class below")


class SamplesChart(ModelChart):
    """Up to 24 images with the predicted class under each; a wrong one is framed, crossed and says the truth."""

    id = "samples"
    title = N_("Samples")
    shows = N_("Examples that the model has not seen, and what it takes them for.")
    advice = N_("Pause at an early step, then late: which ones stay wrong?")
    role = Role.LEAD
    probe = SAMPLES

    def __init__(self, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._height, self._width = picture_size(setup.dataset.input_shape)
        self._across = self._width + max(1, round(BESIDE * self._width))
        self._down = self._height + max(1, round(BELOW * self._height))
        self._found = FindingUpdate(SAMPLES, TRACES, NOTE, self._draw)

    def panel(self) -> Panel:
        """The empty sheet."""
        traces = [
            go.Image(hoverinfo="skip"),
            go.Scatter(x=empty(), y=empty(), mode="lines", line=line(DANGER, 2.5), hoverinfo="skip"),
            go.Scatter(
                x=empty(), y=empty(), mode="text", text=[], textposition="bottom center", hoverinfo="skip",
                textfont={"size": FONT_SIZE, "color": INK},
            ),
            go.Scatter(
                x=empty(), y=empty(), mode="markers", text=[], hovertemplate=hover("%{text}"),
                marker={"size": 44, "opacity": 0, "symbol": "square"},
            ),
        ]  # fmt: skip
        margin = {"l": 4, "r": 4, "t": 6, "b": 2}
        chart = figure(traces, "", "", margin=margin).update_traces(visible=False)
        chart.update_xaxes(visible=False, range=[-1, COLUMNS * self._across - 1], constrain="domain")
        chart.update_yaxes(visible=False, range=[MOST // COLUMNS * self._down - 1, -1], constrain="domain")
        return self.card(chart, shown(NOTE))

    def update(self, moment: ModelMoment) -> Update:
        """The images and the classes they were last taken for."""
        return self._found.update(moment)

    def _draw(self, samples: Samples) -> Update:
        n = min(len(samples.images), MOST)
        wrong = np.flatnonzero(samples.predictions[:n] != samples.truths[:n])
        place = np.arange(n)
        left, top = place % COLUMNS * self._across, place // COLUMNS * self._down
        words = [_words(samples, i) for i in range(n)]
        middle = left + (self._width - 1) / 2
        return {
            "traces": {
                IMAGES: {"source": png_uri(self._sheet(samples.images[:n]))},
                FRAMES: frames(left[wrong], top[wrong], self._width, self._height),
                WORDS: {
                    "x": middle,
                    "y": top + (1 + APART) * self._height - 0.5,
                    "text": words,
                    "textfont.color": [DANGER if i in wrong else INK for i in range(n)],
                },
                HOVER: {
                    "x": middle,
                    "y": top + (self._height - 1) / 2,
                    "text": [_hover(samples, i) for i in range(n)],
                },
            },
            "note": _("{wrong} of these {count} wrong: ✗, framed", wrong=len(wrong), count=n),
        }

    def _sheet(self, images: np.ndarray) -> np.ndarray:
        """All images as one, uint8 (rows, columns, 4), see-through between them."""
        colours = images if images.ndim == 4 else images[..., None]
        sheet = np.zeros((MOST // COLUMNS * self._down, COLUMNS * self._across, 4), np.uint8)
        for i, image in enumerate(colours):
            top, left = i // COLUMNS * self._down, i % COLUMNS * self._across
            tile = sheet[top : top + self._height, left : left + self._width]
            tile[..., :3] = np.round(255 * np.clip(image, 0, 1))
            tile[..., 3] = 255
        return sheet


def _words(samples: Samples, i: int) -> str:
    predicted, true = (short(samples.classes[int(k[i])], 10) for k in (samples.predictions, samples.truths))
    return predicted if predicted == true else "<br>".join((f"✗ {predicted}", _("is {name}", name=true)))


def _hover(samples: Samples, i: int) -> str:
    predicted, true = (plain(shown(samples.classes[int(k[i])])) for k in (samples.predictions, samples.truths))
    probability = f"{float(samples.probabilities[i]):.3f}"
    verdict = pgettext("of a prediction", "right") if predicted == true else _("wrong: it is {name}", name=true)
    answer = _("predicted {name}, probability {probability}", name=predicted, probability=probability)
    return "<br>".join((answer, verdict))
