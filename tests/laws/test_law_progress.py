"""The law while it is measured, of runs whose losses follow a law that is known."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.laws.law_progress import climb
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.experiments.law_chart import ID, law_panel, law_update
from widgets.experiments.law_setup import law_fields, law_setup

if TYPE_CHECKING:
    from core.laws.law_progress import LawProgress

CONFIG = TrainingConfig.suited_to("circle")
SIZES = (100, 200, 400, 800)


class LawfulPool:
    """Runs of which the loss is 0.5 + 8 / sqrt(size), and a little more at any other rate than the config's."""

    def submit(self, config: TrainingConfig) -> Any:
        future: Any = Future()
        off = abs(np.log(config.learning_rate / CONFIG.learning_rate))
        loss = 0.5 + 8 / np.sqrt(config.size) + 0.01 * off
        columns = {"step": np.array([1]), "validation_loss": np.array([loss])}
        future.set_result(RecordedColumns({"step": np.arange(1), "loss": np.array([loss])}, columns))
        future.diverged, future.stop = False, lambda: None
        return future


@pytest.fixture(scope="module")
def steps() -> list[LawProgress]:
    pool: Any = LawfulPool()
    return list(climb(CONFIG, SIZES, pool, seeds=2))


def test_from_the_third_size_on_the_next_is_foretold_as_the_law_has_it(steps: list[LawProgress]) -> None:
    assert [step.foretold is None for step in steps] == [True, True, False, False]
    for step, size in zip(steps[2:], (800, 1600), strict=True):
        assert step.foretold is not None
        assert step.foretold.size == size
        assert step.foretold.loss == pytest.approx(0.5 + 8 / size**0.5, rel=1e-3)
    assert len(steps[-1].rungs[-1].graded) == 2
    assert steps[-1].rungs[-1].learning_rate == CONFIG.learning_rate


def test_the_chart_shows_the_runs_and_the_law_at_its_sizes(steps: list[LawProgress]) -> None:
    update = law_update(steps[-1])[ID]
    traces = update["traces"]
    assert sorted(set(traces[3]["x"])) == [float(size) for size in SIZES]
    np.testing.assert_allclose(traces[2]["y"], 0.5 + 8 / np.sqrt(traces[2]["x"]), rtol=2e-3)
    assert traces[4]["x"].tolist() == [1600.0] * 3
    assert 10 ** update["layout"]["xaxis.range"][0] < 100
    assert set(traces) <= set(range(len(law_panel().figure.data)))


def test_before_there_is_a_law_the_runs_stand_alone(steps: list[LawProgress]) -> None:
    update = law_update(steps[0])[ID]
    assert set(update["traces"]) == {3}
    assert update["traces"][3]["x"].tolist() == [100.0, 100.0]


def test_the_form_asks_for_runs_of_models_and_refuses_what_is_too_small_or_too_large() -> None:
    store = RunStore()
    store.add(**columns_of(TrainingConfig(), started=0.0))
    store.add(**columns_of(CONFIG, started=1.0, metric="accuracy", name="circle"))
    values = {field.name: field.value for field in law_fields(store.runs())}
    setup = law_setup(values, store.runs())
    assert (setup.config, setup.sizes, setup.seeds) == (CONFIG, (100, 200, 400, 800, 1600), 3)
    for smallest in ("1", "29000000", "many"):
        with pytest.raises(ConfigError, match="Model size"):
            law_setup({**values, "smallest": smallest}, store.runs())
    with pytest.raises(ConfigError, match="train one first"):
        law_setup({**values, "run": ""}, store.runs())
