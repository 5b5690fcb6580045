"""The largest eigenvalue by products alone, against NumPy's eigenvalues of the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest

from core.geometry.lanczos import largest

RNG = np.random.default_rng(5)
START = RNG.normal(size=30)


def symmetric(values: np.ndarray) -> np.ndarray:
    """A matrix with these eigenvalues and random eigenvectors."""
    q, _ = np.linalg.qr(RNG.normal(size=(len(values), len(values))))
    return (q * values) @ q.T


@pytest.mark.parametrize("lowest", [0.0, -100.0], ids=["positive", "a negative one larger in size"])
def test_as_many_products_as_dimensions_find_the_largest_eigenvalue(lowest: float) -> None:
    matrix = symmetric(np.append(np.linspace(0.1, 7.0, 29), lowest))
    found = largest(lambda v: matrix @ v, START, 30)
    assert found.value == pytest.approx(7.0, rel=1e-10)
    assert found.vector @ matrix @ found.vector == pytest.approx(7.0, rel=1e-10)
    assert np.linalg.norm(found.vector) == pytest.approx(1.0)


def test_a_few_products_give_a_lower_bound_with_its_residual() -> None:
    matrix = symmetric(np.append(np.linspace(-1, 1, 28), [4.0, 5.0]))
    found = largest(lambda v: matrix @ v, START, 5)
    off = matrix @ found.vector - found.value * found.vector
    assert found.residual == pytest.approx(np.linalg.norm(off), rel=1e-8)
    assert 5.0 - found.residual <= found.value <= 5.0


def test_no_residual_is_less_than_what_the_products_are_rounded_to() -> None:
    matrix = symmetric(np.linspace(0.1, 7.0, 30)).astype(np.float32)
    found = largest(lambda v: matrix @ v, START.astype(np.float32), 30)
    true = np.linalg.eigvalsh(matrix.astype(float))
    assert np.abs(true - found.value).min() <= found.residual
    assert found.residual < 1e-6 * found.value


def test_begun_again_from_its_vector_it_comes_nearer_each_time() -> None:
    matrix = symmetric(np.append(np.linspace(-1, 1, 28), [4.0, 5.0]))
    vector, residuals = START, []
    for _ in range(4):
        found = largest(lambda v: matrix @ v, vector, 4)
        vector = found.vector
        residuals.append(found.residual)
    assert residuals == sorted(residuals, reverse=True)
    assert found.value == pytest.approx(5.0, rel=1e-6)


def test_of_a_matrix_that_only_bends_down_it_is_the_least_negative() -> None:
    matrix = symmetric(np.linspace(-9.0, -2.0, 30))
    assert largest(lambda v: matrix @ v, START, 30).value == pytest.approx(-2.0, rel=1e-9)


def test_a_start_that_is_an_eigenvector_ends_the_search_at_once() -> None:
    found = largest(lambda v: 3 * v, START, 6)
    assert (found.value, found.residual) == (pytest.approx(3.0), pytest.approx(0.0, abs=1e-12))


def test_a_flat_function_has_the_eigenvalue_zero_and_a_broken_one_none() -> None:
    assert largest(np.zeros_like, START, 6).value == 0.0
    assert np.isnan(largest(lambda v: v * np.nan, START, 6).value)
