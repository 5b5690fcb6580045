"""A chart of a model's run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from core.learning.setup import ModelSetup
from widgets.charts.chart import DEFAULTS, Chart, Chosen
from widgets.charts.model_moment import ModelMoment

if TYPE_CHECKING:
    from core.probes.definition import ProbeDefinition


class ModelChart(Chart[ModelSetup, ModelMoment]):
    """One card of a model's page.

    Attributes:
        probe: The probe whose findings it draws, which is called while the card is on screen; None if it draws
            the record alone. A chart fits what its probe fits, unless it says otherwise.
        reads_layers: True if it draws the norms of the layers, which are thinned for it at every frame.
    """

    probe: ClassVar[ProbeDefinition[Any] | None] = None
    reads_layers: ClassVar[bool] = False

    @classmethod
    def fits(cls, setup: ModelSetup, chosen: Chosen = DEFAULTS) -> bool:
        """True if the chart's probe has something to look at in `setup`."""
        return cls.probe is None or cls.probe.fits(setup)
