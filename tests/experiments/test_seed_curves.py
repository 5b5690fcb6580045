from __future__ import annotations

import numpy as np

from core.experiments.paired_seeds import Pair
from core.experiments.seed_curves import seed_curves
from core.runs.recorded_columns import RecordedColumns


def recorded(losses: list[float], first_step: int = 0) -> RecordedColumns:
    steps = np.arange(first_step, first_step + len(losses))
    return RecordedColumns({"step": steps, "loss": np.array(losses)}, {})


def test_bands_span_the_seeds_at_the_steps_that_all_runs_have() -> None:
    pairs = [
        Pair(1, recorded([4.0, 2.0, 1.0]), recorded([5.0, 4.0, 3.0, 9.0]), (False, False)),
        Pair(2, recorded([6.0, 4.0, 2.0]), recorded([6.0, 5.0, 5.0]), (False, False)),
    ]
    curves = seed_curves(pairs)
    assert curves is not None
    assert curves.steps.tolist() == [0, 1, 2]
    assert (curves.first.low.tolist(), curves.first.high.tolist()) == ([4.0, 2.0, 1.0], [6.0, 4.0, 2.0])
    assert curves.second.mean.tolist() == [5.5, 4.5, 4.0]
    assert curves.difference.mean.tolist() == [-0.5, -1.5, -2.5]
    assert curves.difference.low.tolist() == [-1.0, -2.0, -3.0]


def test_a_pair_of_which_a_run_diverged_bends_no_band() -> None:
    diverged = Pair(1, recorded([1.0]), recorded([1e30]), (False, True))
    assert seed_curves([diverged]) is None
    sound = Pair(2, recorded([2.0, 1.0]), recorded([2.0, 2.0]), (False, False))
    curves = seed_curves([diverged, sound])
    assert curves is not None
    assert curves.second.high.tolist() == [2.0, 2.0]


def test_a_long_run_has_a_bounded_band_with_its_ends() -> None:
    long = recorded(np.linspace(5, 1, 10_000).tolist())
    curves = seed_curves([Pair(1, long, long, (False, False))])
    assert curves is not None
    assert len(curves.steps) == 400
    assert (curves.steps[0], curves.steps[-1]) == (0, 9999)
