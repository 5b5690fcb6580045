"""Low rank: a dense layer as two thinner ones, by the singular value decomposition of its kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    import keras


def spectra(model: keras.Model) -> dict[str, np.ndarray]:
    """The singular values of each dense layer's kernel, descending, by the layer's name."""
    return {layer.name: np.linalg.svd(layer.kernel.numpy(), compute_uv=False) for layer in _dense(model)}


def _dense(model: keras.Model) -> list[keras.layers.Dense]:
    return [layer for layer in model.layers if type(layer).__name__ == "Dense"]


def factors(kernel: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """The (m, rank) and (rank, n) arrays whose product is nearest to `kernel` (m, n) of all of that rank.

    With W = U diag(s) V^T they are U_r diag(sqrt s_r) and diag(sqrt s_r) V_r^T (Eckart & Young, 1936).
    """
    u, s, v = np.linalg.svd(kernel, full_matrices=False)
    root = np.sqrt(s[:rank])
    return u[:, :rank] * root, root[:, None] * v[:rank]


def low_rank_model(model: keras.Model, rank: int) -> tuple[keras.Model, list[str]]:
    """A model whose dense layers have kernels of `rank`, where that takes fewer numbers, and the names of these layers.

    Raises:
        ConfigError: The rank is above the full one of every dense layer, or no layer becomes smaller.
    """
    import keras

    full = {layer.name: min(layer.kernel.shape) for layer in _dense(model)}
    if not full:
        raise ConfigError(_("This model has no dense layer to take apart."))
    if rank > max(full.values()):
        raise ConfigError(
            _("No dense layer has a rank of {rank}: the highest is {full}.", rank=rank, full=max(full.values()))
        )
    split = {
        layer.name: layer
        for layer in _dense(model)
        if rank * sum(layer.kernel.shape) < layer.kernel.shape[0] * layer.kernel.shape[1]
    }
    if not split:
        raise ConfigError(_("At rank {rank} no dense layer becomes smaller: choose a lower one.", rank=rank))

    def copy(layer: keras.Layer) -> keras.Layer:
        return _two_layers(layer, rank) if layer.name in split else type(layer).from_config(layer.get_config())

    thinner = keras.models.clone_model(model, clone_function=copy)
    for old, new in zip(model.layers, thinner.layers, strict=True):
        new.set_weights(_weights(old, rank) if old.name in split else old.get_weights())
    return thinner, list(split)


def _two_layers(layer: keras.layers.Dense, rank: int) -> keras.Sequential:
    import keras

    second = keras.layers.Dense.from_config({**layer.get_config(), "name": f"{layer.name}_right"})
    first = keras.layers.Dense(rank, use_bias=False, dtype=layer.dtype_policy, name=f"{layer.name}_left")
    return keras.Sequential([first, second], name=layer.name)


def _weights(layer: keras.layers.Dense, rank: int) -> list[np.ndarray]:
    kernel, *bias = layer.get_weights()
    return [*factors(kernel, rank), *bias]
