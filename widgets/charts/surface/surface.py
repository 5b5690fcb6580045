"""The loss surface from above: the path so far, and the arrows at the current point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from core.language import N_, _, shown
from widgets.board.panel import Role
from widgets.charts.chart import DEFAULTS, Chosen, Update
from widgets.charts.choice import Choice
from widgets.charts.parts.axis_ranges import nice_floor
from widgets.charts.parts.style import GRADIENT, MOMENTUM, PATH, POINT, UPDATE, empty, hover, line
from widgets.charts.surface.ground import surface_figure
from widgets.charts.surface.plane_chart import PlaneChart, PlaneSetup

if TYPE_CHECKING:
    from widgets.board.panel import Panel
    from widgets.charts.moment import Moment

LONGEST_ARROW = 0.16  # of the surface's width: shorter arrows are magnified to it by a stated factor
SHORTEST_TRUE_ARROW = 0.05  # of the surface's width: from here on the update is drawn at its true length
BESIDE = 0.012  # of the surface's width: how far the gradient's arrow stands beside that of the update where both point
ALIKE = 0.9  # the same way, by the cosine between them
SHOWN_DIGITS = 6  # of a coordinate, at most
MOST_DOTS = 60  # on the path; each is an element of the page
NOTE = N_("path and next step · click to start there")
TITLE = N_("Loss surface")
FROM_ABOVE, IN_SPACE = N_("2-D"), N_("3-D")
VIEW = Choice("view", N_("Surface view"), (FROM_ABOVE, IN_SPACE), default=FROM_ABOVE)


class SurfaceChart(PlaneChart):
    """Heatmap, contour lines, minima, path, current point, and three arrows.

    The arrows are the negative gradient, the part of the update owed to momentum, and the update itself.
    Momentum and update share one scale: true length where it can be seen, else magnified by a factor the
    note states. The gradient's arrow shares that scale where the update is -rate * gradient plus
    momentum, unless it would be too short to be seen: then it has a factor of its own, which the note states
    too. Where an optimizer rescales the gradient it shows the direction only.
    """

    id = "surface"
    title = TITLE
    shows = N_("The loss at every point, and the path of the run.")
    advice = N_("Click somewhere to start there.")
    role = Role.LEAD
    shows_at_once = True
    choices = (VIEW,)

    def __init__(self, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> None:
        super().__init__(setup, chosen)
        self._objective, self._grid, self._additive = setup.objective, setup.grid, setup.optimizer.additive
        self._spans = np.array([high - low for low, high in setup.objective.domain])

    @classmethod
    def fits(cls, setup: PlaneSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True while the view from above is chosen."""
        return VIEW.option(chosen) == FROM_ABOVE

    def panel(self) -> Panel:
        """The surface with its minima and the start point."""
        start = self._objective.initial[0]
        first, second = map(shown, self._objective.parameter_names)
        traces = [
            go.Scatter(
                x=empty(), y=empty(), mode="lines+markers", line=line(PATH, 2.5), hoverinfo="skip",
                marker={"size": 4, "color": PATH, "maxdisplayed": MOST_DOTS},
            ),
            _arrow(GRADIENT, 8), _arrow(MOMENTUM, 4), _arrow(UPDATE, 3),
            go.Scatter(
                x=start[:1], y=start[1:], mode="markers",
                marker={"size": 15, "color": POINT, "line": {"color": "#ffffff", "width": 2}},
                hovertemplate=hover(_("now"), f"{first} %{{x:.4g}}", f"{second} %{{y:.4g}}"),
            ),
        ]  # fmt: skip
        return self.card(surface_figure(self._objective, self._grid, traces), shown(NOTE))

    def update(self, moment: Moment) -> Update:
        """The path up to `moment` and the arrows there."""
        arrows = {"gradient": -moment.seen.gradient, "momentum": moment.view.terms.momentum}
        update = moment.view.terms.update
        scale = self._scale(moment.point, update, arrows["momentum"])
        gradient, magnified = self._gradient_arrow(moment, update * scale, scale)
        momentum = None if arrows["momentum"] is None else arrows["momentum"] * scale
        x, y = moment.point
        return {
            "traces": {
                3: {"x": moment.path(0), "y": moment.path(1)},
                4: _from(moment.point + self._beside(gradient, update), gradient),
                5: _from(moment.point, momentum),
                6: _from(moment.point, update * scale),
                7: {"x": np.array([x]), "y": np.array([y])},
            },
            "note": _note(scale, magnified),
        }

    def _scale(self, point: np.ndarray, update: np.ndarray, momentum: np.ndarray | None) -> float:
        """1 where the update is long enough to be seen, else the 1-2-5 factor that makes it so.

        0 for an update that moves no digit of the coordinates shown: the run is at rest, and no arrow is drawn.
        """
        if self._is_unseen(update, point):
            return 0.0
        longest = max(self._length(update), 0.0 if momentum is None else self._length(momentum))
        if not math.isfinite(longest) or longest >= SHORTEST_TRUE_ARROW or longest == 0:
            return 1.0
        return nice_floor(LONGEST_ARROW / longest)

    def _gradient_arrow(self, moment: Moment, shown_update: np.ndarray, scale: float) -> tuple[np.ndarray, float]:
        """The arrow of the descent, and by how much it is magnified where that is not `scale`; else 1."""
        descent = -moment.seen.gradient
        if not self._additive:
            length = self._length(descent)
            return descent * (self._length(shown_update) / length if length > 0 else 0.0), 1.0
        part = descent * moment.seen.hyper["learning_rate"]
        length = self._length(part)
        if scale == 0 or not 0 < length * scale < SHORTEST_TRUE_ARROW or self._is_unseen(part, moment.point):
            return part * scale, 1.0
        magnified = nice_floor(LONGEST_ARROW / length)
        return part * magnified, magnified

    def _is_unseen(self, change: np.ndarray, point: np.ndarray) -> bool:
        """True if a change of the point moves no digit of the coordinates shown."""
        return all(map(_is_unseen, change.tolist(), point.tolist(), self._spans.tolist()))

    def _beside(self, gradient: np.ndarray, update: np.ndarray) -> np.ndarray:
        """A short way aside, where the arrow of the gradient would lie under that of the update."""
        (x, y), other = (gradient / self._spans).tolist(), (update / self._spans).tolist()
        length = math.hypot(x, y)
        lengths = length * math.hypot(*other)
        if not 0 < lengths < math.inf or x * other[0] + y * other[1] < ALIKE * lengths:
            return np.zeros(2)
        return BESIDE / length * self._spans * (-y, x)

    def _length(self, arrow: np.ndarray) -> float:
        """The length of an arrow as a share of the surface's width; plain numbers are faster here than NumPy's."""
        return math.hypot(*(arrow / self._spans).tolist())


def _arrow(color: str, width: float) -> go.Scatter:
    head: dict[str, Any] = {
        "symbol": "arrow",
        "size": [0, 9 + 1.5 * width],
        "angleref": "previous",
        "color": color,
        "opacity": 1,
    }
    return go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", line=line(color, width), marker=head, hoverinfo="skip"
    )


def _note(scale: float, magnified: float) -> str:
    """What a person may do here, and by how much arrows are magnified: all, and that of the gradient."""
    if scale in (0, 1):
        return shown(NOTE) if magnified == 1 else _("gradient × {factor:g} · click to start there", factor=magnified)
    if magnified == 1:
        return _("arrows × {scale:g} · click to start there", scale=scale)
    return _("arrows × {scale:g}, gradient × {factor:g} · click to start there", scale=scale, factor=magnified)


def _is_unseen(change: float, coordinate: float, span: float) -> bool:
    """True if a change is less than what the last digit shown of a coordinate stands for."""
    size = max(abs(coordinate), 1e-3 * span) if math.isfinite(coordinate) else 1e-3 * span
    return abs(change) < 10.0 ** (math.floor(math.log10(size)) + 1 - SHOWN_DIGITS)


def _from(point: np.ndarray, arrow: np.ndarray | None) -> Update:
    if arrow is None or not np.any(arrow):
        return {"x": empty(), "y": empty()}
    tip = point + arrow
    return {"x": np.array([point[0], tip[0]]), "y": np.array([point[1], tip[1]])}
