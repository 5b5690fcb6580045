"""What the levers bought: pairs of kept runs that differ in one lever alone."""

from __future__ import annotations

import pytest

from core.config.training_config import TrainingConfig
from core.costs.levers import levers
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of


@pytest.fixture
def store() -> RunStore:
    store = RunStore()
    spiral = TrainingConfig.suited_to("spiral")
    kept = [
        (spiral, 0.80, 10.0),
        (spiral.replace(size=2 * spiral.size), 0.90, 14.0),
        (spiral.replace(learning_rate=spiral.learning_rate / 2), 0.85, 9.0),
        (spiral.replace(learning_rate=spiral.learning_rate / 2, size=2 * spiral.size), 0.99, 11.0),
        (spiral.replace(epochs=2 * spiral.epochs), 0.95, 20.0),
    ]
    for config, accuracy, seconds in kept:
        store.add(**columns_of(config, seconds=seconds, metric="accuracy", validation_metric=accuracy))
    return store


def test_each_lever_shows_the_pair_between_which_it_bought_most(store: RunStore) -> None:
    found = {bought.lever: bought for bought in levers(list(store))}
    assert {name: (round(b.gained, 2), round(b.seconds, 2)) for name, b in found.items()} == {
        "structure": (0.14, 2.0),
        "optimizer": (0.09, -3.0),
    }
    assert [name for name, _before, _after in found["optimizer"].settings] == ["learning_rate"]


def test_a_lower_perplexity_is_the_better_one() -> None:
    store = RunStore()
    config = TrainingConfig.suited_to("python_help")
    for size, perplexity in ((config.size, 9.0), (2 * config.size, 7.0)):
        store.add(**columns_of(config.replace(size=size), metric="perplexity", validation_metric=perplexity))
    (bought,) = levers(list(store))
    assert bought.gained == pytest.approx(2.0)
    assert bought.after.settings["size"] == 2 * config.size
