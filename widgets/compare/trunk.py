"""The trunk of a branch: the runs from which it branched off, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.experiments.curve import axis_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.experiments.curve import RunAxis
    from core.store.kept_run import KeptRun

    Find = Callable[[str], KeptRun | None]

MOST_RUNS = 20  # one above the other


@dataclass(frozen=True)
class Limb:
    """A run of a trunk, and the `step` of it at which the next one, or the branch itself, goes off."""

    run: KeptRun
    step: int


def trunk_of(parent: str | None, step: int | None, find: Find) -> tuple[Limb, ...]:
    """The runs under a branch that left the run `parent` at `step`, the oldest first; () where that is not kept.

    `find` returns the run with an id, or None.
    """
    limbs: list[Limb] = []
    while parent is not None and step is not None and len(limbs) < MOST_RUNS and (run := find(parent)) is not None:
        limbs.append(Limb(run, step))
        parent, step = run.parent, run.parent_step
    return tuple(reversed(limbs))


def start_of(trunk: tuple[Limb, ...], axis: str) -> float | None:
    """The place on `axis` at which a branch on `trunk` begins; None if that is not known.

    Each run of the trunk moved along the axis by its own clock or batch: their ways to where they were left add up.
    """
    start = 0.0
    for limb in trunk:
        own = axis_of(limb.run, axis)
        if own is None:
            return None
        start += float(own(np.array([limb.step]))[0])
    return start


def axis_from_root(run: KeptRun, axis: str, find: Find) -> RunAxis | None:
    """The places of the steps of `run` on `axis`, which counts from where its oldest ancestor began; else None."""
    own, start = axis_of(run, axis), start_of(trunk_of(run.parent, run.parent_step, find), axis)
    return None if own is None or start is None else replace(own, start=start)
