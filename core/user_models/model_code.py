"""The code of a person's own model on its way to another process: what a `.keras` file of it needs to be loaded."""

from __future__ import annotations

import pickle
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.array_tree import leaves
from core.user_models.custom_objects import custom_objects, own_parts, pickled_by_value
from core.user_models.packed_loss import packed_compiled, unpacked_compiled

if TYPE_CHECKING:
    import keras

    from core.user_models.compiled import Compiled
    from core.user_models.user_model import UserModel


@dataclass(frozen=True)
class ModelCode:
    """Everything of a model but its structure and weights. Nothing is ever unpickled but what this program pickled.

    Attributes:
        policy: Its dtype policy, by name, which a `.keras` file does not tell of a whole model.
        pickled: Custom objects by name, the loss and the metrics, by value.
        paths: Where Python looks for modules.
        has_own_parts: A layer, or what a layer holds, is of a class that Keras does not know.
    """

    policy: str
    pickled: bytes
    paths: tuple[str, ...]
    has_own_parts: bool

    @classmethod
    def of(cls, own: UserModel) -> ModelCode:
        """The code of `own`; whatever cloudpickle raises where it cannot be taken along."""
        import cloudpickle

        objects, compiled = custom_objects(own.model), own.compiled
        told = [each for part in (compiled.loss, compiled.metrics, compiled.weighted_metrics) for each in leaves(part)]
        with pickled_by_value([*objects.values(), *map(type, told), *told]):
            pickled: bytes = cloudpickle.dumps((objects, packed_compiled(compiled)))
        return cls(own.model.dtype_policy.name, pickled, tuple(sys.path), bool(own_parts(own.model)))

    def load(self, archive: bytes) -> keras.Model:
        """The model of a `.keras` file, not compiled; imports TensorFlow."""
        return self.load_with_compiled(archive)[0]

    def load_with_compiled(self, archive: bytes) -> tuple[keras.Model, Compiled]:
        """The model of a `.keras` file, and what it is to be compiled with."""
        import keras

        sys.path.extend(path for path in self.paths if path not in sys.path)
        objects, compiled = self._unpickled()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            path.write_bytes(archive)
            model = keras.saving.load_model(path, custom_objects=objects, compile=False, safe_mode=False)
        if model.dtype_policy.name != self.policy:
            model.dtype_policy = self.policy
        return model, unpacked_compiled(compiled)

    def _unpickled(self) -> tuple[dict[str, Any], Any]:
        objects, compiled = pickle.loads(self.pickled)
        return objects, compiled
