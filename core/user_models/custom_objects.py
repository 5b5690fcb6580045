"""The classes and functions of a person's own that a Keras model is made of, as another process can use them."""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    import keras


def custom_objects(model: keras.Model) -> dict[str, Any]:
    """What `model` needs beyond Keras to be loaded, by the names that a `.keras` file gives it.

    These are all that was registered with Keras and `own_parts`.
    """
    import keras

    return {**keras.saving.get_custom_objects(), **own_parts(model)}


def own_parts(model: keras.Model) -> dict[str, Any]:
    """What `model` itself has that Keras does not know, by the names that a `.keras` file may give it.

    These are the classes of its layers and its own, and what those layers hold: functions, such as an activation, and
    the classes of initializers and the like.
    """
    import keras

    layers = model._flatten_layers(include_self=True)
    held = [part for layer in layers for part in (type(layer), *map(_kind, _attributes(layer)))]
    own = [each for each in held if each is not None and each.__module__.partition(".")[0] != "keras"]
    return {each.__name__: each for each in own} | {keras.saving.get_registered_name(each): each for each in own}


def _attributes(layer: keras.Layer) -> list[Any]:
    """What `layer` holds, but for its methods: Keras wraps `build`, and the wrapper drags the whole model along."""
    return [value for name, value in vars(layer).items() if not inspect.isfunction(getattr(type(layer), name, None))]


def _kind(value: object) -> Any:
    """A function itself, the class of what has a config, None for all else."""
    if inspect.isfunction(value):
        return value
    return type(value) if hasattr(value, "get_config") else None


@contextmanager
def pickled_by_value(objects: Iterable[Any]) -> Iterator[None]:
    """Has cloudpickle take the modules of `objects` along, but for installed ones.

    A module beside the notebook may have changed since it was imported, or be found by nobody else.
    """
    import cloudpickle

    modules = {inspect.getmodule(each) for each in objects}
    own = [module for module in modules if module is not None and not _is_installed(module)]
    for module in own:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in own:
            cloudpickle.unregister_pickle_by_value(module)


def _is_installed(module: ModuleType) -> bool:
    """True for packages and the standard library; a notebook's `__main__` is pickled by value anyhow."""
    path = getattr(module, "__file__", None)
    return path is None or module.__name__ == "__main__" or "site-packages" in path or path.startswith(sys.base_prefix)
