"""A person's own model on its way to another process: as bytes, and made again from them.

Not every model comes out as it went in. Keras writes down how a layer was constructed, not what was done to it
afterwards, and of a subclassed model without `get_config` not even that for certain. So a model that was packed
is unpacked at once and compared: what would train as another model stays where it is. Nothing is ever unpacked but
what this program packed for an engine of its own.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.array_tree import ArrayTree, mapped
from core.user_data.array_file import packed, unpacked
from core.user_models.model_code import ModelCode
from core.user_models.user_model import UserModel, answers_for, restore, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from core.user_data.user_data import UserData

log = logging.getLogger(__name__)

COMPARED_EXAMPLES = 16
TOLERANCE = 1e-5  # relative: sums of threads may be added in another order


@dataclass(frozen=True)
class PackedModel:
    """A `UserModel` as bytes and arrays.

    Attributes:
        archive: The model as a `.keras` file.
        code: What it takes to load that file.
        data: The examples; large arrays are in files.
        own: Everything else of the `UserModel`, which has no model and no data then.
    """

    archive: bytes
    code: ModelCode
    data: UserData
    own: UserModel

    @classmethod
    def of(cls, own: UserModel) -> PackedModel | None:
        """The model packed; None if it cannot be, or would come out as another one."""
        try:
            with warnings.catch_warnings(action="ignore"):  # of Keras, about files that others would read
                made = cls._unchecked(own)
                if _train_alike(own, made.unpack()):
                    return replace(made, own=replace(made.own, state=own.state))  # the model may have left it since
            log.info("a model cannot be copied into another process: it comes out as another one")
        except Exception:  # a model is anybody's code, and its file, too
            log.info("a model cannot be copied into another process", exc_info=True)
        return None

    @classmethod
    def _unchecked(cls, own: UserModel) -> PackedModel:
        # What does not travel in it is put back by `unpack`, and nobody sees it before.
        gaps: dict[str, Any] = {"model": None, "data": None, "compiled": None}
        bare = replace(own, state=values_of(own.model), **gaps)
        return cls(_archive(own.model), ModelCode.of(own), _data(own.data, packed), bare)

    def unpack(self) -> UserModel:
        """The model made again; imports TensorFlow."""
        model, compiled = self.code.load_with_compiled(self.archive)
        compiled.apply(model)
        restore(model, self.own.state)
        return replace(self.own, model=model, data=self.examples, compiled=compiled)

    @property
    def examples(self) -> UserData:
        """The examples; costs no TensorFlow."""
        return _data(self.data, unpacked)

    @property
    def is_of_several_arrays(self) -> bool:
        """True if an example, or its target, is more than one array."""
        return isinstance(self.data.x, _Nest) or isinstance(self.data.y, _Nest)


def _data(data: UserData, change: Callable[[Any], Any]) -> UserData:
    """`data` with `change` of each of its arrays."""

    def changed(arrays: Any) -> Any:
        if arrays is None:
            return None
        return _Nest(mapped(change, arrays)) if isinstance(arrays, ArrayTree) else _changed(arrays, change)

    validation = None if data.validation is None else tuple(changed(part) for part in data.validation)
    x, y, weights = (changed(part) for part in data.training)
    return replace(data, x=x, y=y, weights=weights, validation=validation)


@dataclass(frozen=True)
class _Nest:
    """The packed arrays of an `ArrayTree`."""

    nest: Any


def _changed(arrays: Any, change: Callable[[Any], Any]) -> Any:
    return ArrayTree(mapped(change, arrays.nest)) if isinstance(arrays, _Nest) else change(arrays)


def _archive(model: keras.Model) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


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

    x, y = own.few(COMPARED_EXAMPLES)
    objective = own.objective(x, y)
    values = [tf.convert_to_tensor(variable.value) for variable in objective.variables]
    with tf.GradientTape() as tape:
        tape.watch(values)
        loss, state = objective.loss_and_state(values, None)
    gradients = tape.gradient(loss, values, unconnected_gradients="zero")
    outputs = answers_for(own.model, objective.inputs(x))
    return [keras.ops.convert_to_numpy(each) for each in (*outputs, loss, *gradients, *state, *values)]
