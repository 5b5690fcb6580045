"""Contour lines against the curves they must follow."""

import numpy as np
import pytest

from widgets.charts.parts.contours import contour_lines

AXIS = np.linspace(-2, 2, 81)


def test_a_contour_of_the_squared_distance_is_a_circle() -> None:
    values = AXIS[None, :] ** 2 + AXIS[:, None] ** 2
    x, y = contour_lines(AXIS, AXIS, values, [1.0])
    drawn = np.isfinite(x)
    assert drawn.sum() > 50
    assert np.hypot(x[drawn], y[drawn]) == pytest.approx(1.0, abs=1e-3)


def test_rows_are_the_second_axis() -> None:
    x, y = contour_lines(AXIS, AXIS, np.broadcast_to(AXIS[:, None], (81, 81)), [0.51])
    assert y[np.isfinite(y)] == pytest.approx(0.51)
    assert (np.nanmin(x), np.nanmax(x)) == (-2, 2)


def test_each_piece_ends_in_a_gap() -> None:
    x, _ = contour_lines(AXIS, AXIS, np.abs(np.broadcast_to(AXIS, (81, 81))), [1.0])
    assert np.isnan(x).sum() == 2
    assert np.isnan(x[-1])


@pytest.mark.parametrize("values", [np.zeros((81, 81)), np.full((81, 81), np.nan)])
def test_where_no_value_reaches_the_level_nothing_is_drawn(values: np.ndarray) -> None:
    x, y = contour_lines(AXIS, AXIS, values, [0.5])
    assert np.isnan(x).all()
    assert np.isnan(y).all()
