"""Arrays that belong together, as one: the inputs of a model that takes several, or the targets of several outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Nest: TypeAlias = Any  # an array, or a dict, list or tuple of nests


class ArrayTree:
    """Arrays (n, ...) in a dict, list or tuple, sliced by example as a single array is.

    >>> import numpy as np
    >>> tree = ArrayTree({"a": np.arange(3), "b": np.zeros((3, 2))})
    >>> len(tree), tree[1:].nest["a"].tolist()
    (3, [1, 2])
    """

    def __init__(self, nest: Nest) -> None:
        self.nest = nest
        self.leaves: list[np.ndarray] = leaves(nest)

    def __repr__(self) -> str:
        return f"ArrayTree({mapped(lambda leaf: leaf.shape, self.nest)})"

    def __len__(self) -> int:
        return len(self.leaves[0])

    def __getitem__(self, rows: Any) -> ArrayTree:
        return ArrayTree(mapped(lambda leaf: leaf[rows], self.nest))

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(leaf.nbytes for leaf in self.leaves)


Arrays: TypeAlias = "np.ndarray | ArrayTree"


def mapped(function: Callable[[Any], Any], nest: Nest) -> Nest:
    """`nest` with `function` of each leaf in its place."""
    if isinstance(nest, ArrayTree):
        nest = nest.nest
    if isinstance(nest, dict):
        return {name: mapped(function, part) for name, part in nest.items()}
    if isinstance(nest, list | tuple):
        return type(nest)([mapped(function, part) for part in nest])
    return function(nest)


def leaves(nest: Nest) -> list[Any]:
    """The leaves of `nest`, those of a dict in the order of its sorted keys, as Keras takes them."""
    if isinstance(nest, ArrayTree):
        nest = nest.nest
    if isinstance(nest, dict):
        return [leaf for name in sorted(nest) for leaf in leaves(nest[name])]
    if isinstance(nest, list | tuple):
        return [leaf for part in nest for leaf in leaves(part)]
    return [nest]
