"""Losses and metrics on their way to another process: by class and content, not by Keras' own way.

By that, `Huber(delta=2)` comes back with a delta of 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.array_tree import mapped

if TYPE_CHECKING:
    from core.user_models.compiled import Compiled


@dataclass(frozen=True)
class Parts:
    """A Keras object as its class and what it is made of: attributes of a loss, the config of a metric."""

    kind: Any
    content: dict[str, Any]


def packed_compiled(compiled: Compiled) -> Compiled:
    """`compiled` with each loss and metric object as `Parts`."""
    return _all(compiled, _packed)


def unpacked_compiled(compiled: Compiled) -> Compiled:
    """What `packed_compiled` was given."""
    return _all(compiled, _unpacked)


def _all(compiled: Compiled, change: Any) -> Compiled:
    told = {name: mapped(change, getattr(compiled, name)) for name in ("loss", "metrics", "weighted_metrics")}
    return replace(compiled, **told)


def _packed(each: Any) -> Any:
    import keras

    if isinstance(each, keras.losses.Loss):
        return Parts(type(each), vars(each))
    return Parts(type(each), each.get_config()) if isinstance(each, keras.metrics.Metric) else each


def _unpacked(each: Any) -> Any:
    import keras

    if not isinstance(each, Parts):
        return each
    if issubclass(each.kind, keras.metrics.Metric):
        return each.kind.from_config(each.content)
    loss = each.kind.__new__(each.kind)
    vars(loss).update(each.content)
    return loss
