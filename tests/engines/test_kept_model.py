"""The model of a kept run is the one that the run itself had, and is had only where its data and its weights are."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.engines.kept_model import check_kept, is_same_data, kept_model
from core.field import ConfigError
from core.learning.setup import ModelSetup
from core.pruning.family_layers import family_layers
from core.store.run_store import RunStore
from core.tables.dataset import NO_TABLE
from tests.support.kept_runs import columns_of
from widgets.scenes.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engines.launcher import EngineLauncher
    from core.store.kept_run import KeptRun

WAIT_S = 120.0
DIGITS = ModelSetup.of(TrainingConfig.suited_to("digits"))
SPIRAL = TrainingConfig.suited_to("spiral").replace(epochs=20, examples=400)
CONFIGS = {
    "adam, batch norm, dropout, a schedule": SPIRAL.replace(
        optimizer="adam", learning_rate=0.01, schedule="cosine", dropout=0.2, normalization="batch"
    ),
    "weights that became zero": SPIRAL.replace(optimizer="adam", learning_rate=0.01, pruning="gradual", sparsity=0.5),
    "a quantity": TrainingConfig.suited_to("diabetes").replace(epochs=20),
}


def kept_as(data: str, parameters: int) -> Any:
    return SimpleNamespace(data=data, parameters=parameters)


def test_the_same_model_on_the_same_data_and_any_surface_pass() -> None:
    assert is_same_data(kept_as(DIGITS.dataset.label, DIGITS.parameters), DIGITS)
    assert is_same_data(kept_as("", 2), None)


def test_another_size_or_another_table_does_not() -> None:
    table = ModelSetup.of(TrainingConfig.suited_to("csv"), NO_TABLE)
    assert not is_same_data(kept_as(DIGITS.dataset.label, DIGITS.parameters + 1), DIGITS)
    assert not is_same_data(kept_as("houses.csv, price", table.parameters), table)


@pytest.fixture
def store() -> RunStore:
    return RunStore()


@pytest.fixture
def session(launcher: EngineLauncher, store: RunStore) -> Iterator[Session]:
    made = Session(SPIRAL, lambda urgent=False: None, connect=launcher.connect, store=lambda: store)
    yield made
    made.close()


def loaded(archive: bytes) -> keras.Model:
    with tempfile.TemporaryDirectory() as folder, family_layers():
        path = Path(folder) / "model.keras"
        path.write_bytes(archive)
        return keras.models.load_model(path, compile=False)


@pytest.mark.parametrize("name", CONFIGS)
def test_it_is_the_model_that_the_run_had_and_scores_what_the_run_scored(
    name: str, launcher: EngineLauncher, session: Session, store: RunStore
) -> None:
    session.apply(CONFIGS[name])
    session.take_steps(61)
    assert session.wait(WAIT_S)
    assert session.keep(WAIT_S)
    live = session.model_file()
    assert live is not None
    kept, states = store[0], store.snapshots(store[0].id)
    session.close()
    found = kept_model(kept, states, None, launcher.connect)
    model = loaded(found.archive)
    for ours, theirs in zip(model.get_weights(), loaded(live).get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    config = CONFIGS[name]
    split = ModelSetup.of(config).dataset.load(config.examples, config.data_noise, config.train_share, config.seed)
    np.testing.assert_array_equal(found.x, split.x_val)
    answers = np.asarray(model.predict(split.x_val, verbose=0))
    if kept.metric == "accuracy":
        assert (answers.argmax(-1) == split.y_val).mean() == pytest.approx(kept.validation_metric, abs=1e-9)
    else:
        explained = keras.metrics.R2Score()
        explained.update_state(split.y_val.reshape(-1, 1), answers.reshape(-1, 1))
        assert kept.metric == "R2"
        assert float(explained.result()) == pytest.approx(kept.validation_metric, abs=1e-5)


def digits(store: RunStore, **more: Any) -> KeptRun:
    config = TrainingConfig.suited_to("digits")
    id = store.add(**columns_of(config, data=DIGITS.dataset.label, parameters=DIGITS.parameters, **more))
    found = store.get(id)
    assert found is not None
    return found


def test_one_whose_weights_data_or_versions_are_others_is_refused_in_a_sentence(store: RunStore) -> None:
    run = digits(store)
    assert check_kept(run, [0, 3], None).label == DIGITS.label
    with pytest.raises(ConfigError, match=r"^No weights are kept of that run"):
        check_kept(run, store.snapshot_steps(run.id), None)
    with pytest.raises(ConfigError, match="that this page does not have"):
        check_kept(replace(run, parameters=7), [3], None)
    with pytest.raises(ConfigError, match=r"^That run was trained with keras 2\.0\.0; with keras .*, which is here"):
        check_kept(replace(run, versions={**run.versions, "keras": "2.0.0"}), [3], None)
    surface = store.get(store.add(**columns_of()))
    assert surface is not None
    with pytest.raises(ConfigError, match=r"^A surface has no model"):
        check_kept(surface, [3], None)
