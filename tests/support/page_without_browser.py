"""The page without a browser, for tests: real widgets, driven by the messages a page would send, and no TensorFlow."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import ipywidgets as ipw
import numpy as np

from core.config.training_config import FIELDS, TrainingConfig
from core.training.step_record import Observation, Steps
from tests.support.moments import observe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.objectives.objective import PlaneObjective
    from widgets.dashboard import Dashboard

PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait
PANELS = ["loss", "surface", "model", "next-step"]


class StraightTrainer:
    """A trainer without TensorFlow: each update adds (0.01, 0.01), whatever the optimizer says."""

    longest_call = 64
    seconds_per_update: float | None = None
    layer_names: tuple[str, ...] = ()
    loop = SimpleNamespace(kind=None)  # there is no choice of programs

    def __init__(self, config: TrainingConfig, objective: PlaneObjective) -> None:
        self.config, self.step, self.diverged = config, 0, False
        self.start = objective.initial[0]

    def compile(self) -> None: ...

    def set_total(self, total_steps: int) -> None: ...

    def reset(self, initial: Sequence[np.ndarray]) -> None:
        self.step, self.start = 0, initial[0]

    def values(self) -> tuple[np.ndarray, ...]:
        return ()

    def resume(self, step: int, values: Sequence[np.ndarray]) -> None:
        assert not values
        self.step, self.diverged = step, False

    def set(self, **settings: float) -> None:
        self.config = self.config.replace(**settings)

    def hyper(self) -> dict[str, float]:
        return {"learning_rate": self.config.learning_rate}

    @property
    def base_rate(self) -> float:
        return self.config.learning_rate

    def advance(self, steps: int) -> Steps:
        first, self.step = self.step, self.step + steps
        points = self.start + 0.01 * np.arange(first, self.step, dtype=np.float32)[:, None]
        ones = np.ones_like(points)
        return Steps(first, ones[:, 0], points, ones, 0.01 * ones, False)

    def observe(self) -> Observation:
        return observe(self.config, (self.start + 0.01 * self.step).tolist(), self.step)


def widgets_in(box: ipw.Widget) -> list[ipw.Widget]:
    return [box, *(widget for child in getattr(box, "children", ()) for widget in widgets_in(child))]


def has_control(dash: Dashboard, name: str) -> bool:
    """Return True if the setting matters, or did: only then it has a control."""
    css_class = f"dl-field-{name.replace('_', '-')}"
    return any(css_class in widget._dom_classes for widget in widgets_in(dash))


def control(dash: Dashboard, name: str) -> ipw.Widget:
    """The box or menu in which a setting's exact value is chosen."""
    css_class = f"dl-field-{name.replace('_', '-')}"
    (field,) = (widget for widget in widgets_in(dash) if css_class in widget._dom_classes)
    return next(widget for widget in widgets_in(field) if isinstance(widget, ipw.Text | ipw.Dropdown))


def from_page(widget: ipw.Widget, **state: object) -> None:
    """Return the message that the kernel gets when a page says a widget has this state."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})


def choose(dash: Dashboard, name: str, value: object) -> None:
    """Sets a control as a page does: text in a box, the number of an entry in a menu."""
    if not has_control(dash, name):
        dash._changes.change({name: value})
        return
    widget = control(dash, name)
    if isinstance(widget, ipw.Dropdown):
        from_page(widget, index=FIELDS[name].choices.index(str(value)))
    else:
        from_page(widget, value=str(value))


def shown(dash: Dashboard, name: str) -> object:
    return control(dash, name).value


def click(dash: Dashboard, css_class: str) -> None:
    (button,) = (widget for widget in widgets_in(dash) if css_class in widget._dom_classes)
    button._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []})


def mount(dash: Dashboard) -> None:
    """A page with all charts on screen."""
    dash._board._receive({"kind": "view", "view": "a", "visible": PANELS, "hidden": False})


def until(dash: Dashboard, wanted: Callable[[], bool]) -> None:
    """Draws, with pauses as the frame loop does, until something holds.

    Without a pause the run's thread, which waits for the interpreter after each read of a file, imported TensorFlow
    in 70 s.
    """
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < deadline, f"{dash._session.run} never got there"
        dash._stage.draw()
        pause.wait(0.01)


def notice(dash: Dashboard) -> str:
    """The sentence that the next frame would show."""
    slots = dash._stage.frame(dash._session.staged)["slots"]
    return f"{slots['notice-title']} {slots['notice-text']}"
