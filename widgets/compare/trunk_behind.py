"""The trunk behind a branch: the losses of the runs from which the run on the Train tab branched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.experiments.curve import EPOCHS, STEPS
from core.experiments.curve_cache import CurveCache
from core.language import _
from core.number_format import format_number
from widgets.charts.origin import Origin
from widgets.charts.parts.run_axis import AXIS, EPOCH
from widgets.charts.parts.style import SOFT
from widgets.compare.paths import path_behind, path_in_space, path_up_to
from widgets.compare.pinned import LOSS_CHART, line_behind, with_traces
from widgets.compare.trunk import axis_from_root, start_of, trunk_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.runs.past.branch import Branch
    from core.store.run_store import RunStore
    from widgets.board.panel import Panel
    from widgets.compare.trunk import Limb

SURFACE_CHART = "surface"  # the id of the chart of a loss surface


class TrunkBehind:
    """Draws the runs under the branch that the page shows; they are read when a branch is first shown."""

    def __init__(self, store: Callable[[], RunStore]) -> None:
        """`store` opens what keeps the runs."""
        self._open = store
        self._followed: tuple[Branch | None, str | None] = (None, None)  # a branch with its parent
        self._trunk: tuple[Limb, ...] = ()
        self._curves = CurveCache()

    def follow(self, branch: Branch | None) -> Origin | None:
        """Takes the branch that is shown, None for a run that is none; returns where it begins.

        None where its parent is kept no longer: then it stands alone.
        """
        parent = None if branch is None else branch.parent
        if (branch, parent) != self._followed:
            self._followed = branch, parent
            self._trunk = () if branch is None else trunk_of(parent, branch.step, self._open().get)
        steps, epochs = (start_of(self._trunk, axis) for axis in (STEPS, EPOCHS))
        if not self._trunk or steps is None or epochs is None:
            return None
        return Origin(self._trunk[0].run.number, steps, epochs, self._losses())

    def drawn_into(self, panels: Sequence[Panel], switches: Mapping[tuple[str, str], str]) -> list[Panel]:
        """`panels`, those of the loss and of a surface with the trunk behind, and a mark where the branch begins."""
        axis = EPOCHS if switches.get((LOSS_CHART, AXIS.name)) == EPOCH else STEPS
        start = start_of(self._trunk, axis)
        if not self._trunk or start is None:
            return list(panels)
        drawn = {LOSS_CHART: lambda panel: self._behind(panel, axis, start), SURFACE_CHART: self._under_path}
        return [drawn[panel.id](panel) if panel.id in drawn else panel for panel in panels]

    def _behind(self, panel: Panel, axis: str, start: float) -> Panel:
        find = {limb.run.id: limb.run for limb in self._trunk}.get
        lines = []
        for limb in self._trunk:
            curve, places = self._curves.curve(limb.run, "loss", 0.0), axis_from_root(limb.run, axis, find)
            if curve is not None and places is not None:
                lines.append(line_behind(limb.run, places(curve.steps), curve.values - panel.zero))
        drawn, last = with_traces(panel, lines), self._trunk[-1]
        said = _("step {step} of run {number}", step=format_number(last.step), number=last.run.number)
        drawn.figure.add_vline(
            start, line={"color": SOFT, "width": 1.2, "dash": "dot"}, annotation_text=said,
            annotation_position="top right", annotation_font={"size": 11, "color": SOFT},
        )  # fmt: skip
        return drawn

    def _under_path(self, panel: Panel) -> Panel:
        """The surface with the paths of the trunk, each up to where it was left, with a ring there."""
        if not panel.figure.data:
            return panel
        ground = panel.figure.data[0]
        paths = [(limb.run, path) for limb in self._trunk if len(path := path_up_to(limb.run, limb.step))]
        if isinstance(ground, go.Surface):
            return with_traces(panel, [trace for run, path in paths for trace in path_in_space(run, path, ground)])
        return with_traces(panel, [trace for run, path in paths for trace in path_behind(run, path)])

    def _losses(self) -> np.ndarray:
        """The losses of the trunk up to where each run was left."""
        parts = [np.empty(0)]
        for limb in self._trunk:
            curve = self._curves.curve(limb.run, "loss", 0.0)
            if curve is not None:
                parts.append(curve.values[curve.steps <= limb.step])
        return np.concatenate(parts)
