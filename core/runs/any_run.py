"""The interface of a run, wherever it trains: in this process (`Run`) or in an engine (`RemoteRun`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np

    from core.history.band import Band
    from core.models.layer_name import LayerName
    from core.probes.finding import Finding
    from core.runs.awaited import Awaited
    from core.runs.past.setting_changes import LiveRecord, SettingChange
    from core.runs.status import Status
    from core.snapshots.lasting import Lasting
    from core.training.step_record import Observation
    from core.training.update_loop import Program


class AnyHistory(Protocol):
    """Recorded rows; see `History`."""

    def view(self, n_points: int, by: str = "loss", columns: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """At most `n_points` of the rows."""

    def view_before(self, step: int, n_points: int, columns: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """A view without the rows from `step` on."""

    def band_before(self, step: int) -> Band | None:
        """Lowest, highest and mean loss of stretches of steps that end before `step`; None where all rows are shown."""

    def rows(self) -> dict[str, np.ndarray]:
        """All rows that are kept."""

    def request_rows(self) -> Callable[[], dict[str, np.ndarray]]:
        """A function that returns all rows kept by now, as soon as they are there."""


class AnyLayers(AnyHistory, Protocol):
    """Recorded norms of layers; see `LayerHistory`."""

    def bands_before(self, step: int) -> dict[str, Band]:
        """The band of each column in stretches that end before `step`; {} where all rows are shown."""


class AnyRecord(Protocol):
    """The histories of one beginning of a run; see `RunHistories`."""

    @property
    def forked_at(self) -> int | None:
        """The step up to which it is the record of another run too; None of one that is no fork."""

    def request_kept_layers(self) -> Callable[[], dict[str, np.ndarray]]:
        """A function that returns the rows of the layers' norms that outlast the run."""

    @property
    def history(self) -> AnyHistory:
        """The record by update."""

    @property
    def layers(self) -> AnyLayers | None:
        """The norms by layer; None where there are none."""

    @property
    def layer_names(self) -> tuple[LayerName, ...]:
        """The names of the layers."""


class AnyRun(Protocol):
    """A run; see `Run` for what its methods do and what its properties mean."""

    def start(self) -> None: ...
    def play(self) -> None: ...
    def pause(self) -> None: ...
    def take_steps(self, count: int = 1) -> None: ...
    def restart(self, initial: Sequence[np.ndarray]) -> None: ...
    def stop(self) -> None: ...
    def set(self, **settings: float) -> None: ...
    def set_pace(self, pace: float | None) -> None: ...
    def set_total(self, total_steps: int) -> None: ...
    def watch(self, names: frozenset[str], layers: bool = False, plane: str = "off") -> None: ...
    def go_to(self, step: int) -> None: ...
    def fork(self) -> None: ...
    def request_observation(self) -> None: ...
    def request_snapshots(self, known: frozenset[int]) -> Callable[[], Lasting | None]: ...
    def wait(self, timeout: float | None = None) -> bool: ...
    def join(self, timeout: float | None = None) -> bool: ...
    def steps_per_second(self) -> float | None: ...
    @property
    def status(self) -> Status: ...
    @property
    def awaited(self) -> Awaited: ...
    @property
    def error(self) -> str | None: ...
    @property
    def fault(self) -> str | None: ...
    @property
    def step(self) -> int: ...
    @property
    def total_steps(self) -> int: ...
    @property
    def wants_to_play(self) -> bool: ...
    @property
    def returning_to(self) -> int | None: ...
    @property
    def sharing(self) -> int: ...
    @property
    def record(self) -> AnyRecord | None: ...
    @property
    def history(self) -> AnyHistory | None: ...
    @property
    def marks(self) -> Sequence[SettingChange]: ...
    @property
    def recorded(self) -> int: ...
    @property
    def live(self) -> LiveRecord: ...
    @property
    def program(self) -> Program | None: ...
    @property
    def observation(self) -> Observation | None: ...
    @property
    def observed_at(self) -> float | None: ...
    @property
    def findings(self) -> Mapping[str, Finding]: ...
    @property
    def failed_probes(self) -> frozenset[str]: ...
    @property
    def seconds_played(self) -> float: ...
    @property
    def cpu_seconds(self) -> float | None: ...
    @property
    def seconds_per_update(self) -> float | None: ...
