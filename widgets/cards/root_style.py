"""The style of the whole page: the zones of the learning rate, and faint charts while they are not of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from widgets.cards.learning_rate_zones import zones_gradient

if TYPE_CHECKING:
    from core.geometry.stability import RateZones

# Until a run was first observed the charts still are those of the one before it: they are faint then.
PREPARING: dict[str, Any] = {"style": {"--dl-zones": "initial", "--dl-charts": "0.3"}}


def root_style(zones: RateZones) -> dict[str, Any]:
    """The slot of the page's root while the charts show the run."""
    return {"style": {"--dl-zones": zones_gradient(zones), "--dl-charts": "1"}}
