from __future__ import annotations

import numpy as np
import pytest

from core.snapshots.lasting import MOST, MOST_BYTES, Lasting, thinned_out
from core.snapshots.packed_state import PackedState
from core.snapshots.trainer_state import TrainerState


def states(count: int, numbers: int = 10) -> list[TrainerState]:
    return [TrainerState(step, (np.arange(numbers, dtype=np.float32) + step,)) for step in range(count)]


@pytest.mark.parametrize("count", [1, 2, 31, 32, 33, 200, 512])
def test_few_stay_the_first_and_the_newest_and_evenly_between_them(count: int) -> None:
    steps = [state.step for state in thinned_out(states(count))]
    assert len(steps) <= MOST
    assert (steps[0], steps[-1]) == (0, count - 1)
    assert len(set(np.diff(steps[:-1]))) <= 1
    assert len(steps) >= min(count, MOST / 2)


def test_a_run_that_goes_on_keeps_the_ones_it_had_but_every_second() -> None:
    before, after = ({state.step for state in thinned_out(states(count))} for count in (120, 130))
    assert len(before - after) <= len(before) / 2 + 1


def test_their_bytes_are_bounded_down_to_the_newest_alone_and_to_none() -> None:
    size = 40
    assert [state.step for state in thinned_out(states(9), most_bytes=5 * size)] == [0, 2, 4, 6, 8]
    assert [state.step for state in thinned_out(states(9), most_bytes=size)] == [8]
    assert thinned_out(states(9), most_bytes=size - 1) == ()
    large = [TrainerState(step, (np.ones(MOST_BYTES // 8, np.float32),)) for step in range(8)]
    assert [state.step for state in thinned_out(large)] == [0, 7]


def test_only_states_that_the_asker_does_not_have_are_sent() -> None:
    lasting = Lasting.of(states(5), known={0, 3})
    assert lasting.steps == (0, 1, 2, 3, 4)
    assert [state.step for state in lasting.new] == [1, 2, 4]


def test_a_packed_state_comes_back_bit_by_bit() -> None:
    numbers = np.random.default_rng(0)
    values: tuple[np.ndarray, ...] = (
        numbers.normal(size=(3, 4)).astype(np.float32), np.array([np.nan, np.inf, -0.0]), np.array(7),
        np.broadcast_to(np.float32(0.0), (1000, 50)), np.empty((0, 3), np.float32), numbers.normal(size=(4, 3)).T,
        np.array([[5]], np.uint32), np.array([True, False]), numbers.normal(size=4).astype(np.float16),
    )  # fmt: skip
    packed = PackedState.of(TrainerState(12, values))
    found = packed.unpack()
    assert found.step == 12
    for value, again in zip(values, found.values, strict=True):
        assert (again.dtype, again.shape, again.tobytes()) == (value.dtype, value.shape, value.tobytes())
    assert sum(len(array.data) for array in packed.arrays) < 300  # of the 50 000 equal numbers one


def test_bytes_of_another_array_are_refused() -> None:
    (array,) = PackedState.of(TrainerState(0, (np.ones(5, np.float32) * np.arange(5),))).arrays
    with pytest.raises(ValueError, match="reshape"):
        type(array)(array.dtype, (6,), array.data).unpack()
