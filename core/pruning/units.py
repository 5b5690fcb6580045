"""Units and channels that can be removed from a model, and the smaller model without them.

A unit of a layer can be removed where its output goes, through layers that treat each channel by itself, to one dense
layer or convolution alone: then a column of the layer's kernel and the rows of the next one's kernel go with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from core.pruning.family_layers import family_layers
from core.pruning.masks import Mask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

KINDS = ("Dense", "Conv1D", "Conv2D")
FLATTEN = "Flatten"
NORMS = ("BatchNormalization", "LayerNormalization")
CHANNEL_BY_CHANNEL = (
    "Activation", "ReLU", "Dropout", "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", FLATTEN, *NORMS,
)  # fmt: skip
SIZES = {"Dense": "units", "Conv1D": "filters", "Conv2D": "filters"}  # the name in a layer's config
HALVINGS = 30  # of the interval of shares that is searched


@dataclass(frozen=True)
class UnitGroup:
    """The units of one layer that can be removed.

    Attributes:
        layer: The name of the layer.
        units: How many it has.
        norms: The names of the normalizations on the way, which have numbers for each unit.
        reader: The name of the layer that reads them.
        places: How many of the reader's rows belong to one unit: 1, or the places of a picture that was flattened.
    """

    layer: str
    units: int
    norms: tuple[str, ...]
    reader: str
    places: int


def unit_groups(model: keras.Model) -> tuple[UnitGroup, ...]:
    """The groups of `model`, in its order; none for what is not built of layers."""
    found = (_group(layer) for layer in getattr(model, "layers", ()) if type(layer).__name__ in KINDS)
    return tuple(group for group in found if group is not None)


def _group(layer: keras.Layer) -> UnitGroup | None:
    norms: list[str] = []
    places, operation = 1, layer
    while (operation := _only_reader(operation)) is not None:
        kind = type(operation).__name__
        if kind in KINDS:
            return UnitGroup(layer.name, int(layer.kernel.shape[-1]), tuple(norms), operation.name, places)
        if kind not in CHANNEL_BY_CHANNEL:
            return None
        if kind == FLATTEN:
            places *= prod(operation.input.shape[1:-1])
        if kind in NORMS:
            norms.append(operation.name)
    return None


def _only_reader(operation: Any) -> Any | None:
    """What alone reads the output of `operation`, and nothing else with it."""
    readers = operation._outbound_nodes
    if len(readers) != 1 or len(readers[0].input_tensors) != 1:
        return None
    return readers[0].operation


def scores(model: keras.Model, group: UnitGroup) -> np.ndarray:
    """The importance of each unit, float64 (units,): the norm of its incoming weights times that of its outgoing ones.

    The product stays as it is when a ReLU unit's weights are multiplied by a number on one side and divided on the
    other, which changes no output.
    """
    incoming = model.get_layer(group.layer).kernel.numpy().astype(np.float64)
    outgoing = _rows_by_unit(model.get_layer(group.reader).kernel.numpy().astype(np.float64), group)
    into = np.sqrt((incoming.reshape(-1, group.units) ** 2).sum(0))
    return into * np.sqrt((outgoing**2).sum(tuple(i for i in range(outgoing.ndim) if i != outgoing.ndim - 2)))


def _rows_by_unit(kernel: np.ndarray, group: UnitGroup) -> np.ndarray:
    """The reader's kernel with the units on the last axis but one: flattened places stand before them."""
    return kernel.reshape(*kernel.shape[:-2], group.places, group.units, kernel.shape[-1])


def kept_units(model: keras.Model, share: float) -> dict[str, np.ndarray]:
    """Which units of each group are kept when the least important `share` of them go; at least one stays in each."""
    kept = {}
    for group in unit_groups(model):
        gone = min(int(share * group.units + 1e-9), group.units - 1)
        kept[group.layer] = np.ones(group.units, bool)
        kept[group.layer][np.argsort(scores(model, group), kind="stable")[:gone]] = False
    return kept


def share_of_units(model: keras.Model, sparsity: float) -> float:
    """The smallest share of units to remove from each group so that `sparsity` of all parameters go.

    It is found by bisection; the largest share there is where so many cannot go.
    """
    total = model.count_params()
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if parameters_left(model, middle) <= (1 - sparsity) * total else (middle, high)
    return high


def parameters_left(model: keras.Model, share: float) -> int:
    """The number of parameters after the removal of `share` of each group's units."""
    groups = unit_groups(model)
    left = {group.layer: group.units - min(int(share * group.units + 1e-9), group.units - 1) for group in groups}
    written = {group.layer: (group.units, left[group.layer]) for group in groups}
    for group in groups:
        written.update(dict.fromkeys(group.norms, (group.units, left[group.layer])))
    read = {group.reader: (group.units * group.places, left[group.layer] * group.places) for group in groups}
    count = 0
    for layer in model.layers:
        for weight in layer.weights:
            size = prod(weight.shape)
            for axis, of_layer in ((-1, written), (-2, read)):
                if layer.name in of_layer and len(weight.shape) >= -axis:
                    before, after = of_layer[layer.name]
                    size = size // before * after
            count += size
    return count


def without_units(model: keras.Model, kept: Mapping[str, np.ndarray]) -> keras.Model:
    """A new model of the units that are kept, with their weights; all else is as it was.

    Args:
        model: A functional or sequential model.
        kept: Which units, bool (units,), by the name of the layer.
    """
    groups = [group for group in unit_groups(model) if group.layer in kept]
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    config = model.get_config()
    by_name = {entry["config"]["name"]: entry for entry in config["layers"]}
    for entry in by_name.values():
        entry.pop("build_config", None)  # the shapes of before
    for group in groups:
        left = kept[group.layer]
        by_name[group.layer]["config"][SIZES[by_name[group.layer]["class_name"]]] = int(left.sum())
        for name in (group.layer, *group.norms):
            weights[name] = [value[..., left] for value in weights[name]]
        kernel, *bias = weights[group.reader]
        weights[group.reader] = [kernel[..., np.tile(left, group.places), :], *bias]
    with family_layers():
        smaller = type(model).from_config(config)
    for layer in smaller.layers:
        layer.set_weights(weights[layer.name])
    return smaller


class UnitMasks:
    """Masks that zero whole units, so that removing them afterwards changes nothing but a layer normalization."""

    def __init__(self, model: keras.Model, held: Mapping[str, np.ndarray] | None = None) -> None:
        """`held` are weights that are kept so far, by the path of their matrix: all others stay zero."""
        self._model, self._groups = model, unit_groups(model)
        self._masks: dict[str, Mask] = {}
        for group in self._groups:
            for variable in self._variables(group):
                self._masks.setdefault(variable.path, Mask(variable, (held or {}).get(variable.path)))
        self.kept = {group.layer: np.ones(group.units, bool) for group in self._groups}

    def prune(self, share: float) -> None:
        """Zeroes the least important `share` of each group's units."""
        self.kept = kept_units(self._model, share)
        kept = {path: np.ones(mask.variable.shape, bool) for path, mask in self._masks.items()}
        for group in self._groups:
            left = self.kept[group.layer]
            for variable in self._written(group):
                kept[variable.path] &= left
            kept[self._reader(group).path] &= np.tile(left, group.places)[:, None]
        for path, mask in self._masks.items():
            mask.keep(kept[path])

    def lift(self) -> None:
        """Takes all masks off; the weights stay as they are."""
        for mask in self._masks.values():
            mask.lift()

    def _variables(self, group: UnitGroup) -> Sequence[keras.Variable]:
        return [*self._written(group), self._reader(group)]

    def _written(self, group: UnitGroup) -> list[keras.Variable]:
        return list(self._model.get_layer(group.layer).trainable_variables)

    def _reader(self, group: UnitGroup) -> keras.Variable:
        return self._model.get_layer(group.reader).kernel
