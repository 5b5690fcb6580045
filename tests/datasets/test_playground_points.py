"""The 2-D problems: their geometry, and what noise may and may not change."""

from collections.abc import Callable

import numpy as np
import pytest

from core.datasets import playground_points
from core.datasets.split import Examples

Maker = Callable[[int, float, int], Examples]
MAKERS: dict[str, Maker] = {
    make.__name__: make
    for make in (
        playground_points.circle,
        playground_points.xor,
        playground_points.two_gaussians,
        playground_points.spiral,
        playground_points.plane,
        playground_points.several_gaussians,
    )
}
EVERY_PROBLEM = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
CLASSES = ("circle", "xor", "two_gaussians", "spiral")


@EVERY_PROBLEM
def test_the_same_seed_makes_the_same_points_and_another_seed_others(make: Maker) -> None:
    first, again, other = make(50, 0.2, 7), make(50, 0.2, 7), make(50, 0.2, 8)
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x) or not np.array_equal(first.y, other.y)


@EVERY_PROBLEM
@pytest.mark.parametrize("samples", [1, 2, 3, 501])
def test_there_are_as_many_points_as_asked_for(make: Maker, samples: int) -> None:
    made = make(samples, 0.1, 1)
    assert made.x.shape == (samples, 2)
    assert made.y.shape == (samples,)
    assert np.isfinite(made.x).all()


@pytest.mark.parametrize("name", CLASSES)
def test_the_two_classes_are_balanced(name: str) -> None:
    y = MAKERS[name](2000, 0.0, 1).y
    assert y.dtype == np.int32
    assert set(y.tolist()) == {0, 1}
    assert y.mean() == pytest.approx(0.5, abs=0.05)


def test_without_noise_the_circles_classes_are_a_disc_and_a_ring_with_a_gap_between() -> None:
    made = playground_points.circle(1000, 0.0, 1)
    radius = np.sqrt((made.x**2).sum(1))
    assert radius[made.y == 1].max() < 2.5
    assert 3.5 <= radius[made.y == 0].min() <= radius.max() <= 5


def test_without_noise_the_sign_of_the_product_tells_the_classes_of_xor() -> None:
    made = playground_points.xor(1000, 0.0, 1)
    np.testing.assert_array_equal(made.y == 1, np.sign(made.x[:, 0]) == np.sign(made.x[:, 1]))
    assert np.abs(made.x).min() >= 0.3
    assert np.abs(made.x).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 4.0)])
def test_two_gaussians_have_the_published_centres_and_variances(noise: float, variance: float) -> None:
    made = playground_points.two_gaussians(20_000, noise, 1)
    for label, centre in ((1, 2.0), (0, -2.0)):
        cloud = made.x[made.y == label]
        np.testing.assert_allclose(cloud.mean(0), centre, atol=0.1)
        np.testing.assert_allclose(cloud.var(0), variance, rtol=0.05)


def test_the_spirals_arms_are_each_other_turned_by_half_a_circle() -> None:
    made = playground_points.spiral(200, 0.0, 1)
    np.testing.assert_allclose(made.x[made.y == 1], -made.x[made.y == 0], atol=1e-12)
    radius = np.hypot(*made.x[made.y == 1].T)
    np.testing.assert_allclose(radius, 5 * np.arange(100) / 100)
    turns = np.unwrap(np.arctan2(made.x[made.y == 1][1:, 0], made.x[made.y == 1][1:, 1]))
    assert turns[-1] - turns[0] == pytest.approx(3.5 * np.pi * 98 / 100)


def test_without_noise_the_plane_is_a_plane() -> None:
    made = playground_points.plane(100, 0.0, 1)
    fit, residual, *_ = np.linalg.lstsq(np.column_stack([made.x, np.ones(100)]), made.y, rcond=None)
    np.testing.assert_allclose(fit, [0.1, 0.1, 0.0], atol=1e-12)
    assert residual.item() < 1e-20


def test_each_bump_of_the_gaussians_has_its_height_at_its_centre_and_ends_two_away() -> None:
    made = playground_points.several_gaussians(20_000, 0.0, 1)
    for x, y, sign in playground_points.BUMPS:
        distance = np.hypot(made.x[:, 0] - x, made.x[:, 1] - y)
        np.testing.assert_allclose(made.y[distance < 0.2], sign, atol=0.1)
        np.testing.assert_allclose(made.y[distance < 2], sign * (1 - distance[distance < 2] / 2), atol=1e-12)
    nearest = np.min([np.hypot(made.x[:, 0] - x, made.x[:, 1] - y) for x, y, _ in playground_points.BUMPS], axis=0)
    np.testing.assert_array_equal(made.y[nearest >= 2], 0)


@pytest.mark.parametrize("name", ["circle", "xor", "plane", "several_gaussians"])
def test_noise_changes_labels_and_leaves_points_where_they_are(name: str) -> None:
    clean, noisy = MAKERS[name](500, 0.0, 1), MAKERS[name](500, 0.3, 1)
    np.testing.assert_array_equal(clean.x, noisy.x)
    assert np.mean(clean.y != noisy.y) > 0.02
