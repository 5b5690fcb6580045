"""The name of a layer: Keras' own, and where that says only the kind, how many units, filters or heads it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape = tuple[int, ...]

# Keras' own name of a kind: the variable whose shape tells the size, the axis on which it stands, and what it counts.
_SIZES = {
    "dense": ("kernel", -1, "units"),
    "conv1d": ("kernel", -1, "filters"),
    "conv2d": ("kernel", -1, "filters"),
    "conv3d": ("kernel", -1, "filters"),
    "simple_rnn": ("recurrent_kernel", 0, "units"),
    "lstm": ("recurrent_kernel", 0, "units"),
    "gru": ("recurrent_kernel", 0, "units"),
    "multi_head_attention": ("query/kernel", 1, "heads"),
}


@dataclass(frozen=True)
class LayerName:
    """`keras` is the name in the model; `size` counts the layer's `unit` ("units", "filters", "heads"), if known.

    A layer that a person has named keeps that name alone.
    """

    keras: str
    size: int | None = None
    unit: str = ""

    @classmethod
    def of(cls, keras: str, shapes: Mapping[str, Shape]) -> LayerName:
        """The name of the layer `keras`, whose variables have these paths and `shapes`.

        >>> LayerName.of("dense_2", {"dense_2/kernel": (8, 64), "dense_2/bias": (64,)})
        LayerName(keras='dense_2', size=64, unit='units')
        >>> LayerName.of("my_head", {"my_head/kernel": (8, 64)})
        LayerName(keras='my_head', size=None, unit='')
        """
        variable, axis, unit = _SIZES.get(re.sub(r"_\d+$", "", keras), ("", 0, ""))
        sizes = {shape[axis] for path, shape in shapes.items() if variable and path.endswith("/" + variable)}
        return cls(keras, sizes.pop(), unit) if len(sizes) == 1 else cls(keras)
