"""The drawn surface against the objective's own values."""

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.objectives.objective import PlaneObjective
from core.objectives.surfaces import SURFACES
from core.training.build import build_objective
from widgets.charts.surface.surface_grid import LEVELS, shades, surface_grid

PROBLEMS = ("regression", *SURFACES)


def objective_of(problem: str, **settings: object) -> PlaneObjective:
    return build_objective(TrainingConfig().replace(problem=problem, **settings))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_grid_holds_the_loss_of_each_of_its_points(problem: str) -> None:
    objective = objective_of(problem)
    grid = surface_grid(objective, points=9)
    for row, y in enumerate(grid.y):
        for column, x in enumerate(grid.x):
            assert grid.loss[row, column] == pytest.approx(float(objective.value(x, y)), rel=1e-12)
    assert [grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]] == [*objective.domain[0], *objective.domain[1]]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_lower_loss_never_has_a_higher_shade(problem: str) -> None:
    grid = surface_grid(objective_of(problem))
    order = np.argsort(grid.loss, axis=None)
    assert np.all(np.diff(grid.shade.ravel()[order]) >= 0)
    assert np.all(np.isfinite(grid.shade))
    assert np.ptp(grid.shade) > 1


def lines(contours: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    """The polylines, each (n, 2)."""
    points = np.stack(contours, axis=1).astype(float)
    cuts = np.flatnonzero(np.isnan(points[:, 0]))
    return [piece[~np.isnan(piece[:, 0])] for piece in np.split(points, cuts) if len(piece) > 1]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_contour_line_lies_on_one_of_the_levels(problem: str) -> None:
    objective = objective_of(problem)
    grid = surface_grid(objective, points=400)  # fine enough that straight pieces follow the surface
    levels = np.linspace(grid.shade.min(), grid.shade.max(), LEVELS + 2)[1:-1]
    spacing = levels[1] - levels[0]
    pieces = lines(grid.contours)
    assert pieces
    for piece in pieces:
        at = shades(objective.value(piece[:, 0], piece[:, 1]), grid.loss)
        level = levels[np.argmin(np.abs(levels - np.median(at)))]
        assert np.median(np.abs(at - level)) < 0.2 * spacing


@pytest.mark.parametrize("problem", PROBLEMS)
def test_contours_stay_inside_the_domain(problem: str) -> None:
    objective = objective_of(problem)
    for values, (low, high) in zip(surface_grid(objective).contours, objective.domain, strict=True):
        seen = values[~np.isnan(values)]
        room = 1e-6 * (high - low)
        assert low - room <= seen.min() <= seen.max() <= high + room


def test_a_loss_below_the_grids_lowest_has_the_shade_of_the_lowest() -> None:
    grid = surface_grid(objective_of("bowl"))
    assert shades(np.array([-1.0]), grid.loss)[0] == grid.shade.min()


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_start_far_outside_still_gives_a_finite_surface_that_shows_it(problem: str) -> None:
    grid = surface_grid(objective_of(problem, start_x=900, start_y=-700))
    assert grid.x[0] < 900 < grid.x[-1]
    assert grid.y[0] < -700 < grid.y[-1]
    assert np.all(np.isfinite(grid.shade.astype(np.float32)))
    assert np.all(np.isfinite(grid.loss.astype(np.float32)))
