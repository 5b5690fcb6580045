"""A model of a person's own in an engine: the same numbers as in this process, and the model itself comes back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from core.config.training_config import TrainingConfig
from core.language import use
from core.remote.remote_run import RemoteRun
from core.runs.run import Run
from core.user_models.making import user_model_of
from tests.support.engine_runs import played, session_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from core.engines.launcher import EngineLauncher
    from widgets.scenes.session import Session

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 120.0
RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 3)).astype("float32")
CLASSES = (X[:, 0] > 0).astype("int32")
CONFIG = TrainingConfig(problem="csv", seed=4, optimizer="adam", epochs=3, batch_size=16)
STAYS = "Your model cannot be copied exactly, so it trains in the notebook's own process: a crash would end both."


def net() -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, "tanh"), keras.layers.Dropout(0.3), keras.layers.Dense(2)]
    )


def trained(model: keras.Model, connect: Callable[[TrainingConfig], Connection] | None) -> Session:
    return played(session_of(CONFIG, own=user_model_of(model, (X, CLASSES)), connect=connect))


def test_it_trains_there_as_it_does_here_and_its_weights_come_back(launcher: EngineLauncher) -> None:
    here, there = net(), net()
    sessions = trained(here, None), trained(there, launcher.connect)
    assert isinstance(sessions[1].run, RemoteRun)
    assert len(sessions[0].history["loss"]) == 9
    for name in ("loss", "gradient_norm"):
        np.testing.assert_array_equal(sessions[1].history[name], sessions[0].history[name])
    np.testing.assert_array_equal(*(session.history["validation_loss"][-1] for session in sessions))
    models = [session.model for session in sessions]
    assert models[0] is not None
    assert models[1] is not None
    for ours, theirs in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
        np.testing.assert_array_equal(theirs, ours)
    for model in (here, there):  # which stay as they were
        np.testing.assert_array_equal(model.get_weights()[0], net().get_weights()[0])
    for session in sessions:
        session.close()


def test_another_setting_begins_again_with_the_weights_it_came_with(launcher: EngineLauncher) -> None:
    model = net()
    session = trained(model, launcher.connect)
    first = session.history["loss"]
    assert session.model is not None  # its weights are the trained ones from now on
    session.apply(CONFIG.replace(batch_size=15))
    session.apply(CONFIG)
    played(session)
    np.testing.assert_array_equal(session.history["loss"], first)
    session.close()


class Altered(keras.layers.Layer):
    """A layer that was changed after it was made."""

    factor = 1.0

    def call(self, x: Any) -> Any:
        return self.factor * x


def test_a_model_that_would_arrive_as_another_trains_here_and_the_page_says_so(launcher: EngineLauncher) -> None:
    model = keras.Sequential([keras.Input((3,)), Altered(), keras.layers.Dense(2)])
    model.layers[0].factor = 2.0
    session = trained(model, launcher.connect)
    assert isinstance(session.run, Run)
    assert session.staged.frame(frozenset(), (None, None))[1].sentence.endswith(STAYS)
    use("zh")
    try:
        assert session.staged.frame(frozenset(), (None, None))[1].sentence.endswith("崩溃会使两者一起结束。")
    finally:
        use("en")
    session.close()


def test_a_layer_from_a_notebooks_main_arrives() -> None:
    code = (
        "import sys, keras, numpy as np\n"
        "from core.config.training_config import TrainingConfig\n"
        "from core.engines.launcher import EngineLauncher\n"
        "from core.user_models.making import user_model_of\n"
        "from widgets.scenes.session import Session\n"
        "def bent(x): return keras.ops.sin(x)\n"
        "class Twice(keras.layers.Layer):\n"
        "    def call(self, x): return 2 * bent(x)\n"
        "def loss(y, outputs): return keras.ops.mean((y - outputs) ** 4, axis=-1)\n"
        "x = np.linspace(-1, 1, 50, dtype='float32')[:, None]\n"
        "layers = [keras.Input((1,)), keras.layers.Dense(4, activation=bent), Twice(), keras.layers.Dense(1)]\n"
        "model = keras.Sequential(layers)\n"
        "config, own = TrainingConfig(problem='csv', epochs=2, batch_size=20), user_model_of(model, (x, x), loss)\n"
        "histories = []\n"
        "for connect in (None, EngineLauncher().connect):\n"
        "    session = Session(config, lambda urgent=False: None, own=own, connect=connect)\n"
        "    session.play(); session.wait(120)\n"
        "    histories.append(session.history['loss']); print(type(session.run).__name__, len(histories[-1]))\n"
        "    session.close()\n"
        "print(np.array_equal(*histories))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "Run 4\nRemoteRun 4\nTrue\n"
