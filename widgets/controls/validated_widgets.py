"""Widgets that take from the page only what they offer.

A slider's bounds and a menu's entries are decoration: a page can send any message to any widget of
its kernel. ipywidgets answers a bad one with a traceback; a guarded widget answers by showing the page
the state it still has, and tells whoever asked what was refused.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeGuard

import ipywidgets as ipw

LONGEST_TEXT = 4000  # characters a page may put into a text box


class ValidatedWidget(ipw.DOMWidget):
    """A widget mixin: a page may set the traits in `from_page`, to values for which its test is true.

    Put it before the widget class. Kernel code sets traits as always; only messages are checked.
    """

    from_page: ClassVar[Mapping[str, Callable[[Any, object], bool]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._refused_callbacks: list[Callable[[object], None]] = []
        super().__init__(*args, **kwargs)

    def on_refused(self, callback: Callable[[object], None]) -> None:
        """Call `callback(value)` with each value of a `from_page` trait that a page sent in vain."""
        self._refused_callbacks.append(callback)

    def write(self, **texts: str) -> None:
        """Set traits that hold text, in one message."""
        with self.hold_sync():
            for name, text in texts.items():
                setattr(self, name, text)

    def set_state(self, sync_data: dict[str, object]) -> None:
        """Take what is allowed; for the rest show the page the present state again."""
        for name, value in sync_data.items():
            test = self.from_page.get(name)
            if test is not None and test(self, value):
                super().set_state({name: value})
            elif name in self.keys:
                self.send_state(name)
                if test is not None:
                    self._tell_refused(value)

    def _tell_refused(self, value: object) -> None:
        for callback in self._refused_callbacks:
            callback(value)

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        """The one way in for messages: those that ipywidgets could not read end here."""
        data = msg.get("content", {}).get("data")
        if _is_readable(data):
            super()._handle_msg(msg)


def _is_readable(data: object) -> bool:
    if not isinstance(data, dict) or data.get("buffer_paths"):
        return False  # none of these widgets has binary state
    if data.get("method") == "update":
        return isinstance(data.get("state"), dict)
    if data.get("method") == "custom":
        return isinstance(data.get("content"), dict)
    return data.get("method") == "request_state"


def is_finite_number(value: object) -> TypeGuard[float]:
    """True if a value from a page is an int or float that is finite; a bool is not a number here."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -1e300 < value < 1e300  # false for nan, and safe for ints too large to be a float


def is_text(value: object) -> bool:
    """True if a value from a page is a text of at most LONGEST_TEXT characters."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_entry(menu: Any, index: object) -> bool:
    return isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(menu.options)


def _is_on_slider(slider: Any, value: object) -> bool:
    return is_finite_number(value) and bool(slider.min <= value <= slider.max)


def _is_on_log_slider(slider: Any, value: object) -> bool:
    """The page computes base**exponent too, and may differ from us in the last digits at the ends."""
    if not is_finite_number(value) or value <= 0:
        return False
    return bool(slider.min - 1e-9 <= math.log10(value) <= slider.max + 1e-9)


class Slider(ValidatedWidget, ipw.FloatSlider):
    """A linear slider whose value a page can only move within its ends."""

    from_page = {"value": _is_on_slider}  # noqa: RUF012  (annotated as ClassVar in Guarded)

    def place(self, value: float) -> float:
        """Return the place of a value on the track, in the unit of `step`."""
        return value


class LogSlider(ValidatedWidget, ipw.FloatLogSlider):
    """A slider over powers of ten whose value a page can only move within its ends."""

    from_page = {"value": _is_on_log_slider}  # noqa: RUF012  (as above)

    def place(self, value: float) -> float:
        """Return the place of a value on the track, in the unit of `step`: powers of ten."""
        return math.log10(value)


class _Entries(ipw.widgets.widget_selection._Selection):
    """Listed entries, as (label, value), whose labels can be written in another language."""

    _relabelling = False

    def on_chosen(self, callback: Callable[[Any], None]) -> None:
        """Call `callback(value)` for each entry that is chosen, but not while labels are replaced."""

        def report(change: Any) -> None:
            if not self._relabelling:
                callback(change.new)

        self.observe(report, "value")

    def relabel(self, options: Sequence[tuple[str, Any]]) -> None:
        """Show the same entries under other labels; the chosen one stays."""
        index: Any = self.index  # type: ignore[has-type]  # a traitlet, which has no type here
        self._relabelling = True  # ipywidgets chooses the first entry of new options
        try:
            with self.hold_sync():
                self.options, self.index = options, index
        finally:
            self._relabelling = False


class ChoiceSlider(ValidatedWidget, _Entries, ipw.SelectionSlider):
    """A slider over listed entries."""

    from_page = {"index": _is_entry}  # noqa: RUF012  (as above)


class Menu(ValidatedWidget, _Entries, ipw.Dropdown):
    """A drop-down menu."""

    from_page = {"index": _is_entry}  # noqa: RUF012  (as above)


class TextBox(ValidatedWidget, ipw.Text):
    """A one-line text box."""

    from_page = {"value": lambda _, value: is_text(value)}  # noqa: RUF012  (as above)


class Button(ValidatedWidget, ipw.Button):
    """A button: a page can click it and change nothing about it."""


class Html(ValidatedWidget, ipw.HTML):
    """Text with markup from the kernel: nothing a page could set."""


class Column(ValidatedWidget, ipw.VBox):
    """A box of widgets: nothing a page could set."""
