"""The forms of rate test, sweep and race. See sweep_desk.js."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.config.settings import FIELDS
from core.language import _, pgettext
from core.sweeps.proposals import BAYESIAN, GRID, HYPERBAND, MEDIAN, NEVER, RANDOM
from core.sweeps.setting_range import LONGEST
from widgets.desk import Desk, Test, is_empty
from widgets.front_end import joined_module

MOST_RANGES = 8
METHODS, PRUNINGS = (RANDOM, GRID, BAYESIAN), (NEVER, MEDIAN, HYPERBAND)
SPEEDS = ("step", "own")


def _are_ranges(ranges: object) -> bool:
    return isinstance(ranges, list) and 1 <= len(ranges) <= MOST_RANGES and all(map(_is_range, ranges))


def _is_range(entry: object) -> bool:
    if not isinstance(entry, list) or len(entry) != 2:
        return False
    name, text = entry
    return isinstance(name, str) and name in FIELDS and isinstance(text, str) and len(text) <= LONGEST


def _is_sweep(payload: dict[str, Any]) -> bool:
    texts = ("budget", "address")
    return (
        payload.keys() == {"ranges", "method", "pruning", *texts}
        and _are_ranges(payload["ranges"])
        and payload["method"] in METHODS
        and payload["pruning"] in PRUNINGS
        and all(isinstance(payload[name], str) and len(payload[name]) <= LONGEST for name in texts)
    )


def _is_race(payload: dict[str, Any]) -> bool:
    return payload.keys() == {"ranges", "speed"} and _are_ranges(payload["ranges"]) and payload["speed"] in SPEEDS


_TESTS: dict[str, Test] = {
    "test": is_empty,
    "sweep": _is_sweep,
    "race": _is_race,
    "stop": lambda payload: payload.keys() == {"what"} and payload["what"] in ("test", "sweep", "race"),
    "open": lambda payload: payload.keys() == {"number"} and type(payload["number"]) is int,
}


class SweepDesk(Desk):
    """Three forms; `desk` is all that the page needs to show them.

    The messages: "test" {}, "sweep" {"ranges": [[name, text], ...], "method", "budget", "pruning", "address": texts},
    "race" {"ranges": one of these, "speed"}, "stop" {"what": one of these three}, "open" {"number"}: of a trial.
    """

    _esm = joined_module(Path(__file__).with_suffix(".js"))
    tests = _TESTS

    def say_opened(self) -> None:
        """Has the page show the Train tab."""
        self.send({"kind": "opened"})


def desk_texts() -> dict[str, str]:
    """The words of the forms, by the names that their JavaScript has for them."""
    return {
        "test": _("Test learning rates"),
        "test_about": _("Raises the rate step by step on a copy of this run's start. The run itself is left as it is."),
        "sweep": _("Sweep over settings"),
        "sweep_about": _("Trains many runs of this setup with other settings, several at once, and keeps them all."),
        "race": pgettext("several runs", "Race"),
        "race_about": _("Starts several runs from the same point at once, one for each value."),
        "setting": _("Setting"),
        "values": _("Range or list"),
        "add": _("Add a setting"),
        "remove": _("Remove this setting"),
        "method": _("Search"),
        "budget": _("Runs"),
        "pruning": _("Give up early"),
        "address": _("Dask scheduler (empty: this machine)"),
        "speed": pgettext("of a race", "Speed"),
        "start_test": _("Start the test"),
        "start_sweep": _("Start the sweep"),
        "start_race": _("Start the race"),
        "stop": _("Stop"),
        "open": _("Open trial {number} on the Train tab"),
        "trials": _("Best trials"),
    }


def desk_choices() -> dict[str, list[list[str]]]:
    """The menus of the forms, each entry as (value, label)."""
    return {
        "method": [
            [RANDOM, pgettext("search", "Random")],
            [GRID, pgettext("search", "Grid")],
            [BAYESIAN, pgettext("search", "Bayesian")],
        ],
        "pruning": [
            [NEVER, pgettext("give up early", "Never")],
            [MEDIAN, _("Below the median")],
            [HYPERBAND, "Hyperband"],
        ],
        "speed": [["step", _("In step")], ["own", _("Each at its own speed")]],
    }
