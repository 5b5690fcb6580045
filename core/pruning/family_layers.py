"""The layers of our own that the families' models have, by which Keras finds them again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def family_layers() -> Iterator[None]:
    """Has Keras know the families' own layers while a model is loaded or copied from its config."""
    import keras

    from core.models.layers import Positions

    with keras.utils.custom_object_scope({"Positions": Positions}):
        yield
