"""A kept run is opened from Python: in another page too, and not where it does not belong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from core.field import ConfigError
from core.store.page_store import FILE
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


@pytest.mark.usefixtures("in_notebook")
def test_a_link_opens_a_run_at_its_step_and_one_that_is_not_kept_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    first = Dashboard.from_query("optimizer=adam&seed=4", runs=file)
    first.step(30)
    assert first.wait(PATIENCE)
    kept, whole = first.runs[0], first.history["loss"]
    first.close()
    linked = Dashboard.from_query(f"run={kept.id}&step=12", runs=file)
    assert linked.wait(PATIENCE)
    assert (linked.config, linked._session.run.step, linked._session.run.recorded) == (kept.config, 12, 30)
    assert linked._header.address_only == f"run={kept.id}&step=12"
    linked.step(3)
    assert linked.wait(PATIENCE)
    np.testing.assert_allclose(linked.history["loss"][:15], whole[:15], rtol=1e-6)
    linked.set(learning_rate=0.3)
    assert linked._header.address_only == ""
    linked.close()
    with pytest.raises(ConfigError, match=r"^The run that the link names is not kept here\.$"):
        Dashboard.from_query("run=1f&step=3", runs=file)


@pytest.mark.usefixtures("in_notebook")
def test_in_the_served_app_a_link_opens_a_visitors_own_runs_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILE, str(tmp_path / "runs.db"))
    mine, other = "a-visitor-with-a-key", "another-one-with-one"
    first = Dashboard()
    first._greet(f"runs={mine}")
    first.step(5)
    assert first.wait(PATIENCE)
    kept = first.runs[0]
    first.close()
    for key, step, said in ((mine, 2, None), (other, 0, "The run that the link names is not kept here.")):
        page = Dashboard()
        page._greet(f"run={kept.id}&step=2&runs={key}")
        assert page.wait(PATIENCE)
        assert page._session.run.step == step
        assert (None if page._stage.answer is None else page._stage.answer.sentence) == said
        page.close()


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
