"""Every family on a data set of each kind it fits: trained, probed and drawn as the page does it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import pytest

from core.config.suggested import suitable
from core.config.training_config import TrainingConfig
from core.datasets.registry import DATASETS
from core.learning.setup import ModelSetup
from core.models.family import MODELS, fits
from core.number_format import format_number
from core.runs.status import Status
from widgets.charts.chart import Update, charts_for
from widgets.scenes.model_charts import MODEL_CHARTS
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from core.runs.any_run import AnyRun
    from widgets.board.panel import Panel

PATIENCE = 120.0  # seconds; a bound for a busy machine, not a wait
OF_KIND = {
    "points": "spiral",
    "table": "diabetes",
    "image": "digits",
    "sequence": "japanese_vowels",
    "text": "python_help",
}
PAIRS = [(family, data) for data in OF_KIND.values() for family in MODELS if fits(family, DATASETS[data])] + [
    ("mlp", "co2"),
    ("cnn", "co2"),
    ("mlp", "several_gaussians"),
    ("linear", "breast_cancer"),
]
SMALL: dict[str, object] = {"size": 3000, "width": None, "depth": 2, "epochs": 1, "examples": 300}


def config_of(family: str, data: str) -> TrainingConfig:
    return TrainingConfig().replace(problem=data, **{**suitable(data), **SMALL, "family": family})


def finished(session: Session) -> AnyRun:
    """The session's run after all its updates and all its findings."""
    run, staged = session.run, session.staged
    session.play()
    assert session.wait(PATIENCE)
    assert run.status is Status.FINISHED, run.error
    charts = charts_for(MODEL_CHARTS, ModelSetup.of(session.config), {})
    wanted = frozenset(chart.probe.name for chart in charts if chart.probe is not None)
    staged.watch(frozenset(panel.id for panel in staged.scene.panels()))
    for _ in range(int(PATIENCE / 0.05)):
        if all(name in run.findings and run.findings[name].step == run.step for name in wanted):
            return run
        staged.observed.wait(0.05)
        staged.observed.clear()
    raise AssertionError(f"{wanted - run.findings.keys()} were not found; {run.error}")


def showing(panel: Panel, *updates: Update) -> list[object]:
    """Return what is visible of `panel` after these updates: points, numbers, bands, words, and what HTML has in it."""
    figure = go.Figure(panel.figure)
    slots: dict[str, object] = {}
    for update in updates:
        slots |= update.get("slots", {})
        for index, attributes in update.get("traces", {}).items():
            for path, value in attributes.items():
                figure.data[int(index)][path] = value
        for path, value in update.get("layout", {}).items():
            figure.layout[path] = value
    seen = figure.to_dict()
    traces = [trace for trace in seen["data"] if trace.get("visible", True) is True]
    points = [{name: np.array(trace.get(name, ())).tolist() for name in ("x", "y", "z", "text")} for trace in traces]
    bands = [shape for shape in seen["layout"].get("shapes", ()) if shape.get("visible", True)]
    return [points, bands, [note.get("text") for note in seen["layout"].get("annotations", ())], slots]


@pytest.mark.parametrize(("family", "data"), PAIRS)
def test_a_family_trains_on_data_it_fits_and_every_chart_draws_it(family: str, data: str) -> None:
    config = config_of(family, data)
    session = Session(config, lambda urgent=False: None)
    try:
        run = finished(session)
        moment = session.scene.moment(run)
        frame = session.scene.frame(moment, frozenset(panel.id for panel in session.scene.panels()), settled=True)
        found = run.findings["evaluation"].value
        assert np.isfinite([found.train_loss, found.val_loss, found.train_metric, found.val_metric]).all()
        assert run.history is not None
        assert len(run.history.rows()["step"]) == run.step == run.total_steps
        assert frame["panels"].keys() == {panel.id for panel in session.scene.panels()}
        drawn = {panel for panel, update in frame["panels"].items() if update.get("traces") or update["slots"]}
        assert frame["panels"].keys() - drawn == {"cost"}  # whose numbers are the page's
        assert frame["slots"]["cost-parameters"]["text"] == format_number(run.findings["cost"].value.parameters)
        assert session.scene.notice(run, moment).sentence
        for chart in charts_for(MODEL_CHARTS, ModelSetup.of(config), {}):  # of the next run, on the same figures
            blank = chart.update(replace(moment, findings={}))
            assert showing(chart.panel(), frame["panels"][chart.id], blank) == showing(chart.panel(), blank)
    finally:
        session.close()
