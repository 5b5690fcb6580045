"""Loops of small models are compiled whole, as XLA itself reports of the program it made; larger ones are not."""

import os

import keras
import numpy as np
import pytest

from core.learning.model_objective import ModelObjective
from core.training.trainer import Trainer
from core.training.xla_flags import FLAG, MOST_BYTES, OPTION, flags_with_small_loops

WHOLE = "xla_cpu_small_call"  # how XLA marks a loop that it hands to LLVM in one piece


def _program(units: int) -> str:
    """What XLA made of the updates of a net with two layers of `units` at batch 10."""
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(n, activation="tanh") for n in (units, units, 1)]
    x = np.linspace(-1, 1, 80, dtype=np.float32).reshape(40, 2)
    objective = ModelObjective(keras.Sequential([keras.Input((2,)), *layers]), x, x[:, :1])
    trainer = Trainer(objective, keras.optimizers.SGD(0.01), batch_size=10)
    rows = np.zeros((trainer.longest_call, 10), np.int32)
    return trainer.loop.program.experimental_get_compiler_ir(np.int32(1), rows)(stage="optimized_hlo")


@pytest.mark.parametrize(("units", "whole"), [(4, True), (128, False)])
def test_a_loop_is_compiled_whole_where_its_body_is_small(units: int, whole: bool) -> None:
    assert OPTION in os.environ["XLA_FLAGS"]

    assert (WHOLE in _program(units)) == whole


def test_flags_of_ones_own_are_kept() -> None:
    ours = f"{FLAG}={OPTION}={MOST_BYTES}"

    assert flags_with_small_loops("") == ours
    assert flags_with_small_loops("--xla_dump_to=somewhere") == f"--xla_dump_to=somewhere {ours}"


def test_options_of_the_backend_that_somebody_chose_are_theirs() -> None:
    chosen = f"{FLAG}=xla_cpu_use_fusion_emitters=false"

    assert flags_with_small_loops(chosen) == chosen
    assert flags_with_small_loops(flags_with_small_loops("")) == flags_with_small_loops("")
