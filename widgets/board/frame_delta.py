"""What the page was told already: a frame leaves it out, since to pack, send and compare it costs both ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Key = tuple[str, ...]

_NEVER = object()  # nothing was said yet; None is a value


class FrameDelta:
    """The newest value of every slot, and of every attribute and layout path of every panel, that was sent.

    The page keeps what it was told, also of panels that are out of sight; `forget` when it may not have it.
    """

    def __init__(self) -> None:
        self._values: dict[Key, Any] = {}
        self._slots: dict[str, Any] = {}

    def forget(self) -> None:
        """The next frame says everything again."""
        self._values, self._slots = {}, {}

    def news(self, panels: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """The updates without what the page has, and from now on it counts as having them: send it, or `forget`.

        No panel is left out: each one counts the frame and its step.
        """
        return {panel_id: self._news_of(panel_id, update) for panel_id, update in panels.items()}

    def news_of_slots(self, slots: Mapping[str, Any]) -> dict[str, Any]:
        """The slots that say something new, and from now on the page counts as having been told."""
        before, self._slots = self._slots, {**self._slots, **slots}
        return {name: value for name, value in slots.items() if name not in before or before[name] != value}

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
        return {name: value for name, value in values.items() if self._is_new((*prefix, name), value)}

    def _is_new(self, key: Key, value: Any) -> bool:
        last = self._values.get(key, _NEVER)
        self._values[key] = value
        return not _same(last, value)


def _same(last: Any, value: Any) -> bool:
    # Arrays and lists by identity: comparing numbers would cost what it saves. Nobody writes into them.
    return last is value or (isinstance(value, str | int | float) and type(last) is type(value) and last == value)
