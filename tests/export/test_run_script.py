from __future__ import annotations

import ast
import json
import math
import subprocess
import sys
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import tests.support.run_scripts as runner
from core.config.training_config import TrainingConfig
from core.export.plane_script import function_code
from core.export.run_script import save_script, script_files
from core.export.script_lines import comment
from core.field import ConfigError
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.models.family import MODELS
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.runs.past.branch import Branch
from core.runs.past.inherited_weights import handed_weights, inherit
from core.runs.past.setting_changes import TOTAL_STEPS, SettingChange
from core.runs.saved_run import SavedRun
from core.training.build import build_objective, build_trainer

if TYPE_CHECKING:
    from pathlib import Path

    from core.training.trainer import Trainer
    from core.training.update_loop import Program

pytestmark = pytest.mark.timeout(500)  # the scripts are run by one process, which takes a minute of CPU

SMALL = {"examples": 40, "batch_size": 8, "epochs": 2}  # every batch is whole, which spares a trace
DATA = {"text": "python_help", "image": "digits"}


def of_family(family: str, optimizer: str, **settings: object) -> TrainingConfig:
    """A small run of `family`; its data are images, text where it reads nothing else."""
    kind = "image" if "image" in MODELS[family].kinds else "text"
    config = TrainingConfig.suited_to(DATA[kind]).replace(**SMALL, family=family, depth=None, width=None)
    shape = {"width": 8, "depth": 1} if MODELS[family].depths else {}
    rate = {"sgd": 0.1, "lion": 0.001}.get(optimizer, 0.01)
    return config.replace(
        **{"optimizer": optimizer, "learning_rate": rate, "schedule": "constant", **shape, **settings}
    )


def weights_of(config: TrainingConfig) -> list[np.ndarray]:
    """The weights, and then the averages, of a model of `config` after some updates."""
    learner = build_learner(ModelSetup.of(config))
    build_trainer(config, learner.objective, "graph").advance(5)
    return handed_weights(learner.objective)


BRANCHED = of_family("mlp", "adam", normalization="batch")
RUNS = {
    **{
        f"family_{family}": SavedRun(of_family(family, optimizer))
        for family, optimizer in zip(MODELS, cycle(OPTIMIZERS), strict=False)
    },
    **{f"optimizer_{name}": SavedRun(TrainingConfig(optimizer=name, epochs=30)) for name in OPTIMIZERS},
    **{f"surface_{name}": SavedRun(TrainingConfig.suited_to(name).replace(epochs=8)) for name in ("custom", "ackley")},
    "drops": SavedRun(
        of_family("mlp", "adamw", dropout=0.3, normalization="batch", l2=0.01, clip_norm=0.5, batch_size=14)
    ),
    "scheduled": SavedRun(
        of_family("mlp", "momentum", schedule="warmup", learning_rate=0.2),
        changes=(
            SettingChange(3, "momentum", 0.0, 0.5),
            SettingChange(5, "learning_rate", 0.05, 0.2),
            SettingChange(6, TOTAL_STEPS, 20, 8),
        ),
    ),
    "pruned": SavedRun(
        of_family("mlp", "adam", pruning="gradual", sparsity=0.7, epochs=6),
        changes=(
            SettingChange(10, "sparsity", 0.7, 0.9),
            SettingChange(14, "beta_1", 0.9, 0.5),
            SettingChange(16, TOTAL_STEPS, 24, 30),
            SettingChange(20, "sparsity", 0.9, 0.3),
        ),
    ),
    "branch": SavedRun(BRANCHED, branch=Branch(7, lambda: None, lambda: weights_of(BRANCHED.replace(seed=8)))),
    "pruned_throughout": SavedRun(of_family("cnn", "momentum", pruning="gradual", sparsity=0.8)),
    "line": SavedRun(
        TrainingConfig(batch_size=30, epochs=5, learning_rate=0.1),
        changes=(SettingChange(9, "learning_rate", 0.01, 0.1),),
    ),
}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts")
    for name, run in RUNS.items():
        save_script(run, folder / f"{name}.py")
    return folder


@pytest.fixture(scope="module")
def found(scripts: Path) -> dict[str, list[float]]:
    """The losses that each script found in a process that has never seen this program."""
    command = [sys.executable, "-I", runner.__file__, str(scripts)]
    done = subprocess.run(command, cwd=scripts, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout)
    assert result["ours"] == []
    return result["losses"]


def trainer_of(run: SavedRun) -> Trainer:
    if not run.config.learns:
        return build_trainer(run.config, build_objective(run.config))
    program: Program = "xla" if run.config.dropout else "graph"  # which is compiled sooner
    objective = build_learner(ModelSetup.of(run.config)).objective
    if run.branch is not None and run.branch.weights is not None:
        inherit(objective, run.branch.weights() or ())
    return build_trainer(run.config, objective, program)


def recorded(run: SavedRun) -> np.ndarray:
    """The losses of the run as it is trained here, with its changes of live settings where they were made."""
    trainer = trainer_of(run)
    per_epoch = 1 if trainer.batches is None else trainer.batches.per_epoch
    total = run.config.epochs * per_epoch
    start, first = dict(run.start), run.start.get(TOTAL_STEPS, total)
    start.pop(TOTAL_STEPS, None)
    trainer.set(**start)
    trainer.set_total(int(first))
    losses = []
    for change in (*run.changes, SettingChange(total, "", 0, 0)):
        losses.append(trainer.advance(change.step - trainer.step).loss)
        if change.name == TOTAL_STEPS:
            trainer.set_total(int(change.new))
        elif change.name:
            trainer.set(**{change.name: change.new})
    return np.concatenate(losses)


@pytest.mark.parametrize("name", RUNS)
def test_the_exported_script_finds_the_losses_of_the_run(name: str, found: dict[str, list[float]]) -> None:
    expected = recorded(RUNS[name])
    assert len(expected) >= 6
    np.testing.assert_allclose(found[name], expected, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("name", sorted(SURFACES.keys() - {"custom"}))
def test_the_function_of_a_surface_is_written_as_it_is(name: str) -> None:
    settings = vars(TrainingConfig.suited_to(name)) | {"condition": 7.0}
    scope: dict[str, Any] = {"tf": tf, "math": math}
    exec("\n".join(function_code(SURFACES[name], settings)), scope)
    x, y = np.random.default_rng(0).uniform(-2, 2, (2, 20))
    np.testing.assert_allclose(scope["height"](x, y), SURFACES[name](x, y, **settings), rtol=1e-12)


def test_a_script_imports_nothing_of_this_program_and_no_line_is_very_long(scripts: Path) -> None:
    for script in scripts.glob("*.py"):
        tree = ast.parse(script.read_text())
        names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
        assert set(names) <= {"math", "pathlib", "keras", "numpy", "tensorflow"}
        lines = [line for line in script.read_text().splitlines() if len(line.split()) > 2]  # a link is one word
        assert max(map(len, lines)) <= 140


def test_the_data_of_a_model_stand_beside_its_script(scripts: Path) -> None:
    split = build_learner(ModelSetup.of(RUNS["family_mlp"].config)).split
    with np.load(scripts / "family_mlp-data.npz", allow_pickle=False) as data:
        np.testing.assert_array_equal(data["x_train"], split.x_train)
        np.testing.assert_array_equal(data["y_val"], split.y_val)
    assert not (scripts / "line-data.npz").exists()


def test_text_that_would_end_a_comment_stays_in_it() -> None:
    for sign in "\n\r\x0b\x0c\x1c\x85\u2028\u2029\x00\u202e":
        lines = comment(f"a{sign}import os")
        assert lines == ["# a import os"]


def test_a_run_on_a_table_that_is_gone_is_refused_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match="no longer here"):
        script_files(replace(RUNS["family_mlp"], config=TrainingConfig.suited_to("csv")))
