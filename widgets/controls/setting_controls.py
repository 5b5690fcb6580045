"""The control of one setting: a menu, a box for an exact number, or a slider with such a box beside it.

Controls never judge a value. They hand on what was dragged or typed as it came, and show what they are given.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import ipywidgets as ipw

from core.field import Field
from core.language import pgettext, shown
from core.number_format import format_number
from widgets.controls.validated_widgets import Column, LogSlider, Menu, Slider, TextBox

Tell = Callable[[object], None]

DIGITS = 8  # of a fraction in its box; what the digits of a float say beyond that is what it cannot say exactly


class Looks:
    """The layout and style models that all controls of a page share: each model costs page load time."""

    def __init__(self) -> None:
        self.shown = ipw.Layout()
        self.hidden = ipw.Layout(display="none")
        self.slider = ipw.widgets.widget_int.SliderStyle()
        self.text = ipw.widgets.widget_string.TextStyle()
        self.html = ipw.widgets.widget_string.HTMLStyle()
        self.menu = ipw.widgets.widget_description.DescriptionStyle()


class Choice:
    """A menu for a setting with listed values, under its name unless that is what its card is called for."""

    def __init__(self, field: Field, value: object, looks: Looks, tell: Tell, named: bool = True) -> None:
        self._field = field
        self._named = named
        self._options = field.options
        self._shown = value
        self._tell = tell
        self.widget = Menu(
            options=_rendered(field.options), value=value, layout=looks.shown, style=looks.menu, **self._texts()
        )
        self.widget.add_class("dl-choice").add_class(css_class(field.name))
        self.widget.on_chosen(self._chosen)
        self.widget.on_refused(lambda _: tell(None))  # no entry: what was sent is an index, not a value

    def show(self, value: object) -> None:
        """Show the entry of this value. Calls nobody back."""
        self._shown = value
        self.widget.value = value

    def offer(self, options: tuple[tuple[str, str], ...]) -> None:
        """Show these entries, as (label, value), the first one chosen. Calls nobody back."""
        if self._options != options:
            self._options = options
            self._shown = options[0][1]
            self.widget.options = _rendered(options)

    def retranslate(self) -> None:
        """Write name, help and entries in the language in use."""
        with self.widget.hold_sync():
            self.widget.write(**self._texts())
            self.widget.relabel(_rendered(self._options))

    def _texts(self) -> dict[str, str]:
        return {
            "description": shown(self._field.label) if self._named else "",
            "tooltip": shown(self._field.help),
        }

    def _chosen(self, value: object) -> None:
        if value != self._shown:
            self._tell(value)


class Exact:
    """A box for a number's exact value; left empty, where that is legal, it means the default."""

    def __init__(self, field: Field, value: object, looks: Looks, tell: Tell) -> None:
        self._field = field
        self._shown = value
        self._tell = tell
        self._box = TextBox(continuous_update=False, layout=looks.shown, style=looks.text, **self._box_texts())
        self._box.observe(lambda change: self._typed(change.new), "value")
        self._box.on_refused(tell)
        self.widget = Column([self._box], layout=looks.shown)
        self.widget.add_class("dl-field").add_class(css_class(field.name))
        if field.kind == "text":
            self.widget.add_class("dl-typed")

    def show(self, value: object) -> None:
        """Show this value. Calls nobody back."""
        self._shown = value
        self._box.value = _text(value)

    def rename(self, label: str) -> None:
        """Call the setting by another name, as another problem does."""
        if label != self._field.label:
            self._field = replace(self._field, label=label)
            self.retranslate()

    def retranslate(self) -> None:
        """Write name, unit, help and the words of an empty box in the language in use."""
        self._box.write(**self._box_texts())

    def _box_texts(self) -> dict[str, str]:
        field = self._field
        unit = pgettext("applies to the next step of a run", "live") if field.live else shown(field.unit)
        return {
            "description": shown(field.label) if field.optional or field.kind == "text" else unit,
            "placeholder": shown(field.empty) if field.optional else "",
            "tooltip": shown(field.help),
        }

    def _typed(self, text: str) -> None:
        if text != _text(self._shown):
            self._tell(text)


class Number(Exact):
    """A box for the exact value and, before it, a slider.

    The slider may be narrower than what is legal: a value beyond it shows at its end, exact in the box.
    """

    _shown: float

    def __init__(self, field: Field, value: object, looks: Looks, tell: Tell) -> None:
        super().__init__(field, value, looks, tell)
        self._low, self._high = field.slider_range
        self._slider = _slider(field, looks)
        self._slider.observe(lambda change: self._slid(change.new), "value")
        self._slider.on_refused(tell)
        self.widget.children = (self._slider, self._box)

    def show(self, value: object) -> None:
        """Show this value, on the slider as well as that can. Calls nobody back."""
        super().show(value)
        if not self._is_at(self._slider.value):
            self._slider.value = value

    def retranslate(self) -> None:
        """Write name, unit and help in the language in use."""
        super().retranslate()
        self._slider.write(**_slider_texts(self._field))

    def _slid(self, position: float) -> None:
        if not self._is_at(position):
            self._tell(self._value_at(position))

    def _is_at(self, position: float) -> bool:
        """Return True if the slider at `position` shows the present value as well as it can.

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


def _slider(field: Field, looks: Looks) -> Slider | LogSlider:
    low, high = field.slider_range
    look = {"layout": looks.shown, "style": looks.slider, "readout": False}
    look |= _slider_texts(field)
    if field.scale == "log":
        ends = {"min": math.log10(low), "max": math.log10(high), "step": 0.01}
        slider = LogSlider(value=low, **ends, **look)
        slider.add_class("dl-log")
    else:
        slider = Slider(min=low, max=high, step=_step(field), value=low, **look)
    slider.add_class(f"dl-{field.name.replace('_', '-')}")
    return slider


def _slider_texts(field: Field) -> dict[str, str]:
    return {"description": shown(field.label), "tooltip": shown(field.help)}


def _step(field: Field) -> float:
    """About a hundredth of the track, in a round number, and so fine that the default is a step."""
    low, high = field.slider_range
    step = 10.0 ** math.floor(math.log10(high - low)) / 100
    while abs(math.remainder(cast("float", field.default) - low, step)) > 1e-9:
        step /= 10
    return step


def control_for(field: Field, value: object, looks: Looks, tell: Tell, named: bool = True) -> Choice | Exact:
    """The control that suits a setting; it calls `tell(raw value)` for each change by a person."""
    if field.kind == "choice":
        return Choice(field, value, looks, tell, named)
    return (Exact if field.optional or field.kind == "text" else Number)(field, value, looks, tell)


def _rendered(options: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """A menu's entries in the language in use."""
    return tuple((shown(label), value) for label, value in options)


def _text(value: object) -> str:
    """The setting in its box; of a number a click on a chart or a link may bring 17 digits."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, float):
        return format_number(float(f"{value:.{DIGITS}g}"))
    return format_number(value)  # type: ignore[arg-type]  # all else with a box is a number


def css_class(name: str) -> str:
    """The CSS class of a setting's control."""
    return f"dl-field-{name.replace('_', '-')}"
