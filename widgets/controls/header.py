"""Page: what belongs to the whole page and to no single control.

It is the header (title, theme, projector size, link, help), the page's look, the accessible names, the
keyboard shortcuts, and the heartbeat that tells a visitor when the kernel is gone.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from widgets.controls.validated_widgets import ValidatedWidget, is_text

THEMES = ("auto", "light", "dark")

# (heading, ((term, meaning), ...)), as plain text.
HELP: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Keyboard",
        (
            ("Space", "Play or pause."),
            ("→", "One step."),
            ("R", "Reset: the same run from its start."),
            ("Esc", "Close this help."),
        ),
    ),
    (
        "What the charts show",
        (
            (
                "Loss",
                "What the optimizer minimises, at every step so far, with the changes of the learning rate.",
            ),
            (
                "Loss surface",
                "The loss for every pair of parameters, bright where it is low; the path so far, the "
                "negative gradient, the momentum and the update about to be made. Click to start from there.",
            ),
            ("Model", "The data and the line the parameters describe now, or the coordinates by step."),
            (
                "The next step",
                "The loss along the direction of the next update: how far this learning rate goes, and how "
                "far would be too far.",
            ),
        ),
    ),
    (
        "Where a model learns from data",
        (
            ("Loss, accuracy", "On training and on held-out examples; dotted, the best that needs no model."),
            ("Answers", "What the model says of held-out data: boundary, samples, confusion, forecast, text."),
            ("Layers", "The norm of each layer's gradient, or how far an update moves its weights."),
            ("Curvature", "The steepest direction against what the learning rate bears: a local estimate."),
            ("Loss landscape", "Losses on a plane around the path; it says how far the plane is from the truth."),
            ("at step", "Findings that take time are made now and then, and say at which step."),
        ),
    ),
    (
        "What the controls do",
        (
            ("live", "Applies to the very next step of the run in progress."),
            ("the others", "Start a new run, since they change what is minimised or how."),
            ("Learning rate track", "Slow, stable, best and the limit, here; beyond it the loss grows."),
            ("Number boxes", "Take exact values, also beyond the slider's ends."),
        ),
    ),
)

OnEvent = Callable[[str, dict[str, Any]], None]


class Header(ValidatedWidget, anywidget.AnyWidget):
    """The header of the page, to be the first child of the box with class `dl-root`.

    `labels` maps CSS classes to the accessible names of what is inside; `query` is the link to copy,
    without "?"; `theme` is "auto", "light" or "dark".
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")

    labels = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    theme = t.Enum(THEMES, "auto").tag(sync=True)
    query = t.Unicode("").tag(sync=True)
    help = t.Any(HELP, read_only=True).tag(sync=True)

    from_page = {"theme": lambda _, value: value in THEMES}  # noqa: RUF012  (annotated as ClassVar in Guarded)

    def __init__(self, **traits: Any) -> None:
        self._event_callbacks: list[OnEvent] = []
        super().__init__(**traits)
        self.on_msg(self._answer)

    def on_event(self, callback: OnEvent) -> None:
        """Call `callback("hello", {"query": str})` when a view of the page opens: its URL's query."""
        self._event_callbacks.append(callback)

    def _answer(self, _: object, content: dict[str, Any], __: object) -> None:
        kind, query = content.get("kind"), content.get("query")
        if kind == "ping":
            self.send({"kind": "pong"})
        elif kind == "hello" and is_text(query):
            for callback in self._event_callbacks:
                callback("hello", {"query": query})
