"""A person's own model on its way to another process: as bytes, and made again from them.

Not every model comes out as it went in. Keras writes down how a layer was constructed, not what was done to it
afterwards, and of a subclassed model without `get_config` not even that for certain. So a model that was packed
is unpacked at once and compared: what would train as another model stays where it is. Nothing is ever unpacked but
what this program packed for an engine of its own.
"""

from __future__ import annotations

import logging
import pickle
import sys
import tempfile
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.user_models.array_file import ArrayFile, packed, unpacked
from core.user_models.custom_objects import custom_objects, pickled_by_value
from core.user_models.user_model import UserModel, restore, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import keras

log = logging.getLogger(__name__)

COMPARED_EXAMPLES = 16
TOLERANCE = 1e-5  # relative: sums of threads may be added in another order


@dataclass(frozen=True)
class PackedModel:
    """A `UserModel` as bytes and arrays.

    Attributes:
        archive: The model as a `.keras` file.
        code: Custom objects by name and the loss, pickled by value.
        state: The values that all variables start from; a `.keras` file leaves out those of random seeds.
        paths: Where Python looks for modules.
        x: The inputs.
        y: The targets.
    """

    archive: bytes
    code: bytes
    state: Sequence[np.ndarray]
    paths: Sequence[str]
    x: np.ndarray | ArrayFile
    y: np.ndarray | ArrayFile

    @classmethod
    def of(cls, own: UserModel) -> PackedModel | None:
        """The model packed; None if it cannot be, or would come out as another one."""
        try:
            with warnings.catch_warnings(action="ignore"):  # of Keras, about files that others would read
                made = cls._unchecked(own)
                if _train_alike(own, made.unpack()):
                    return replace(made, state=own.state)  # which the model may have left since
            log.info("a model cannot be copied into another process: it comes out as another one")
        except Exception:  # a model is anybody's code, and its file, too
            log.info("a model cannot be copied into another process", exc_info=True)
        return None

    @classmethod
    def _unchecked(cls, own: UserModel) -> PackedModel:
        state = [variable.numpy() for variable in variables(own.model)]
        return cls(_archive(own.model), _code(own), state, tuple(sys.path), packed(own.x), packed(own.y))

    def unpack(self) -> UserModel:
        """The model made again; imports TensorFlow."""
        import keras

        sys.path.extend(path for path in self.paths if path not in sys.path)
        objects, loss = pickle.loads(self.code)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            path.write_bytes(self.archive)
            model = keras.saving.load_model(path, custom_objects=objects, compile=False, safe_mode=False)
        restore(model, self.state)
        return UserModel(model, unpacked(self.x), unpacked(self.y), _unpacked_loss(loss))


def _archive(model: keras.Model) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def _code(own: UserModel) -> bytes:
    import cloudpickle

    objects, loss = custom_objects(own.model), _packed_loss(own.loss)
    with pickled_by_value([*objects.values(), type(own.loss), own.loss]):
        code: bytes = cloudpickle.dumps((objects, loss))
    return code


def _packed_loss(loss: str | Callable[..., Any] | None) -> Any:
    """A Keras loss as its class and attributes: by Keras' own way, `Huber(delta=2)` comes back with a delta of 1."""
    import keras

    return (type(loss), vars(loss)) if isinstance(loss, keras.losses.Loss) else loss


def _unpacked_loss(packed_loss: Any) -> Any:
    if not isinstance(packed_loss, tuple):
        return packed_loss
    kind, attributes = packed_loss
    loss = kind.__new__(kind)
    vars(loss).update(attributes)
    return loss


def _train_alike(own: UserModel, copy: UserModel) -> bool:
    """True if a few examples give both the same outputs, loss, gradient and new state."""
    first, second = _first_update(own), _first_update(copy)
    return len(first) == len(second) and all(
        a.shape == b.shape and np.allclose(a, b, TOLERANCE, 1e-8, equal_nan=True)
        for a, b in zip(first, second, strict=True)
    )


def _first_update(own: UserModel) -> list[np.ndarray]:
    """All that an update on the first examples depends on and leads to; nothing is assigned."""
    import keras
    import tensorflow as tf

    rows = slice(COMPARED_EXAMPLES)
    objective = own.objective(own.x[rows], own.y[rows])
    values = [tf.convert_to_tensor(variable.value) for variable in objective.variables]
    with tf.GradientTape() as tape:
        tape.watch(values)
        loss, state = objective.loss_and_state(values, None)
    gradients = tape.gradient(loss, values, unconnected_gradients="zero")
    outputs = own.model(own.x[rows], training=False)
    return [keras.ops.convert_to_numpy(each) for each in (outputs, loss, *gradients, *state, *values)]
