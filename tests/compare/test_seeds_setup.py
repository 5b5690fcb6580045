from __future__ import annotations

import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.experiments.seeds_setup import CHANGED, seeds_fields, seeds_setup

CONFIGS = (TrainingConfig(seed=3), TrainingConfig(optimizer="adam", seed=4), TrainingConfig(problem="rosenbrock"))


@pytest.fixture
def store() -> RunStore:
    store = RunStore()
    for number, config in enumerate(CONFIGS):
        store.add(**columns_of(config, started=float(-number), name=f"#{number + 1}"))
    return store


def values(store: RunStore, **changes: str) -> dict[str, str]:
    asked = {field.name: field.value for field in seeds_fields(store.runs())}
    return {**asked, "first": store[0].id, **changes}


def test_two_kept_runs_are_compared_from_the_seed_of_the_first(store: RunStore) -> None:
    setup = seeds_setup(values(store, second=store[1].id, seeds="12"), store.runs())
    assert setup.configs == CONFIGS[:2]
    assert (setup.names, setup.planned) == (("#1", "#2"), 12)
    assert setup.colours == ("var(--dl-run-0)", "var(--dl-run-1)")


def test_a_setting_may_be_changed_by_its_value_or_its_label(store: RunStore) -> None:
    setup = seeds_setup(values(store, second=CHANGED, setting="learning_rate", value="0,5"), store.runs())
    assert setup.configs[1] == CONFIGS[0].replace(learning_rate=0.5)
    assert setup.names == ("#1", "Learning rate 0.5")
    setup = seeds_setup(values(store, setting="optimizer", value="Adam"), store.runs())
    assert setup.configs[1].optimizer == "adam"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"setting": "learning_rate", "value": "0.01"}, "Both have the same settings"),
        ({"setting": "learning_rate", "value": "fast"}, "Learning rate must be a number."),
        ({"setting": "dropout", "value": "0.5"}, "Dropout changes nothing in this run."),
        ({"first": "0" * 32}, "That run is kept no longer."),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(
    store: RunStore, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigError) as error:
        seeds_setup(values(store, **changes), store.runs())
    assert error.value.sentence.startswith(sentence)


def test_losses_of_two_problems_are_not_compared(store: RunStore) -> None:
    with pytest.raises(ConfigError, match="two problems"):
        seeds_setup(values(store, second=store[2].id), store.runs())
