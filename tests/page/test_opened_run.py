"""A kept run is opened from Python: in another page too, and not where it does not belong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.field import ConfigError
from widgets.dashboard import Dashboard
from widgets.page import page as page_module

if TYPE_CHECKING:
    from pathlib import Path

    from core.engines.launcher import EngineLauncher

PATIENCE = 90.0  # seconds; a bound for a busy machine, not a wait


@pytest.fixture
def in_notebook(launcher: EngineLauncher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages train in engines, as those of a kernel do."""
    monkeypatch.setattr(page_module, "get_ipython", lambda: SimpleNamespace(kernel=None))
    monkeypatch.setattr(page_module, "engines", lambda: launcher.connect)


@pytest.mark.usefixtures("in_notebook")
def test_a_run_of_an_earlier_page_goes_on_in_the_next_one_as_it_would_have(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    first = Dashboard.from_query("optimizer=adam&seed=4", runs=file)
    first.step(30)
    assert first.wait(PATIENCE)
    assert [run.steps for run in first.runs] == [30]
    first.step(20)
    assert first.wait(PATIENCE)
    whole = first.history["loss"]
    assert [run.steps for run in first.runs] == [50]
    kept = first.runs[0]
    first.close()
    later = Dashboard(runs=file)
    later.open_run(kept, step=20)
    assert later.wait(PATIENCE)
    later.fork()
    assert later.wait(PATIENCE)
    later.step(30)
    assert later.wait(PATIENCE)
    np.testing.assert_allclose(later.history["loss"], whole, rtol=1e-6)
    later.close()


def test_a_page_of_a_persons_own_model_opens_none() -> None:
    page = Dashboard()
    page.step(2)
    assert page.wait(PATIENCE)
    kept = page.runs[0]
    page.close()
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    own = Dashboard(model=model, data=(np.ones((20, 2)), np.ones(20)))
    with pytest.raises(ConfigError, match="own model"):
        own.open_run(kept)
    own.close()


def test_a_script_opens_none() -> None:
    lab = Dashboard()
    lab.step(2)
    assert lab.wait(PATIENCE)
    with pytest.raises(ConfigError, match="a script trains by itself"):
        lab.open_run(lab.runs[0])
    lab.close()
