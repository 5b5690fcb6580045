"""The control column: one slider, box or menu for each setting of a `TrainingConfig`, built from its table.

Controls never judge a value. They hand what was dragged or typed to `on_change` as it came and show
the config they are given back, so that a refused value is replaced by the last good one.
"""

import math
from collections.abc import Callable, Mapping
from typing import cast

import ipywidgets as ipw

from core.config import FIELDS, FIELDS_OF_OPTIMIZER, FIELDS_OF_PROBLEM, Field, TrainingConfig, format_number
from widgets.guarded import Column, Html, LogSlider, Menu, Slider, TextBox

OnChange = Callable[[dict[str, object]], None]

CARDS: Mapping[str, tuple[str, ...]] = {
    "Problem": ("problem", "samples", "noise", "condition", "start_x", "start_y"),
    "Optimizer": (
        "optimizer", "learning_rate", "momentum", "rho", "beta_1", "beta_2", "epsilon",
        "weight_decay", "initial_accumulator_value",
    ),
    "Run": ("epochs", "batch_size", "seed"),
}  # fmt: skip
ALWAYS_SHOWN = ("problem", "optimizer", "epochs")

RATE_NOTE = '<div class="dl-rate-note" data-dl-slot="rate-note"></div>'


class Controls:
    """The controls of one page.

    `on_change({name: raw value})` is called for each change by a person; the receiver answers with
    `set(config)`: the new config, or the old one if it refused. `widget` is the column, `labels` maps
    each control's CSS class to its accessible name.
    """

    def __init__(self, config: TrainingConfig, on_change: OnChange) -> None:
        self._config = config
        self._on_change = on_change
        self._looks = _Looks()
        self._controls = {name: self._build(FIELDS[name]) for names in CARDS.values() for name in names}
        self.labels = {_css_class(name): FIELDS[name].label for name in self._controls}
        self.widget = Column([self._card(title) for title in CARDS], layout=self._looks.shown)
        self.widget.add_class("dl-controls")
        self.set(config)

    def set(self, config: TrainingConfig) -> None:
        """Show a config. Calls nobody back."""
        self._config = config
        relevant = _relevant_fields(config)
        for name, control in self._controls.items():
            control.show(getattr(config, name))
            control.widget.layout = self._looks.shown if name in relevant else self._looks.hidden

    def _build(self, field: Field) -> "_Choice | _Exact":
        def tell(value: object) -> None:
            self._on_change({field.name: value})

        return _kind_of(field)(field, getattr(self._config, field.name), self._looks, tell)

    def _card(self, title: str) -> Column:
        rows: list[ipw.Widget] = [Html(f"<h2>{title}</h2>", layout=self._looks.shown, style=self._looks.html)]
        for name in CARDS[title]:
            rows.append(self._controls[name].widget)
            if name == "learning_rate":
                rows.append(Html(RATE_NOTE, layout=self._looks.shown, style=self._looks.html))
        card = Column(rows, layout=self._looks.shown)
        card.add_class("dl-control-card")
        return card


class _Looks:
    """The layout and style models that all controls of a page share: each model costs page load time."""

    def __init__(self) -> None:
        self.shown = ipw.Layout()
        self.hidden = ipw.Layout(display="none")
        self.slider = ipw.widgets.widget_int.SliderStyle()
        self.text = ipw.widgets.widget_string.TextStyle()
        self.html = ipw.widgets.widget_string.HTMLStyle()
        self.menu = ipw.widgets.widget_description.DescriptionStyle()


class _Choice:
    """A menu for a setting with listed values."""

    def __init__(self, field: Field, value: object, looks: _Looks, tell: Callable[[object], None]) -> None:
        self._shown = value
        self._tell = tell
        self.widget = Menu(options=field.options, value=value, layout=looks.shown, style=looks.menu, tooltip=field.help)
        self.widget.add_class("dl-choice").add_class(_css_class(field.name))
        self.widget.observe(lambda change: self._changed(change.new), "value")
        self.widget.on_refused(lambda _: tell(None))  # no entry: what was sent is an index, not a value

    def show(self, value: object) -> None:
        self._shown = value
        self.widget.value = value

    def _changed(self, value: object) -> None:
        if value != self._shown:
            self._tell(value)


class _Exact:
    """A box for a number's exact value; left empty, where that is legal, it means the default."""

    def __init__(self, field: Field, value: object, looks: _Looks, tell: Callable[[object], None]) -> None:
        self._field = field
        self._shown = value
        self._tell = tell
        self._box = TextBox(
            description=field.label if field.optional else ("live" if field.live else field.unit),
            placeholder="default" if field.optional else "",
            tooltip=field.help, continuous_update=False, layout=looks.shown, style=looks.text,
        )  # fmt: skip
        self._box.observe(lambda change: self._typed(change.new), "value")
        self._box.on_refused(tell)
        self.widget = Column([self._box], layout=looks.shown)
        self.widget.add_class("dl-field").add_class(_css_class(field.name))

    def show(self, value: object) -> None:
        self._shown = value
        self._box.value = _text(value)

    def _typed(self, text: str) -> None:
        if text != _text(self._shown):
            self._tell(text)


class _Number(_Exact):
    """A box for the exact value and, before it, a slider.

    The slider may be narrower than what is legal: a value beyond it shows at its end, exact in the box.
    """

    _shown: float

    def __init__(self, field: Field, value: object, looks: _Looks, tell: Callable[[object], None]) -> None:
        super().__init__(field, value, looks, tell)
        self._low, self._high = field.slider_range
        self._slider = _slider(field, looks)
        self._slider.observe(lambda change: self._slid(change.new), "value")
        self._slider.on_refused(tell)
        self.widget.children = (self._slider, self._box)

    def show(self, value: object) -> None:
        super().show(value)
        if not self._is_at(self._slider.value):
            self._slider.value = value

    def _slid(self, position: float) -> None:
        if not self._is_at(position):
            self._tell(self._value_at(position))

    def _is_at(self, position: float) -> bool:
        """Whether the slider at `position` shows the present value as well as it can.

        A page moves a slider that is set to an exact value to the nearest of its steps, or to its end,
        and reports that as if a person had dragged it. It must not replace the exact value.
        """
        shown = min(max(self._shown, self._low), self._high)
        off = abs(self._slider.place(position) - self._slider.place(shown))
        return off <= 0.501 * self._slider.step or self._value_at(position) == shown

    def _value_at(self, position: float) -> int | float:
        """The setting's value at a slider position, in as many digits as a hand can mean."""
        digits = 3 if self._field.scale == "log" else 6
        value = min(max(float(f"{position:.{digits}g}"), self._low), self._high)
        return round(value) if self._field.kind == "int" else value


def _kind_of(field: Field) -> type[_Choice] | type[_Exact]:
    if field.kind == "choice":
        return _Choice
    return _Exact if field.optional else _Number


def _slider(field: Field, looks: _Looks) -> Slider | LogSlider:
    low, high = field.slider_range
    look = {"layout": looks.shown, "style": looks.slider, "readout": False, "tooltip": field.help}
    if field.scale == "log":
        ends = {"min": math.log10(low), "max": math.log10(high), "step": 0.01}
        slider = LogSlider(description=field.label, value=low, **ends, **look)
        slider.add_class("dl-log")
    else:
        slider = Slider(description=field.label, min=low, max=high, step=_step(field), value=low, **look)
    slider.add_class(f"dl-{field.name.replace('_', '-')}")
    return slider


def _step(field: Field) -> float:
    """About a hundredth of the track, in a round number, and so fine that the default is a step."""
    low, high = field.slider_range
    step = 10.0 ** math.floor(math.log10(high - low)) / 100
    while abs(math.remainder(cast(float, field.default) - low, step)) > 1e-9:
        step /= 10
    return step


def _relevant_fields(config: TrainingConfig) -> set[str]:
    return {*ALWAYS_SHOWN, *FIELDS_OF_PROBLEM[config.problem], *FIELDS_OF_OPTIMIZER[config.optimizer]}


def _text(value: object) -> str:
    return "" if value is None else format_number(value)  # type: ignore[arg-type]


def _css_class(name: str) -> str:
    return f"dl-field-{name.replace('_', '-')}"
