from __future__ import annotations

from itertools import product

import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of


@pytest.fixture(scope="module")
def store() -> RunStore:
    store = RunStore()
    for number, (rate, optimizer, loss) in enumerate(product((0.01, 0.1, 1.0), ("sgd", "adam"), (0.5, None))):
        config = TrainingConfig(learning_rate=rate, optimizer=optimizer)
        id = store.add(**columns_of(config, loss=loss, name=f"Run {number}", started=float(number)))
        store.mark([id], starred=number % 3 == 0)
    return store


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("", "1"),
        ("lr < 0.1", "learning_rate < 0.1"),
        ("lr <= 0,1 and optimizer = Adam", "learning_rate <= 0.1 AND optimizer = 'adam'"),
        ("lr ≥ 10% and lr≠1", "learning_rate >= 0.1 AND learning_rate != 1"),
        ("optimizer = ada", "0"),
        ("optimizer ~ ada", "optimizer LIKE '%ada%'"),
        (
            "lr = 1 or lr = 0.01 and optimizer != sgd",
            "learning_rate = 1 OR learning_rate = 0.01 AND optimizer != 'sgd'",
        ),
        ("loss < 1", "loss < 1"),
        ("loss != 1", "loss IS NULL OR loss != 1"),
        ("starred and not hidden", "starred AND NOT hidden"),
        ('name = "run 7"', "lower(name) = 'run 7'"),
        ("NAME = RUN 7", "lower(name) = 'run 7'"),
    ],
)
def test_a_filter_finds_what_sql_finds(store: RunStore, text: str, sql: str) -> None:
    expected = [row["id"] for row in store._file.query(f"SELECT id FROM runs WHERE {sql} ORDER BY started DESC")]
    assert [run.id for run in store.runs(text)] == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lr <", "“lr <” is no comparison; write one such as lr < 0.1."),
        ("lr", "“lr” is no comparison; write one such as lr < 0.1."),
        ("lr < 0.1 and", "“” is no comparison; write one such as lr < 0.1."),
        ("colour = red", "Runs have nothing called colour."),
        ("lr < fast", "learning_rate is a number; “fast” is none."),
        ("lr < 1,000", "learning_rate is a number; “1,000” is none."),
        ("lr ~ 1", "learning_rate is a number; compare it by =, < or >."),
        ("optimizer < 3", "optimizer is a text; compare it by =, != or ~."),
        ('name = "run', 'The filter cannot be read from “"run” on.'),
        ("__class__ = 1", "Runs have nothing called __class__."),
        ("x" * 501, "A filter may have 500 characters at most."),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_in_a_sentence(store: RunStore, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        store.runs(text)
    assert str(refused.value) == sentence


def test_runs_are_sorted_with_those_without_a_value_last(store: RunStore) -> None:
    losses = [run.loss for run in store.runs(sort="loss")]
    assert losses == [0.5] * 6 + [None] * 6
    rates = [run.settings["learning_rate"] for run in store.runs(sort="-learning_rate")]
    assert rates == sorted(rates, reverse=True)
    with pytest.raises(ConfigError, match="Runs have nothing called colour"):
        store.runs(sort="colour")
