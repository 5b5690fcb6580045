"""The law of size and data while it is measured, of runs whose losses follow a law that is known."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.experiments.size_data_grid import measure_size_data_law
from core.experiments.size_data_law import SizeDataLaw
from core.field import ConfigError
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.experiments.size_data_chart import ID, size_data_panel, size_data_update
from widgets.experiments.size_data_setup import size_data_fields, size_data_setup

if TYPE_CHECKING:
    from core.experiments.size_data_grid import GridProgress

CONFIG = TrainingConfig.suited_to("circle")
SIZES, AMOUNTS, SEEDS, BUDGET = (100, 200, 400, 800), (50, 100, 200, 400), 2, 4.0


def lawful(size: Any, examples: Any) -> Any:
    return 0.1 + 2 * size**-0.3 + 8 * examples**-0.5


class LawfulPool:
    """Runs that end at the lawful loss, and a little above it at any other rate than the config's."""

    def submit(self, config: TrainingConfig) -> Any:
        future: Any = Future()
        off = abs(np.log(config.learning_rate / CONFIG.learning_rate))
        loss = lawful(config.size, config.examples) + 0.01 * off
        columns = {"step": np.array([1]), "validation_loss": np.array([loss])}
        future.set_result(RecordedColumns({"step": np.arange(1), "loss": np.array([loss])}, columns))
        future.diverged, future.stop = False, lambda: None
        return future


@pytest.fixture(scope="module")
def steps() -> list[GridProgress]:
    pool: Any = LawfulPool()
    return list(measure_size_data_law(CONFIG, SIZES, AMOUNTS, pool, SEEDS, BUDGET))


def test_every_pair_of_size_and_data_trains_with_every_seed(steps: list[GridProgress]) -> None:
    assert [(cell.size, cell.examples) for cell in steps[-1].cells] == [(n, d) for n in SIZES for d in AMOUNTS]
    for cell in steps[-1].cells:
        assert cell.losses == pytest.approx([lawful(cell.size, cell.examples)] * SEEDS)


def test_there_is_a_law_from_three_sizes_on_and_its_gains_are_the_true_ones(steps: list[GridProgress]) -> None:
    assert [step.law is None for step in steps] == [len(step.cells) <= 2 * len(AMOUNTS) for step in steps]
    gains, now = steps[-1].gains, lawful(SIZES[-1], AMOUNTS[-1])
    assert gains is not None
    assert gains.model.gain == pytest.approx(now - lawful(BUDGET * SIZES[-1], AMOUNTS[-1]), rel=0.02)
    assert gains.data.gain == pytest.approx(now - lawful(SIZES[-1], BUDGET * AMOUNTS[-1]), rel=0.02)
    assert gains.advice == ("model" if gains.model.gain > gains.data.gain else "data")


def test_the_best_split_of_a_budget_is_the_best_of_all_that_were_tried() -> None:
    n, d = (each.ravel() for each in np.meshgrid(SIZES, AMOUNTS))
    law = SizeDataLaw(n, d, lawful(n, d))
    larger, more = law.best_split(SIZES[-1], AMOUNTS[-1], 10.0)
    assert larger * more == pytest.approx(10)
    tried = np.geomspace(0.01, 1000, 20001)
    losses = [lawful(SIZES[-1] * factor, AMOUNTS[-1] * 10 / factor) for factor in tried]
    assert larger == pytest.approx(tried[int(np.argmin(losses))], rel=0.02)


def test_the_chart_shows_runs_laws_and_what_the_budget_brings(steps: list[GridProgress]) -> None:
    update = size_data_update(steps[-1])[ID]
    traces = update["traces"]
    assert set(traces) == set(range(len(size_data_panel(AMOUNTS).figure.data)))
    for place, examples in enumerate(AMOUNTS):
        runs, law = traces[3 * place + 2], traces[3 * place + 1]
        assert sorted(set(runs["x"])) == [float(size) for size in SIZES]
        np.testing.assert_allclose(law["y"], [lawful(size, examples) for size in law["x"]], rtol=5e-3)
    larger, more = traces[12], traces[13]
    assert larger["x"].tolist() == [BUDGET * SIZES[-1]] * 3
    assert larger["y"][1] == pytest.approx(lawful(BUDGET * SIZES[-1], AMOUNTS[-1]), rel=5e-3)
    assert more["y"][1] == pytest.approx(lawful(SIZES[-1], BUDGET * AMOUNTS[-1]), rel=5e-3)


def test_before_there_is_a_law_the_runs_stand_alone(steps: list[GridProgress]) -> None:
    update = size_data_update(steps[0])[ID]
    assert set(update["traces"]) == {2}
    assert update["traces"][2]["x"].tolist() == [100.0, 100.0]


def test_the_form_asks_for_a_grid_and_refuses_more_data_than_there_are() -> None:
    store = RunStore()
    store.add(**columns_of(CONFIG, started=0.0, metric="accuracy", name="circle"))
    digits = store.add(**columns_of(TrainingConfig.suited_to("digits"), started=1.0, metric="accuracy", name="digits"))
    values = {field.name: field.value for field in size_data_fields(store.runs())}
    assert values["run"] == digits
    setup = size_data_setup(values, store.runs())
    assert (setup.sizes, setup.amounts, setup.seeds, setup.budget) == ((100, 200, 400, 800), (50, 100, 200, 400), 2, 4)
    with pytest.raises(ConfigError, match="of which there are 1"):
        size_data_setup({**values, "fewest": "500"}, store.runs())
    for fewest in ("", "1", "many"):
        with pytest.raises(ConfigError, match="xamples"):
            size_data_setup({**values, "fewest": fewest}, store.runs())
