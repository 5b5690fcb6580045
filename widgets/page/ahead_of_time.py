"""Work done ahead of time: once a page stands, what its first problem with data would have to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread
from core.config.training_config import TrainingConfig
from core.datasets.registry import DATASETS

if TYPE_CHECKING:
    from widgets.controls.controls import Controls

MODEL_START = TrainingConfig.suited_to(next(iter(DATASETS)))


class AheadOfTime:
    """Gets a page ready for models, once."""

    def __init__(self, controls: Controls, is_done: bool) -> None:
        """`is_done` says that there is nothing to get ready."""
        self._controls, self._is_done = controls, is_done

    def begin(self) -> None:
        """Begins in a thread; only the first call does anything."""
        if not self._is_done:
            self._is_done = True
            BackgroundThread(self._build, "descent-lab-ahead").start()

    def _build(self) -> None:
        import widgets.scenes.model_scene  # noqa: F401  (what is wanted is that it is there)

        self._controls.build(MODEL_START)
