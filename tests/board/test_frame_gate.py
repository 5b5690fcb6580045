"""One frame at a time is on its way, and rate and lag are those of the frames drawn."""

import threading

import pytest

from widgets.board.frame_gate import LOST_AFTER_S, FrameGate


class Clock:
    """Seconds that pass only when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_wakes_the_waiting_frame_loop() -> None:
    gate = FrameGate()
    gate.open()
    number = gate.admit()
    assert number is not None
    woken: list[bool] = []
    loop = threading.Thread(target=lambda: woken.append(gate.wait_ready(10)))
    loop.start()
    gate.acknowledge(number, drawn=True)
    loop.join(10)
    assert woken == [True]


def test_a_frame_counts_as_lost_after_its_time() -> None:
    clock = Clock()
    gate = FrameGate(clock)
    gate.open()
    assert gate.admit() == 1
    clock.now += LOST_AFTER_S - 1
    assert gate.admit() is None
    assert gate.seconds_since_ack() == LOST_AFTER_S - 1
    clock.now += 1
    assert gate.admit() == 2


def test_the_lag_begins_with_the_state_that_a_frame_shows() -> None:
    clock = Clock()
    gate = FrameGate(clock)
    gate.open()
    number = gate.admit(age_s=0.02)
    assert number is not None
    clock.now += 0.05
    gate.acknowledge(number, drawn=True)
    assert gate.lag_ms() == pytest.approx(70)


def test_rate_and_lag_are_those_of_the_frames_drawn() -> None:
    clock = Clock()
    gate = FrameGate(clock)
    gate.open()
    assert (gate.frames_per_second(), gate.lag_ms()) == (None, None)
    for drawn in [True, True, False, True, True]:
        number = gate.admit()
        assert number is not None
        clock.now += 0.125
        gate.acknowledge(number, drawn)
    assert gate.lag_ms() == 125
    assert gate.frames_per_second() == 4 / 2
    clock.now += 10
    assert gate.frames_per_second() == 0
    assert gate.seconds_since_ack() == 0
