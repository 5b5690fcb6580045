"""A desk: the forms of a tab as a widget, whose messages are checked before anybody hears of them. See desk.css."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import anywidget
import traitlets as t

from widgets.controls.validated_widgets import ValidatedWidget

Payload = dict[str, Any]
OnEvent = Callable[[str, Payload], None]
Test = Callable[[Payload], bool]


def is_empty(payload: Payload) -> bool:
    """True for a message that says no more than its kind."""
    return not payload


class Desk(ValidatedWidget, anywidget.AnyWidget):
    """Forms; `desk` is all that the page needs to show them. A subclass names the messages it takes in `tests`."""

    tests: ClassVar[Mapping[str, Test]]  # by kind, what tells whether the rest of a message is as it should be

    desk = t.Dict().tag(sync=True)

    def __init__(self, on_event: OnEvent) -> None:
        """`on_event(kind, payload)` is called for what a person asks for, checked."""
        self._on_event = on_event
        super().__init__()
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: Payload, _buffers: object) -> None:
        kind, payload = content.get("kind"), {name: value for name, value in content.items() if name != "kind"}
        if isinstance(kind, str) and (test := self.tests.get(kind)) is not None and test(payload):
            self._on_event(kind, payload)
