"""How many right answers each layer costs when it alone is pruned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.pruning.masks import magnitude_masks, prunable

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

LEVELS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)  # shares of a layer's weights that are zero


def sensitivity(
    model: keras.Model, right: Callable[[], int], on_layer: Callable[[int, int], None] = lambda _done, _all: None
) -> dict[str, tuple[int, ...]]:
    """The right answers at each of `LEVELS` with one layer pruned and all others whole, by the path of its weights.

    Args:
        model: The model; its weights are the same afterwards.
        right: Counts the right answers of the model as it is.
        on_layer: Called with how many layers are done, of how many.
    """
    weights, whole = prunable(model), right()
    found = {}
    for place, variable in enumerate(weights):
        on_layer(place, len(weights))
        before = variable.numpy()
        counts = [whole]
        for level in LEVELS[1:]:
            variable.assign(before * magnitude_masks([before], level)[0])
            counts.append(right())
        variable.assign(before)
        found[variable.path] = tuple(counts)
    return found
