"""The form of an experiment: what to choose, the press that starts it, how far it is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from widgets.controls.validated_widgets import ValidatedWidget
from widgets.front_end import joined_module

if TYPE_CHECKING:
    from collections.abc import Sequence

    Values = dict[str, str]

OnPress = Callable[[str, dict[str, str]], None]
LONGEST = 100  # characters of a text from the page


@dataclass(frozen=True)
class FormField:
    """A menu of `options`, as (value, label), or a text box if there are none.

    It is in sight only while the field `only_with` has `only_value`, where that is named.
    """

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    only_with: str = ""
    only_value: str = ""


class ExperimentForm(ValidatedWidget, anywidget.AnyWidget):
    """The form as the page shows it; `form` is all that it needs."""

    _esm = joined_module(Path(__file__).with_suffix(".js"))

    form = t.Dict().tag(sync=True)

    def __init__(self, on_press: OnPress) -> None:
        """`on_press(name, values)` is called for "start", with the values of all fields, and for "cancel"."""
        self._on_press = on_press
        self._fields: Sequence[FormField] = ()
        super().__init__()
        self.on_msg(self._receive)

    def show(
        self, fields: Sequence[FormField], texts: Mapping[str, str], says: Sequence[str], *, can_start: bool,
        is_running: bool, progress: float,
    ) -> None:  # fmt: skip
        """Shows the form; `progress` is the share that is done.

        `texts` are its "title", what it is "about", its buttons "start" and "cancel" and the name of its "progress".
        """
        self._fields = fields
        form = {
            "fields": [asdict(field) for field in fields], "texts": dict(texts), "says": list(says),
            "can_start": can_start, "is_running": is_running, "progress": progress,
        }  # fmt: skip
        if form != self.form:
            self.form = form

    def _receive(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        values = content.get("values")
        if content.get("kind") == "cancel":
            self._on_press("cancel", {})
        elif content.get("kind") == "start" and isinstance(values, dict) and self._are_values(values):
            self._on_press("start", values)

    def _are_values(self, values: dict[object, object]) -> bool:
        fields = {field.name: field for field in self._fields}
        return values.keys() == fields.keys() and all(_is_legal(field, values[name]) for name, field in fields.items())


def _is_legal(field: FormField, value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST:
        return False
    return not field.options or any(value == option for option, _label in field.options)
