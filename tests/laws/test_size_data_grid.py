"""The law of size and data while it is measured, of runs whose losses follow a law that is known."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.laws.size_data_grid import measure_size_data_law
from core.laws.size_data_law import SizeDataLaw
from core.laws.size_data_plan import SizeDataPlan
from core.learning.setup import ModelSetup
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.experiments.size_data_chart import ID, size_data_panel, size_data_update
from widgets.experiments.size_data_setup import size_data_fields, size_data_setup

if TYPE_CHECKING:
    from core.laws.size_data_grid import GridProgress

CONFIG = TrainingConfig.suited_to("circle")
SIZES, AMOUNTS, SEEDS, BUDGET = (100, 200, 400, 800), (50, 100, 200, 400), 2, 4.0

PLAN = SizeDataPlan.of(CONFIG, SIZES, AMOUNTS, SEEDS, BUDGET)
CHECKS = [(1600, 400), (800, 800)]  # a model twice as large as the largest, and twice the data


def lawful(size: Any, examples: Any) -> Any:
    return 0.1 + 2 * size**-0.3 + 8 * examples**-0.5


class LawfulPool:
    """Runs that end at the lawful loss, and a little above it at any other rate than the config's."""

    def submit(self, config: TrainingConfig) -> Any:
        future: Any = Future()
        off = abs(np.log(config.learning_rate / CONFIG.learning_rate))
        loss = lawful(config.size, config.train_examples) + 0.01 * off
        columns = {"step": np.array([1]), "validation_loss": np.array([loss])}
        future.set_result(RecordedColumns({"step": np.arange(1), "loss": np.array([loss])}, columns))
        future.diverged, future.stop = False, lambda: None
        return future


@pytest.fixture(scope="module")
def steps() -> list[GridProgress]:
    pool: Any = LawfulPool()
    return list(measure_size_data_law(PLAN, pool))


def test_every_pair_of_size_and_data_trains_with_every_seed(steps: list[GridProgress]) -> None:
    pairs = [(cell.size, cell.examples) for cell in steps[-1].cells]
    assert pairs == [*((n, d) for n in SIZES for d in AMOUNTS), *CHECKS]
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
    update = size_data_update(steps[-1], PLAN)[ID]
    traces, amounts = update["traces"], (*AMOUNTS, 800)
    assert set(traces) == set(range(len(size_data_panel(amounts).figure.data)))
    for place, examples in enumerate(amounts):
        runs, law = traces[3 * place + 2], traces[3 * place + 1]
        trained = SIZES if examples < 400 else (*SIZES, 1600) if examples == 400 else (800,)
        assert sorted(set(runs["x"])) == [float(size) for size in trained]
        np.testing.assert_allclose(law["y"], [lawful(size, examples) for size in law["x"]], rtol=5e-3)
    larger, more = traces[15], traces[16]
    assert larger["x"].tolist() == [BUDGET * SIZES[-1]] * 3
    assert larger["y"][1] == pytest.approx(lawful(BUDGET * SIZES[-1], AMOUNTS[-1]), rel=5e-3)
    assert more["y"][1] == pytest.approx(lawful(SIZES[-1], BUDGET * AMOUNTS[-1]), rel=5e-3)


def test_before_there_is_a_law_the_runs_stand_alone(steps: list[GridProgress]) -> None:
    assert size_data_update(steps[0], PLAN) == {}
    traces = size_data_update(steps[1], PLAN)[ID]["traces"]
    assert traces[2]["x"].tolist() == [100.0, 100.0]
    assert {len(trace["x"]) for place, trace in traces.items() if place != 2} == {0}


def test_each_pair_is_foretold_before_it_trains_and_graded_by_the_law_of_those_before(
    steps: list[GridProgress],
) -> None:
    pairs = [*((n, d) for n in SIZES for d in AMOUNTS), *CHECKS]
    for step in steps:
        trained = {(cell.size, cell.examples) for cell in step.cells}
        assert not trained & {(each.size, each.examples) for each in step.foretold}
    graded = [(run.config.size, run.config.train_examples, run.config.seed) for run in steps[-1].graded]
    assert graded == [(*pair, CONFIG.seed + place) for pair in pairs[9:] for place in range(SEEDS)]
    for run in steps[-1].graded:
        pair = run.config.size, run.config.train_examples or 0
        before = pairs[: 16 if pair in CHECKS else pairs.index(pair)]
        n, d = (np.repeat(each, SEEDS) for each in zip(*before, strict=True))
        assert run.grade.predicted == pytest.approx(SizeDataLaw(n, d, lawful(n, d)).predict(*pair), rel=1e-9)
        assert run.grade.measured == pytest.approx(lawful(*pair))


def test_both_larger_runs_are_foretold_before_either_trains_and_stand_in_the_chart(steps: list[GridProgress]) -> None:
    (asked,) = [step for step in steps if len(step.cells) == 16 and step.foretold]
    assert [(each.size, each.examples) for each in asked.foretold] == CHECKS
    for each in asked.foretold:
        assert each.loss == pytest.approx(lawful(each.size, each.examples), rel=0.01)
    crosses = size_data_update(asked, PLAN)[ID]["traces"][17]
    np.testing.assert_array_equal(crosses["x"], [1600, 1600, 1600, np.nan, 800, 800, 800, np.nan])
    assert crosses["y"][[1, 5]] == pytest.approx([each.loss for each in asked.foretold])


@pytest.mark.parametrize("problem", ["circle", "diabetes", "digits", "co2"])
def test_all_amounts_of_a_plan_are_judged_by_the_same_held_out_examples(problem: str) -> None:
    config = TrainingConfig.suited_to(problem).replace(train_share=0.7)
    plan = SizeDataPlan.of(config, SIZES, (20, 40, 80), SEEDS, BUDGET)
    load = ModelSetup.of(plan.config).dataset.load
    settings = plan.config.examples, plan.config.data_noise, plan.config.train_share
    for seed in (3, 4):
        whole, *parts = (load(*settings, seed, train_examples=count) for count in (None, *plan.all_amounts))
        for count, part in zip(plan.all_amounts, parts, strict=True):
            assert len(part.y_train) == count
            np.testing.assert_array_equal(part.x_val, whole.x_val)
            np.testing.assert_array_equal(part.y_val, whole.y_val)
            for mine, every in ((part.x_train, whole.x_train), (part.y_train, whole.y_train)):
                np.testing.assert_array_equal(mine, every[-count:] if problem == "co2" else every[:count])


def test_a_plan_draws_as_many_points_as_it_needs_and_takes_no_more_of_data_than_there_are() -> None:
    drawn = SizeDataPlan.of(CONFIG, SIZES, (500, 1000, 2000), SEEDS, BUDGET)
    assert (drawn.config.examples, drawn.next_amount) == (5000, 4000)  # four fifths of it train
    digits = SizeDataPlan.of(TrainingConfig.suited_to("digits"), SIZES, (200, 400, 800), SEEDS, BUDGET)
    assert (digits.config.examples, digits.next_amount, digits.checks) == (None, None, ((1600, 800),))
    few = SizeDataPlan.of(TrainingConfig.suited_to("digits").replace(examples=100), SIZES, (50, 100, 200), SEEDS, 4.0)
    assert (few.config.examples, few.next_amount) == (500, 400)


def test_the_form_asks_for_a_grid_and_refuses_more_data_than_there_are() -> None:
    store = RunStore()
    store.add(**columns_of(CONFIG, started=0.0, metric="accuracy", name="circle"))
    digits = store.add(**columns_of(TrainingConfig.suited_to("digits"), started=1.0, metric="accuracy", name="digits"))
    values = {field.name: field.value for field in size_data_fields(store.runs())}
    assert values["run"] == digits
    setup = size_data_setup(values, store.runs())
    assert (setup.sizes, setup.amounts, setup.seeds, setup.budget) == ((100, 200, 400, 800), (50, 100, 200, 400), 2, 4)
    with pytest.raises(ConfigError, match="to train on, of which there are 1"):
        size_data_setup({**values, "fewest": "500"}, store.runs())
    for fewest in ("", "1", "many"):
        with pytest.raises(ConfigError, match="xamples"):
            size_data_setup({**values, "fewest": fewest}, store.runs())
