"""`fit` is recorded among the kept runs, and processes see what the others keep."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.field import ConfigError
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.compare.compare_tab import CompareTab
from widgets.compare.pinned import PinnedRuns
from widgets.watch import DescentLabCallback

if TYPE_CHECKING:
    from pathlib import Path

X = np.random.default_rng(3).normal(size=(64, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")
SCRIPT = """
import sys
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
store = RunStore(sys.argv[1])
print([run.title for run in store])
store.add(**columns_of(name="from a script"))
"""


def test_each_fit_is_a_run_with_what_fit_returned() -> None:
    store = RunStore()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    callback = DescentLabCallback(store, name="mine")
    returned = [
        model.fit(X, Y, batch_size=16, epochs=2, validation_split=0.5, verbose=0, callbacks=[callback]).history
        for _fit in range(2)
    ]
    assert [(run.title, run.state, run.steps) for run in store] == [("mine", "finished", 4)] * 2
    for run, history in zip(store, reversed(returned), strict=True):
        assert run.history["validation_loss"].tolist() == history["val_loss"]
        assert run.history["validation_metric"].tolist() == history["val_accuracy"]
        assert run.history.steps("validation_loss").tolist() == [2, 4]
        assert run.best_metric == max(history["val_accuracy"])
        assert run.settings["optimizer"] == "adam"
        assert run.parameters == 5
        assert run.query is None  # no page can be opened with a model that it does not have
        with pytest.raises(ConfigError):
            run.config  # noqa: B018


def test_a_page_lists_what_a_script_keeps_and_a_script_what_the_page_keeps(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.db")
    store.add(**columns_of(name="from the page"))
    tab = CompareTab(lambda: store, lambda: None, PinnedRuns())
    tab.draw()
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "runs.db")]
    script = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert script.stdout.strip() == "['from the page']"
    tab.draw()
    assert {row["title"] for row in tab._list.table["rows"]} == {"from the page", "from a script"}
    tab.close()
