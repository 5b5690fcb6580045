"""The loss surfaces: published values and minima, and gradients checked against finite differences."""

import numpy as np
import pytest

from core.objectives.loss_surface import LossSurface
from core.objectives.surfaces import SURFACES

PUBLISHED = {name: surface for name, surface in SURFACES.items() if surface.of_settings is None}
EVERY_SURFACE = pytest.mark.parametrize("surface", PUBLISHED.values(), ids=PUBLISHED)
STEP = 1e-6  # of central differences, in float64


def slope(surface: LossSurface, x: float, y: float, h: float = STEP) -> np.ndarray:
    """The gradient by central differences."""
    along_x = surface(x + h, y) - surface(x - h, y)
    along_y = surface(x, y + h) - surface(x, y - h)
    return np.array([along_x, along_y]) / (2 * h)


def points_on(surface: LossSurface, n: int) -> np.ndarray:
    (x_low, x_high), (y_low, y_high) = surface.domain
    return np.random.default_rng(1).uniform((x_low, y_low), (x_high, y_high), (n, 2))


@pytest.mark.parametrize(
    ("name", "x", "y", "value"),
    [
        ("bowl", 1.0, 2.0, 20.5),
        ("rosenbrock", -1.2, 1.0, 24.2),
        ("rosenbrock", 0.0, 0.0, 1.0),
        ("himmelblau", 0.0, 0.0, 170.0),
        ("beale", 0.0, 0.0, 14.203125),
        ("beale", 1.0, 1.0, 14.203125),
        ("booth", 0.0, 0.0, 74.0),
        ("three_hump_camel", 1.0, 1.0, 2 - 1.05 + 1 / 6 + 1 + 1),
        ("styblinski_tang", 1.0, 1.0, -10.0),
        ("styblinski_tang", 2.7468027709908, -2.9035340277712, -64.1956),
        ("ackley", 1.0, 1.0, 3.6253849384403627),
        ("rastrigin", 1.0, 1.0, 2.0),
        ("rastrigin", 0.5, 0.5, 40.5),
        ("saddle", 2.0, 1.0, 3.0),
    ],
)
def test_a_surface_has_its_published_values(name: str, x: float, y: float, value: float) -> None:
    assert SURFACES[name](x, y) == pytest.approx(value, rel=1e-6)


@EVERY_SURFACE
def test_the_loss_at_every_minimum_is_the_published_one(surface: LossSurface) -> None:
    for x, y in surface.minima:
        assert surface(x, y) == pytest.approx(surface.minimum, abs=1e-10)


@EVERY_SURFACE
def test_the_slope_at_every_minimum_is_zero(surface: LossSurface) -> None:
    for x, y in surface.minima:
        assert slope(surface, x, y) == pytest.approx(np.zeros(2), abs=1e-3)


@EVERY_SURFACE
def test_nowhere_on_its_domain_is_a_surface_lower_than_its_minimum(surface: LossSurface) -> None:
    x, y = np.meshgrid(*(np.linspace(*side, 401) for side in surface.domain))
    lowest = -np.inf if surface.minimum is None else surface.minimum
    assert surface(x, y).min() >= lowest - 1e-9


@EVERY_SURFACE
def test_start_and_minima_lie_inside_the_domain(surface: LossSurface) -> None:
    low, high = np.array(surface.domain).T
    for point in (surface.start, *surface.minima):
        assert np.all((low < point) & (point < high))


@EVERY_SURFACE
def test_plain_descent_from_the_start_at_the_given_rate_lowers_the_loss(surface: LossSurface) -> None:
    here = np.array(surface.start)
    for _ in range(40):
        here = here - surface.learning_rate * slope(surface, *here)
    assert surface(*here) < surface(*surface.start)


def test_the_saddle_alone_has_no_minimum() -> None:
    assert [name for name, surface in PUBLISHED.items() if not surface.minima] == ["saddle"]
    assert SURFACES["saddle"].minimum is None


def test_the_bowls_condition_number_is_the_ratio_of_its_curvatures() -> None:
    bowl = SURFACES["bowl"]
    for condition in (1.0, 10.0, 1000.0):
        along_x, along_y = bowl(1.0, 0.0, condition=condition), bowl(0.0, 1.0, condition=condition)
        assert along_y / along_x == pytest.approx(condition)


@EVERY_SURFACE
def test_settings_a_surface_does_not_take_change_nothing(surface: LossSurface) -> None:
    assert surface(0.3, 0.7, seed=3, noise=1.0) == surface(0.3, 0.7)


@EVERY_SURFACE
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_surface_keeps_the_shape_and_dtype_of_its_arguments(surface: LossSurface, dtype: type) -> None:
    x: np.ndarray = np.linspace(-1, 1, 4, dtype=dtype)
    y: np.ndarray = np.linspace(0, 1, 3, dtype=dtype)[:, None]
    loss = surface(x, y)
    assert (loss.shape, loss.dtype) == ((3, 4), dtype)


@EVERY_SURFACE
def test_a_surface_says_where_it_comes_from_and_how_it_is_written(surface: LossSurface) -> None:
    assert surface.label
    assert surface.source[-4:].isdigit()
    assert surface.formula.startswith("L(x, y) = ")
    assert surface.formula.count("{") == surface.formula.count("}")


@EVERY_SURFACE
def test_tensorflows_gradient_is_finite_at_minima_and_equals_finite_differences(surface: LossSurface) -> None:
    tf = pytest.importorskip("tensorflow")

    def gradient(at: np.ndarray) -> np.ndarray:
        point = tf.constant(at)
        with tf.GradientTape() as tape:
            tape.watch(point)
            loss = surface(point[..., 0], point[..., 1], tf)
        return tape.gradient(loss, point).numpy()

    points = points_on(surface, 50)
    differences = np.array([slope(surface, x, y) for x, y in points])
    np.testing.assert_allclose(gradient(points), differences, rtol=1e-5, atol=1e-5)
    for dtype in (np.float32, np.float64):
        for minimum in surface.minima:
            np.testing.assert_allclose(gradient(np.array(minimum, dtype)), 0, atol=1e-3)
