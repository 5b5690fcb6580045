"""A new chart with a new probe: one definition and one line each, and the page looks, draws and lets choose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import pytest

from core.config.training_config import TrainingConfig
from core.language import N_
from core.learning.setup import ModelSetup
from core.probes.definition import ProbeDefinition
from core.probes.registry import PROBES
from core.runs.run import Status
from core.training.probe import Probe
from tests.support.model_moments import setup_of
from tests.support.page_without_browser import until
from widgets.board.frame_loop import FrameLoop
from widgets.board.live_board import LiveBoard
from widgets.charts.chart import Update, charts_for
from widgets.charts.choice import Choice
from widgets.charts.finding_update import awaited, dated
from widgets.charts.model_chart import ModelChart
from widgets.charts.parts.style import empty, figure
from widgets.dashboard import Dashboard
from widgets.scenes.model_charts import MODEL_CHARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.training.trainer_snapshot import TrainerSnapshot
    from widgets.board.panel import Panel
    from widgets.charts.model_moment import ModelMoment

SPIRAL = TrainingConfig.suited_to("spiral").replace(width=None, depth=None, size=100, epochs=100_000)


class WeightsProbe(Probe[int]):
    """Counts the weights of the model that is trained."""

    def look(self, snapshot: TrainerSnapshot) -> int:
        return sum(math.prod(weight.shape) for weight in snapshot.weights)


WEIGHTS = ProbeDefinition(
    "weights", lambda learner, optimizer: WeightsProbe(), fits=lambda setup: setup.dataset.kind == "points"
)
UNIT = Choice("unit", N_("Unit"), ("one", "dozen"), default="one")


class WeightsChart(ModelChart):
    """The number of weights as a bar, counted in ones or in dozens."""

    id = "weights"
    title = "Weights"
    probe = WEIGHTS
    choices = (UNIT,)

    def panel(self) -> Panel:
        return self.card(figure([go.Bar(x=["weights"], y=empty())], "", "count"), "how many there are")

    def update(self, moment: ModelMoment) -> Update:
        count = moment.found(WEIGHTS)
        if count is None:
            return {"traces": {0: {"y": empty()}}, "note": awaited("none", WEIGHTS, moment)}
        height = count / 12 if self.chosen["unit"] == "dozen" else count
        return {"traces": {0: {"y": [height]}}, **dated("counted", moment.findings[WEIGHTS.name], moment)}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two lines: the probe in the registry of probes, the chart in that of charts."""
    monkeypatch.setitem(PROBES, WEIGHTS.name, WEIGHTS)
    monkeypatch.setattr("widgets.scenes.model_scene.MODEL_CHARTS", [*MODEL_CHARTS, WeightsChart])
    monkeypatch.setattr("tests.support.page_without_browser.PATIENCE", 120.0)  # TensorFlow is imported meanwhile


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The frames that were drawn, as a page that answers at once takes them."""
    drawn: list[dict[str, Any]] = []

    def draw(board: LiveBoard, frame: dict[str, Any], behind_s: float = 0.0) -> bool:
        drawn.append(frame)
        return True

    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    monkeypatch.setattr(LiveBoard, "seconds_since_ack", lambda self: 0.0)
    monkeypatch.setattr(LiveBoard, "draw", draw)
    return drawn


@pytest.fixture
def dash(frames: list[dict[str, Any]]) -> Iterator[Dashboard]:
    made = Dashboard(SPIRAL)
    yield made
    made.close()


def watch(dash: Dashboard, *visible: str) -> None:
    dash._board._receive({"kind": "view", "view": "a", "visible": list(visible), "hidden": False})


def panel_of(dash: Dashboard) -> Panel:
    (panel,) = (panel for panel in dash._session.scene.panels() if panel.id == "weights")
    return panel


def drawn(frames: list[dict[str, Any]]) -> Update:
    """The newest update of the new chart; {} before there was one."""
    return next((frame["panels"]["weights"] for frame in frames[::-1] if "weights" in frame.get("panels", {})), {})


def heights(frames: list[dict[str, Any]]) -> list[float]:
    return list(drawn(frames)["traces"][0]["y"]) if drawn(frames) else []


def test_the_page_looks_for_what_the_chart_draws_once_it_is_seen_and_its_switch_chooses_a_variant(
    dash: Dashboard, frames: list[dict[str, Any]]
) -> None:
    assert panel_of(dash).title == "Weights"
    assert [(s.name, s.options, s.value) for s in panel_of(dash).switches] == [("unit", ("one", "dozen"), "one")]
    watch(dash, "loss")
    run = dash._session.run
    run.play()
    until(dash, lambda: "evaluation" in run.findings)
    assert WEIGHTS.name not in run.findings  # nobody sees the chart
    watch(dash, "weights")
    until(dash, lambda: bool(heights(frames)))
    parameters = ModelSetup.of(SPIRAL).parameters  # in closed form
    assert heights(frames) == [parameters]
    dash._board._receive({"kind": "switch", "panel": "weights", "name": "unit", "value": "dozen"})
    until(dash, lambda: heights(frames) == [parameters / 12])
    assert panel_of(dash).switches[0].value == "dozen"
    run.pause()
    until(dash, lambda: run.status is Status.PAUSED and drawn(frames)["note"] == "counted")


def test_the_chart_is_on_the_pages_that_its_probe_fits() -> None:
    charts: list[type[ModelChart]] = [*MODEL_CHARTS, WeightsChart]
    assert [chart.id for chart in charts_for(charts, setup_of("spiral"), {})][-1] == "weights"
    assert "weights" not in {chart.id for chart in charts_for(charts, setup_of("digits"), {})}


@pytest.mark.parametrize(
    ("panel", "name", "value"), [("weights", "unit", "gross"), ("weights", "self", "x"), ("no such", "unit", "dozen")]
)
def test_what_a_page_makes_up_leaves_the_charts_as_they_are(dash: Dashboard, panel: str, name: str, value: str) -> None:
    before = [(panel.id, [switch.value for switch in panel.switches]) for panel in dash._session.scene.panels()]
    dash._board._receive({"kind": "switch", "panel": panel, "name": name, "value": value})
    after = [(panel.id, [switch.value for switch in panel.switches]) for panel in dash._session.scene.panels()]
    assert after == before
