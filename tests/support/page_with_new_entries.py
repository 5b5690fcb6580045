"""Drives a page that has one new entry in each registry, without a browser, and prints what it showed as JSON."""

from __future__ import annotations

import json
import pickle

from tests.support.new_entries import register

register()

from core.config.training_config import FIELDS, TrainingConfig  # noqa: E402  (the registries are to be filled first)
from core.learning.learner import build_learner  # noqa: E402
from core.learning.setup import ModelSetup  # noqa: E402
from core.runs.status import Status  # noqa: E402
from core.training.build import build_trainer  # noqa: E402
from tests.support import page_without_browser  # noqa: E402
from tests.support.page_without_browser import choose, click, control, from_page, mount, until, widgets_in  # noqa: E402
from widgets.board.frame_loop import FrameLoop  # noqa: E402
from widgets.controls.setting_controls import css_class  # noqa: E402
from widgets.controls.validated_widgets import Slider  # noqa: E402
from widgets.dashboard import Dashboard  # noqa: E402
from widgets.page import stage  # noqa: E402
from widgets.scenes.surface_scene import SurfaceScene  # noqa: E402

page_without_browser.PATIENCE = 150.0  # TensorFlow is imported on the way
stage.LOST_SECONDS = 1500  # nobody answers for this page's frames
FrameLoop.start = lambda self: None  # type: ignore[method-assign]  # frames are drawn by hand


def is_shown(dash: Dashboard, name: str) -> bool:
    """True if the setting has a control that is not hidden."""
    fields = [widget for widget in widgets_in(dash) if css_class(name) in widget._dom_classes]
    return any(field.layout.display != "none" for field in fields)


def surface_page() -> dict[str, object]:
    """The tray, minimised by the new optimizer."""
    dash = Dashboard()
    choose(dash, "problem", "tray")
    choose(dash, "optimizer", "averaged")
    choose(dash, "steepness", "8")
    choose(dash, "epochs", "25")
    mount(dash)
    session = dash._session
    run, scene = session.run, session.scene
    assert isinstance(scene, SurfaceScene)
    until(dash, lambda: run.status is Status.PAUSED)
    choose(dash, "inertia", "0,8")  # it is live, and typed with a comma
    until(dash, lambda: dash._stage.frame(session.staged)["slots"]["formula-0-inertia"] == "0.8")
    before = dash._stage.frame(session.staged)
    click(dash, "dl-play")
    until(dash, lambda: run.status is Status.FINISHED)
    until(dash, lambda: getattr(scene.moment(run), "step", None) == 25)
    moment, history = scene.moment(run), run.history
    assert moment is not None
    assert history is not None
    rows = history.view(100, columns=("step", "parameter_0", "parameter_1"))
    seen = {
        "same_run": dash._session.run is run,
        "sliders": [widget.description for widget in widgets_in(dash) if isinstance(widget, Slider)],
        "inertia": control(dash, "inertia").value,
        "query": dash.config.to_query(),
        "formula": dash._stage.formula.value,
        "slots": {name: value for name, value in before["slots"].items() if name.startswith("formula-")},
        "rate_note": dash._stage.frame(session.staged)["slots"]["rate-note"]["text"],
        "limit": moment.view.zones.limit,
        "points": [rows["parameter_0"].tolist(), rows["parameter_1"].tolist()],
        "update": moment.view.terms.update.tolist(),
        "momentum": moment.view.terms.momentum.tolist(),  # type: ignore[union-attr]  # its rule gives one
    }
    dash.close()
    return seen


def model_page() -> dict[str, object]:
    """The new family, schedule and optimizer together on data: what the page offers, and the steps they take."""
    config = TrainingConfig.suited_to("circle").replace(optimizer="averaged", batch_size=400)
    dash = Dashboard(config)
    families = control(dash, "family")  # its menu offers the families that fit the data
    from_page(families, index=[value for _, value in families.options].index("bottleneck"))
    choose(dash, "schedule", "exponential")
    choose(dash, "half_life", "2")
    board = {panel.id: panel for panel in dash._session.scene.panels()}
    names = [trace.name for trace in board["curvature"].figure.data]
    seen: dict[str, object] = {
        "shown": [name for name in FIELDS if is_shown(dash, name)],
        "formula": dash._stage.formula.value,
        "threshold": names[1],
        "query": dash.config.to_query(),
        "again": TrainingConfig.from_query(dash.config.to_query())[0] == dash.config,
        "pickled": pickle.loads(pickle.dumps(dash.config)) == dash.config,
    }
    learner = build_learner(ModelSetup.of(dash.config))
    trainer = build_trainer(dash.config, learner.objective)
    rates = [trainer.hyper()["learning_rate"]]
    losses = []
    for _ in range(6):
        losses.append(float(trainer.advance(1).loss[0]))
        rates.append(trainer.hyper()["learning_rate"])
    dash.close()
    parameters = learner.card.parameters, learner.setup.parameters
    return {**seen, "rates": rates, "losses": losses, "parameters": parameters, "base": dash.config.learning_rate}


if __name__ == "__main__":
    print(json.dumps({"surface": surface_page(), "model": model_page()}))
