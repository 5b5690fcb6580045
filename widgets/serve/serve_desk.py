"""The desk of the Serve tab: what is served, where, its knobs and the load on it. See serve_desk.js."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from core.formats.file_format import FORMATS
from core.language import _
from core.load.scenario import SCENARIOS
from widgets.desk import Desk, Test, is_empty
from widgets.front_end import joined_module

LONGEST = 20  # characters of a number
WHAT = re.compile(r"|artifact:[0-9]{1,9}|run:\w{1,64}", re.ASCII)  # "" is the run of the page
MOST_BATCH, MOST_WAIT_MS = 1024, 1000


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _are_knobs(payload: dict[str, Any]) -> bool:
    if payload.keys() != {"largest_batch", "longest_wait_ms"}:
        return False
    rows, wait = payload["largest_batch"], payload["longest_wait_ms"]
    return type(rows) is int and 1 <= rows <= MOST_BATCH and type(wait) in (int, float) and 0 <= wait <= MOST_WAIT_MS


_TESTS: dict[str, Test] = {
    "serve": lambda payload: (
        payload.keys() == {"format", "port", "what"}
        and payload["format"] in FORMATS
        and _is_text(payload["port"])
        and isinstance(payload["what"], str)
        and WHAT.fullmatch(payload["what"]) is not None
    ),
    "stop": is_empty,
    "knobs": _are_knobs,
    "load": lambda payload: (
        payload.keys() == {"scenario", "rate", "seconds"}
        and payload["scenario"] in {each.name for each in SCENARIOS}
        and _is_text(payload["rate"])
        and _is_text(payload["seconds"])
    ),
    "sweep": is_empty,
    "stop_load": is_empty,
}


class ServeDesk(Desk):
    """Forms and what is said of the server; `desk` is all that the page needs to show them.

    The messages: "serve" {"format", "port", "what"}, "stop" {}, "knobs" {"largest_batch", "longest_wait_ms"},
    "load" {"scenario", "rate", "seconds"}, "sweep" {}, "stop_load" {}.
    """

    _esm = joined_module(Path(__file__).with_suffix(".js"))
    tests = _TESTS


def desk_texts() -> dict[str, str]:
    """The words of the desk, by the names that its JavaScript has for them."""
    return {
        "title": _("Serve the trained model"),
        "what": _("What to serve"),
        "format": _("Format"),
        "port": _("Port, 0 for any"),
        "serve": _("Serve"),
        "stop": _("Stop serving"),
        "address": _("Address"),
        "curl": _("From a terminal"),
        "knobs": _("Dynamic batching"),
        "largest_batch": _("Largest batch, rows"),
        "longest_wait_ms": _("Longest wait, ms"),
        "load": _("Load"),
        "scenario": _("Scenario (MLPerf)"),
        "rate": _("Requests per second"),
        "seconds": _("Seconds"),
        "put": _("Put load"),
        "sweep": _("Sweep over rates"),
        "stop_load": _("Stop the load"),
        "measured": _("What was measured"),
    }
