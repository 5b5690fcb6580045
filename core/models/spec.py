"""The specification of a model: the shape of its data, its size, its regularization."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

Normalization = Literal["none", "batch", "layer"]

MOST_PATCHES = 64  # of an image that a transformer reads; attention costs the square of it


@dataclass(frozen=True)
class ModelSpec:
    """One model of a family. `outputs` is 1 for a quantity and the number of classes (logits) otherwise.

    `input_shape` is that of one example: (features,), (time, channels), (height, width, channels), or
    (time,) for tokens, of which there are `vocabulary`. `width` is units, channels of the first stage or
    the model dimension, `depth` how many layers, stages or blocks there are.
    """

    input_shape: tuple[int, ...]
    outputs: int
    width: int = 16
    depth: int = 1
    activation: str = "relu"
    dropout: float = 0.0
    normalization: Normalization = "none"
    l1: float = 0.0
    l2: float = 0.0
    vocabulary: int | None = None
    dtype: str = "float32"

    @property
    def features(self) -> int:
        """The count of numbers in an example."""
        return prod(self.input_shape)

    @property
    def steps(self) -> tuple[int, int]:
        """(time steps, channels) as a recurrent net reads an example: the rows of an image, one by one."""
        if self.vocabulary is not None:
            return self.input_shape[0], self.width  # tokens are embedded
        if len(self.input_shape) == 3:
            return self.input_shape[0], self.input_shape[1] * self.input_shape[2]
        return self.input_shape[0], prod(self.input_shape[1:])

    @property
    def patch(self) -> int:
        """The side of the square patches of an image, the smallest that leaves at most 64 of them."""
        height, width = self.input_shape[:2]
        return next(p for p in range(1, max(height, width) + 1) if (height // p) * (width // p) <= MOST_PATCHES)

    @property
    def heads(self) -> int:
        """Attention heads: the most, up to eight, that divide the width into parts of at least eight."""
        return max(n for n in (1, 2, 4, 8) if n == 1 or (self.width % n == 0 and self.width // n >= 8))

    def stages(self) -> list[int]:
        """The channels of each convolution: doubled where the picture is halved."""
        return [self.width << halvings for halvings in self._halvings()]

    def halved_after(self, stage: int) -> bool:
        """True if the picture is halved after this stage: not where less than 2 x 2 would be left."""
        return min(self._sides()) >> (self._halvings()[stage] + 1) >= 2

    def _sides(self) -> tuple[int, ...]:
        return self.input_shape[:-1]

    def _halvings(self) -> list[int]:
        """The number of halvings of the picture before each stage."""
        most = max(min(self._sides()).bit_length() - 2, 0)
        return [min(stage, most) for stage in range(self.depth)]
