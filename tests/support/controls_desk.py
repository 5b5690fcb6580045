"""A desk of controls whose owner validates and answers, as a dashboard does; and configs in which each matters."""

from __future__ import annotations

import ipywidgets as ipw

from core.config.relevance import (
    FIELDS_OF_OPTIMIZER,
    FIELDS_OF_PROBLEM,
    FIELDS_OF_PRUNING,
    FIELDS_OF_SCHEDULE,
    relevant_fields,
)
from core.config.training_config import FIELDS, TrainingConfig
from core.field import ConfigError
from core.models.family import families_for
from widgets.controls.controls import Controls


class Desk:
    """Controls whose owner validates and answers, as a dashboard does."""

    def __init__(self, config: TrainingConfig | None = None) -> None:
        self.config = config or TrainingConfig()
        self.asked: list[dict[str, object]] = []
        self.sentences: list[str] = []
        self.controls = Controls(self.config, self.change)

    def change(self, values: dict[str, object]) -> None:
        self.asked.append(values)
        try:
            self.config = self.config.replace(**values)
        except ConfigError as error:
            self.sentences.append(str(error))
        self.controls.set(self.config)

    def widgets(self) -> list[ipw.Widget]:
        return [*widgets_in(self.controls.rate), *widgets_in(self.controls.widget)]

    def boxes(self, name: str) -> list[ipw.Widget]:
        css_class = f"dl-field-{name.replace('_', '-')}"
        return [w for w in self.widgets() if css_class in w._dom_classes]

    def part(self, name: str, kind: type) -> ipw.Widget:
        return next(w for box in self.boxes(name) for w in widgets_in(box) if isinstance(w, kind))

    def slider(self, name: str) -> ipw.Widget:
        return self.part(name, ipw.FloatSlider | ipw.FloatLogSlider)

    def text(self, name: str) -> str:
        return self.part(name, ipw.Text).value

    def shown(self) -> set[str]:
        return {name for name in FIELDS if any(box.layout.display != "none" for box in self.boxes(name))}


def widgets_in(box: ipw.Widget) -> list[ipw.Widget]:
    children = getattr(box, "children", ())
    return [box, *(widget for child in children for widget in widgets_in(child))]


def from_page(widget: ipw.Widget, **state: object) -> None:
    """What the kernel gets when a page says a widget has this state."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})


def every_config() -> list[TrainingConfig]:
    """Configs in which, together, every choice is made once."""
    of_problems = [
        TrainingConfig(problem=problem, family=(*families_for(problem), "mlp")[0]) for problem in FIELDS_OF_PROBLEM
    ]
    return [
        *of_problems,
        *(TrainingConfig(optimizer=optimizer) for optimizer in FIELDS_OF_OPTIMIZER),
        *(TrainingConfig(problem="digits", schedule=schedule) for schedule in FIELDS_OF_SCHEDULE),
        *(TrainingConfig(problem="digits", pruning=pruning) for pruning in FIELDS_OF_PRUNING),
    ]


EVERY_CONFIG = every_config()


def config_with(name: str) -> TrainingConfig:
    """A config in which this setting matters."""
    return next(config for config in EVERY_CONFIG if name in relevant_fields(config))
