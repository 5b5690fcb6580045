"""The chart of runs that descend one loss surface: the surface, and the path of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from core.config.relevance import FIELDS_OF_PROBLEM
from core.field import ConfigError
from core.language import N_, ngettext
from core.training.build import build_objective
from widgets.board.panel import Panel, Role
from widgets.charts.parts.style import empty, hover, line
from widgets.charts.surface.ground import GROUND_TRACES, surface_figure
from widgets.charts.surface.surface_grid import surface_grid
from widgets.compare.paths import MARK, MOST_PATHS, RING
from widgets.compare.run_texts import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.config.training_config import TrainingConfig
    from core.store.kept_run import KeptRun
    from widgets.compare.paths import PathCache

ID = "compare-surface"
OF_THE_WAY = frozenset({"start_x", "start_y", "batch_size"})  # change the path, and not the surface


class SharedSurface:
    """The paths of those of `runs` that share the surface of the first one that shares its own; there may be none."""

    def __init__(self, runs: Sequence[KeptRun], paths: PathCache) -> None:
        self._paths = paths
        surfaces: dict[tuple[object, ...], list[tuple[KeptRun, TrainingConfig]]] = {}
        for run in runs:
            if (config := _surface_config(run)) is not None:
                surfaces.setdefault(_surface_of(config), []).append((run, config))
        shared = next((found for found in surfaces.values() if len(found) > 1), [])
        self._runs = [run for run, _config in shared[:MOST_PATHS]]
        self._config = shared[0][1] if shared else None
        self._all = len(shared)

    @property
    def key(self) -> tuple[object, ...]:
        """A value that differs where another panel is needed; for all else a frame will do."""
        surface = () if self._config is None else _surface_of(self._config)
        return surface, tuple((run.id, run.title, run.colour) for run in self._runs)

    def panels(self) -> list[Panel]:
        """The panel, without the paths; none where no two runs share a surface."""
        if self._config is None:
            return []
        objective = build_objective(self._config)
        legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
        paths = [*map(_path, self._runs), *map(_start, self._branches)]
        chart = surface_figure(objective, surface_grid(objective), paths, showlegend=True, legend=legend)
        note = ngettext("one path", "{count} paths", len(self._runs), count=len(self._runs))
        return [
            Panel(
                ID, N_("Paths"), chart, note=note, role=Role.LEAD,
                shows=N_("The loss surface that these runs share, and the path of each; a ring where a branch begins."),
                advice=N_("Where do the paths part: in the valley, on the plateau, or at the first step?"),
            )
        ]  # fmt: skip

    @property
    def _branches(self) -> list[KeptRun]:
        """The runs that begin where another one stood."""
        return [run for run in self._runs if run.parent_step is not None]

    def updates(self) -> dict[str, Any]:
        """What the panel shows now, by its id, as `LiveBoard.draw` takes it."""
        paths = [self._paths.path(run) for run in self._runs]
        paths += [self._paths.path(run)[:1] for run in self._branches]
        traces = {GROUND_TRACES + place: {"x": path[:, 0], "y": path[:, 1]} for place, path in enumerate(paths)}
        return {ID: {"traces": traces}} if traces else {}


def _surface_config(run: KeptRun) -> TrainingConfig | None:
    """The settings of a run of two parameters whose path is kept; None of any other."""
    if ("update", "parameters") not in run.series:
        return None
    try:
        return None if run.config.learns else run.config
    except ConfigError:
        return None


def _surface_of(config: TrainingConfig) -> tuple[object, ...]:
    names = [name for name in FIELDS_OF_PROBLEM[config.problem] if name not in OF_THE_WAY]
    return config.problem, *(getattr(config, name) for name in names)


def _start(run: KeptRun) -> go.Scatter:
    """The ring where a branch begins, without its place."""
    return go.Scatter(x=empty(), y=empty(), marker=RING | {"color": f"var(--dl-run-{run.colour})"}, **MARK)


def _path(run: KeptRun) -> go.Scatter:
    colour, name = f"var(--dl-run-{run.colour})", literal(run.title)
    return go.Scatter(
        x=empty(), y=empty(), mode="lines+markers", name=name, line=line(colour, 2.5),
        marker={"size": 4, "color": colour, "maxdisplayed": 40}, hovertemplate=hover(name),
    )  # fmt: skip
