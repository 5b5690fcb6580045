"""A run that a browser has kept: read as it was written, and refused if anybody else wrote it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from core.config.training_config import TrainingConfig
from core.runs.past.setting_changes import TOTAL_STEPS, SettingChange
from core.runs.saved_run import SavedRun

CONFIG = TrainingConfig(optimizer="momentum", learning_rate=0.1, epochs=500).replace(momentum=0.5)
CHANGES = (
    SettingChange(3, "learning_rate", 0.01, 0.2),
    SettingChange(3, TOTAL_STEPS, 1000, 500),
    SettingChange(9, "momentum", 0.9, 0.5),
    SettingChange(40, "learning_rate", 0.2, 0.1, dragged=True),
)
SAVED = SavedRun(CONFIG, 55, CHANGES, "xla", 2.5e-5, playing=True, pace=200)
QUERY = CONFIG.to_query()


def written(**others: object) -> dict[str, Any]:
    """What the browser has kept, through JSON as there, with some of it written over."""
    return json.loads(json.dumps({**SAVED.to_json(), "step": SAVED.step, **others}))


def test_a_run_is_read_as_it_was_written() -> None:
    assert SavedRun.read(QUERY, written()) == SAVED
    assert SavedRun.read("", {**SavedRun(TrainingConfig()).to_json(), "step": 0}) == SavedRun(TrainingConfig())


def test_a_run_starts_with_the_values_that_live_settings_had_before_their_first_change() -> None:
    assert SAVED.start == {"learning_rate": 0.01, TOTAL_STEPS: 1000, "momentum": 0.9}


RUBBISH = {
    "no step": {"step": None},
    "a step that is a truth": {"step": True},
    "half a step": {"step": 2.5},
    "a step before the first": {"step": -1},
    "more steps than there can be": {"step": 10**16},
    "no list of changes": {"changes": "all"},
    "too many changes": {"changes": [[1, "momentum", 0.1, 0.2, False]] * 1001},
    "a change that is too short": {"changes": [[3, "momentum", 0.1]]},
    "a change of nothing": {"changes": [None]},
    "a setting that is not live": {"changes": [[3, "seed", 1, 2, False]]},
    "a setting of another optimizer": {"changes": [[3, "rho", 0.9, 0.5, False]]},
    "a name that is no name": {"changes": [[3, ["momentum"], 0.1, 0.2, False]]},
    "a value that no slider has": {"changes": [[3, "momentum", 0.1, 7, False]]},
    "a value that is no number": {"changes": [[3, "momentum", "x", 0.1, False]]},
    "changes in another order": {"changes": [[9, "momentum", 0.1, 0.2, False], [3, "momentum", 0.2, 0.3, False]]},
    "a drag that is neither one nor none": {"changes": [[3, "momentum", 0.1, 0.2, 1]]},
    "a length of no steps": {"changes": [[3, TOTAL_STEPS, 1000, 0, False]]},
    "a change before the first step": {"changes": [[0, "momentum", 0.1, 0.2, False]]},
    "a program of its own": {"program": "rm"},
    "a program that is a list": {"program": ["xla"]},
    "no time at all": {"seconds": 0},
    "an endless time": {"seconds": math.inf},
    "a speed that is a text": {"pace": "fast"},
    "a speed backwards": {"pace": -5},
    "perhaps playing": {"playing": 1},
    "a branch, whose weights are nowhere in it": {"branch": True},
}


@pytest.mark.parametrize("others", RUBBISH.values(), ids=RUBBISH.keys())
def test_what_was_not_written_here_is_refused_as_a_whole(others: dict[str, object]) -> None:
    assert SavedRun.read(QUERY, written(**others)) is None


@pytest.mark.parametrize("saved", [None, 7, "run", [], {}, {"changes": []}])
def test_what_is_no_run_is_refused(saved: object) -> None:
    assert SavedRun.read(QUERY, saved) is None


@pytest.mark.parametrize("query", ["learning_rate=many", "x" * 3000, None, 7, "optimizer=none"])
def test_a_run_of_settings_that_are_none_is_refused(query: object) -> None:
    assert SavedRun.read(query, written()) is None
