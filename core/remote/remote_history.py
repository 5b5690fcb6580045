"""The histories of a run in an engine: the rows it chose for the screen, and all of them on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np

    from core.history.band import Band
    from core.models.layer_name import LayerName
    from core.remote.published import Published

Fetch: TypeAlias = "Callable[..., Callable[[], Any]]"  # asks an engine by name; what it returns waits for the answer


class RemoteHistory:
    """The rows of a history that an engine chose for the screen."""

    def __init__(self, rows: Mapping[str, np.ndarray], fetch: Fetch, band: Band | None = None) -> None:
        self._rows, self._fetch, self._band = rows, fetch, band

    def view(self, n_points: int, by: str = "loss", columns: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """The rows the engine chose last; of `columns` alone, if given."""
        return {name: self._rows[name] for name in (columns or self._rows)}

    def view_before(self, step: int, n_points: int, columns: Iterable[str] | None = None) -> dict[str, np.ndarray]:
        """A view without the rows from `step` on."""
        rows = self.view(n_points, columns=columns)
        return {name: values[rows["step"] < step] for name, values in rows.items()}

    def band_before(self, step: int) -> Band | None:
        """The band of the losses in stretches that end before `step`; None where all rows are shown."""
        return None if self._band is None else self._band.before(step)

    def rows(self) -> dict[str, np.ndarray]:
        """All rows that are kept; asks the engine and waits for them."""
        return self.request_rows()()

    def request_rows(self) -> Callable[[], dict[str, np.ndarray]]:
        """Asks the engine for all rows that it has by now; the function waits for them, {} if none come."""
        answer = self._fetch("rows")
        return lambda: dict(answer() or {})


class RemoteLayers(RemoteHistory):
    """The rows of the layers' norms that an engine chose for the screen, and the bands of all of them."""

    def __init__(self, rows: Mapping[str, np.ndarray], fetch: Fetch, bands: Mapping[str, Band]) -> None:
        super().__init__(rows, fetch)
        self._bands = bands

    def bands_before(self, step: int) -> dict[str, Band]:
        """The band of each column in stretches that end before `step`; {} where all rows are shown."""
        return {name: band.before(step) for name, band in self._bands.items()}


class RemoteRecord:
    """The histories of one beginning of a run; see `RunHistories`."""

    def __init__(
        self, number: int, published: Callable[[], Published], fetch: Fetch, forked_at: int | None = None
    ) -> None:
        """`published` returns the newest state; `fetch` asks the engine for something."""
        self.number, self._published, self._fetch, self.forked_at = number, published, fetch, forked_at

    @property
    def history(self) -> RemoteHistory:
        """The record by update."""
        published = self._published()
        return RemoteHistory(published.rows, self._fetch, published.band)

    @property
    def layers(self) -> RemoteLayers | None:
        """The norms by layer; None where no layers are recorded or watched."""
        published = self._published()
        rows = published.layer_rows
        return RemoteLayers(rows, self._fetch, published.layer_bands) if rows else None

    def request_kept_layers(self) -> Callable[[], dict[str, np.ndarray]]:
        """Asks the engine for the rows of norms that outlast the run; the function waits for them, {} if none come."""
        answer = self._fetch("layer_rows")
        return lambda: dict(answer() or {})

    @property
    def layer_names(self) -> tuple[LayerName, ...]:
        """The names of the layers."""
        return self._published().layer_names
