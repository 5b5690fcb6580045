"""What the page was told already: a frame leaves it out, since to pack, send and compare it costs both ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Key = tuple[str, ...]


class Told:
    """The newest value of every attribute and layout path of every panel that was sent.

    The page keeps what it was told, also of panels that are out of sight; `forget` when it may not have it.
    """

    def __init__(self) -> None:
        self._values: dict[Key, Any] = {}

    def forget(self) -> None:
        """The next frame says everything again."""
        self._values = {}

    def note(self, panels: Mapping[str, Mapping[str, Any]]) -> None:
        """Remembers that these panels' updates were sent."""
        for panel_id, update in panels.items():
            for key, value in _attributes(panel_id, update):
                self._values[key] = value

    def news(self, panels: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """The updates without what the page has. No panel is left out: each one counts the frame and its step."""
        return {panel_id: self._news_of(panel_id, update) for panel_id, update in panels.items()}

    def _news_of(self, panel_id: str, update: Mapping[str, Any]) -> dict[str, Any]:
        news = dict(update)
        if "traces" in update:
            traces = {
                index: self._changed((panel_id, "traces", str(index)), of) for index, of in update["traces"].items()
            }
            news["traces"] = {index: changed for index, changed in traces.items() if changed}
        if "layout" in update:
            news["layout"] = self._changed((panel_id, "layout"), update["layout"])
        return news

    def _changed(self, prefix: Key, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not self._has((*prefix, name), value)}

    def _has(self, key: Key, value: Any) -> bool:
        if key not in self._values:
            return False
        last = self._values[key]
        # Arrays and lists by identity: comparing numbers would cost what it saves. Nobody writes into them.
        return last is value or (isinstance(value, str | int | float) and type(last) is type(value) and last == value)


def _attributes(panel_id: str, update: Mapping[str, Any]) -> list[tuple[Key, Any]]:
    of_traces = [
        ((panel_id, "traces", str(index), name), value)
        for index, trace in update.get("traces", {}).items()
        for name, value in trace.items()
    ]
    return of_traces + [((panel_id, "layout", path), value) for path, value in update.get("layout", {}).items()]
