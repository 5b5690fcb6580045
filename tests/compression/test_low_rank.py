"""Low rank: the nearest kernels of that rank, and a model that computes with them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.compression.low_rank import factors, low_rank_model, spectra
from core.field import ConfigError

RNG = np.random.default_rng(0)


def model() -> keras.Model:
    keras.utils.set_random_seed(4)
    layers = [keras.Input((20,)), keras.layers.Dense(30, "relu", name="wide"), keras.layers.Dense(3, name="head")]
    return keras.Sequential(layers)


@pytest.mark.parametrize("rank", [1, 3, 8])
def test_what_the_factors_leave_out_is_the_singular_values_behind_the_rank(rank: int) -> None:
    """Eckart & Young: the distance in the Frobenius norm is the root of the sum of the squares that are left out."""
    kernel = RNG.normal(size=(12, 8))
    left, right = factors(kernel, rank)
    assert (left.shape, right.shape) == ((12, rank), (rank, 8))
    behind = np.linalg.svd(kernel)[1][rank:]
    assert np.linalg.norm(kernel - left @ right) == pytest.approx(np.sqrt((behind**2).sum()), abs=1e-9)


def test_a_model_of_low_rank_computes_with_the_truncated_kernels() -> None:
    net = model()
    thin, names = low_rank_model(net, 5)
    (kernel, bias), (last, offset) = (net.get_layer(name).get_weights() for name in ("wide", "head"))
    u, s, v = np.linalg.svd(kernel, full_matrices=False)
    x = RNG.normal(size=(6, 20)).astype(np.float32)
    expected = np.maximum(x @ (u[:, :5] * s[:5]) @ v[:5] + bias, 0) @ last + offset
    assert names == ["wide"]  # the head has 30 x 3 numbers, which two layers of rank 5 would exceed
    np.testing.assert_allclose(thin.predict(x, verbose=0), expected, atol=1e-5)
    assert net.count_params() - thin.count_params() == 20 * 30 - 5 * (20 + 30)


def test_a_rank_above_the_full_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="No dense layer has a rank of 21: the highest is 20"):
        low_rank_model(model(), 21)


def test_a_rank_that_saves_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="At rank 12 no dense layer becomes smaller"):
        low_rank_model(model(), 12)


def test_a_model_without_dense_layers_is_refused() -> None:
    inputs = keras.Input((8, 8, 1))
    with pytest.raises(ConfigError, match="no dense layer"):
        low_rank_model(keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs)), 1)


def test_spectra_are_the_roots_of_the_eigenvalues_of_the_products() -> None:
    net = model()
    kernel = net.get_layer("wide").kernel.numpy().astype(float)
    eigenvalues = np.sort(np.linalg.eigvalsh(kernel @ kernel.T))[::-1]
    np.testing.assert_allclose(spectra(net)["wide"] ** 2, eigenvalues, atol=1e-5)
