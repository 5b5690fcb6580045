"""Every word of every chart is in the language in use, and a chart made in one language is made again in another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.findings.results import (
    Attention,
    Confusion,
    Decision,
    FittedCurve,
    Forecast,
    Predictions,
    Samples,
    UnitMaps,
)
from core.geometry.results import LandscapeResult
from core.geometry.stability import RateZones
from core.geometry.step_view import LineView
from core.language import _
from core.objectives.surfaces import SURFACES
from core.runs.past.setting_changes import SettingChange
from tests.support.bare_words import bare_words, texts_in
from tests.support.model_moments import evaluations, model_moment, setup_of, sharpness
from tests.support.moments import moment_of, observe
from tests.support.pseudo_locale import in_use
from widgets.board.panel import encode_panel
from widgets.charts.chart import Chart, Switches, charts_for
from widgets.charts.surface.plane_chart import PlaneSetup
from widgets.scenes.model_charts import MODEL_CHARTS
from widgets.scenes.surface_charts import SURFACE_CHARTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.learning.setup import ModelSetup
    from widgets.charts.model_moment import ModelMoment

N = 6
AXIS = np.linspace(-1, 1, 9)
SQUARE = np.add.outer(AXIS**2, AXIS**2)
STEP = LineView(1.0, 0.3, 0.3, RateZones(0.35, None, None), True, 0.1, AXIS + 1, 3 * SQUARE[0], 3 * SQUARE[0], 0.39)
LANDSCAPE = LandscapeResult(
    AXIS, AXIS, 1 + SQUARE, np.array([[-0.5, 0.5], [0.0, 0.2]]), np.array([0, 50]), (0.9, 0.05),
    np.array([3.0, 1.25]), np.array([3.5, 1.0]),
)  # fmt: skip
MARK = SettingChange(10, "learning_rate", 0.1, 0.2)
OPTIONS: list[Switches] = [
    {},
    {
        ("loss", "scale"): "linear",
        ("loss", "axis"): "epoch",
        ("metric", "axis"): "epoch",
        ("layers", "show"): "update/weight",
        ("forecast", "show"): "level",
        ("landscape", "plane"): "path",
        ("surface", "view"): "3-D",
    },
]


class Computed:
    """A landscape whose computation is over."""

    progress, error, result = 1.0, None, LANDSCAPE


def findings_of(setup: ModelSetup) -> dict[str, Any]:
    """A finding of each kind, with as many classes as `setup` has."""
    classes, images = setup.classes, np.zeros((N, *setup.dataset.input_shape))
    points, targets = np.zeros((N, 2)), np.arange(N) % 2
    line = np.linspace(0, 1, N)
    days = np.arange("2001-01-01", "2001-01-07", dtype="datetime64[D]")
    return {
        "evaluation": evaluations(900, metric=setup.metric),
        "curvature": sharpness([10, 20], [0.02, 0.02], step=900, preconditioned=True),
        "next-step": STEP,
        "landscape": Computed(),
        "decision": Decision(AXIS, AXIS, SQUARE, points, targets, points, targets),
        "units": UnitMaps((np.ones((3, 9, 9)),), (_("layer {number}", number=1),)),
        "samples": Samples(images, np.zeros(N, int), targets, np.full(N, 0.5), classes),
        "confusion": Confusion(np.eye(max(len(classes), 2), dtype=int) + 1, classes),
        "fitted-curve": FittedCurve(line, line, line, line, line, line),
        "predictions": Predictions(line, line, 0.5),
        "forecast": Forecast(days, line, line, line, line, line, line, 0.2, 0.3, 0.5, "ppm"),
        "attention": Attention(np.full((1, 2, 3, 3), 1 / 3), ("1", "2", "3"), _("layer {number}", number=1)),
    }


def moment(setup: ModelSetup, findings: Mapping[str, Any]) -> ModelMoment:
    return model_moment(1000, findings, found_at=900, marks=[MARK])


def words_of(chart: Chart[Any, Any], *moments: Any) -> set[str]:
    """The bare words of a chart's card and of its updates to `moments`."""
    panel = chart.panel()
    card = encode_panel(panel).sent
    switches = [text for switch in card["switches"] for text in (switch["label"], *switch["labels"])]
    shown = [card["title"], card["note"], card["placeholder"], *switches, *re.findall(r">([^<]+)<", panel.html)]
    shown += texts_in(panel.figure.to_plotly_json())
    for moment in moments:
        shown += texts_in(chart.update(moment))
    return bare_words(shown)


@pytest.mark.parametrize("switches", OPTIONS, ids=["as at first", "other options"])
@pytest.mark.parametrize(
    ("data", "family", "optimizer"),
    [
        ("spiral", "mlp", "sgd"),
        ("plane", "mlp", "adam"),
        ("digits", "transformer", "momentum"),
        ("diabetes", "mlp", "rmsprop"),
        ("co2", "mlp", "lion"),
    ],
)
def test_no_word_of_a_models_chart_is_left_in_english(
    data: str, family: str, optimizer: str, switches: Switches, catalogues: Path
) -> None:
    with in_use(catalogues):
        setup = setup_of(data, family, optimizer=optimizer, dropout=0.1, l2=0.01)
        findings = findings_of(setup)
        moments = [moment(setup, {}), moment(setup, findings)]
        bare = {chart.id: words_of(chart, *moments) for chart in charts_for(MODEL_CHARTS, setup, switches)}
    assert {id: words for id, words in bare.items() if words} == {}


@pytest.mark.parametrize("switches", OPTIONS, ids=["as at first", "other options"])
@pytest.mark.parametrize("problem", ["regression", *SURFACES])
def test_no_word_of_a_surfaces_chart_is_left_in_english(problem: str, switches: Switches, catalogues: Path) -> None:
    with in_use(catalogues):
        config = TrainingConfig(problem=problem, batch_size=10, samples=5000)
        near = moment_of(config, observe(config), marks=[MARK])
        charts = charts_for(SURFACE_CHARTS, PlaneSetup.of(config), switches)
        bare = {chart.id: words_of(chart, near) for chart in charts}
    assert {id: words for id, words in bare.items() if words} == {}
