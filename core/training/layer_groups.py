"""The layers of a model and the weights of each, for records of each layer apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.models.layer_name import LayerName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.models.layer_name import Shape

MOST_GROUPS = 24  # lines that a chart can still tell apart, and numbers that a record can afford


@dataclass(frozen=True)
class LayerGroups:
    """The names of layers in the order of the model, and for each of its variables the index of its layer."""

    names: tuple[LayerName, ...]
    index: tuple[int, ...]

    @classmethod
    def of(cls, paths: Sequence[str], shapes: Sequence[Shape], most: int = MOST_GROUPS) -> LayerGroups:
        """The layers of the Keras variables with these `paths` and `shapes`, at most `most` of them.

        Beyond that, neighbours are merged as evenly as they can be: "first … last".
        """
        layers = _layers(paths)
        names = tuple(dict.fromkeys(layers))
        parts = np.array_split(np.arange(len(names)), min(most, len(names)))
        part_of = {names[i]: number for number, part in enumerate(parts) for i in part}
        of_layer: dict[str, dict[str, Shape]] = {name: {} for name in names}
        for layer, path, shape in zip(layers, paths, shapes, strict=True):
            of_layer[layer][path] = tuple(shape)
        merged = tuple(_name([LayerName.of(names[i], of_layer[names[i]]) for i in part]) for part in parts)
        return cls(merged, tuple(part_of[layer] for layer in layers))


def _layers(paths: Sequence[str]) -> list[str]:
    """For each path such as "model/lstm/lstm_cell/kernel" its layer, here "lstm"."""
    folders = [path.split("/")[:-1] or [path] for path in paths]
    deepest = min(map(len, folders)) - 1
    shared = 0  # folders around all layers: the name of the model, where it is in the path
    while shared < deepest and len({folder[shared] for folder in folders}) == 1:
        shared += 1
    return [folder[shared] for folder in folders]


def _name(layers: Sequence[LayerName]) -> LayerName:
    return layers[0] if len(layers) == 1 else LayerName(f"{layers[0].keras} … {layers[-1].keras}")
