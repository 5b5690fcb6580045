"""The drawing thread: what wakes it, what it survives, and how much of the kernel it takes."""

from __future__ import annotations

import logging
import threading

import pytest

from widgets.board import frame_loop
from widgets.board.frame_loop import FrameLoop

PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait


class Draws:
    """A draw that counts, and lets a test wait for the next one."""

    def __init__(self) -> None:
        self.count = 0
        self.threads: set[int] = set()
        self.happened = threading.Semaphore(0)

    def __call__(self) -> None:
        self.count += 1
        self.threads.add(threading.get_ident())
        self.happened.release()

    def wait(self) -> bool:
        return self.happened.acquire(timeout=PATIENCE)


def ended(loop: FrameLoop) -> bool:
    """Closes the loop; whether its thread came to an end."""
    thread = loop._thread
    assert thread is not None
    loop.close()
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_a_wake_is_followed_by_a_draw_in_the_loops_own_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_loop, "LOOK_SECONDS", PATIENCE * 10)
    draws = Draws()
    loop = FrameLoop(draws)
    loop.start()
    loop.start()  # changes nothing
    for _ in range(3):
        loop.wake()
        assert draws.wait()
    assert len(draws.threads) == 1
    assert threading.get_ident() not in draws.threads
    assert ended(loop)


def test_it_looks_now_and_then_though_nobody_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_loop, "LOOK_SECONDS", 0.001)
    draws = Draws()
    loop = FrameLoop(draws)
    loop.start()
    assert draws.wait()
    assert draws.wait()
    assert ended(loop)


def test_a_frame_that_fails_is_logged_and_the_next_is_drawn(caplog: pytest.LogCaptureFixture) -> None:
    draws = Draws()

    def fail_first() -> None:
        draws()
        if draws.count == 1:
            raise ValueError("no such chart")

    loop = FrameLoop(fail_first)
    with caplog.at_level(logging.ERROR):
        loop.start()
        loop.wake()
        assert draws.wait()
        loop.wake()
        assert draws.wait()
    assert ended(loop)
    assert [record.message for record in caplog.records] == ["a frame could not be drawn"]


def test_no_thread_exists_before_the_start_or_after_a_close() -> None:
    loop = FrameLoop(Draws())
    loop.wake()
    assert loop._thread is None
    loop.close()
    loop.start()
    assert loop._thread is None


class Clock:
    """Stands in for the module `time`: time passes only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    thread_time = perf_counter


class Rest(threading.Event):
    """The pause between two draws, which lasts no time but moves the clock on."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        if not self.is_set():
            self._clock.now += timeout or 0.0
        return self.is_set()


def draw_times(
    monkeypatch: pytest.MonkeyPatch, cost: float, urgent: bool = False, is_at_leisure: bool = False
) -> list[float]:
    """When each of five draws began, if each costs `cost` seconds and calls for the next."""
    clock = Clock()
    monkeypatch.setattr(frame_loop, "time", clock)
    drawn: list[float] = []

    def draw() -> None:
        drawn.append(clock.now)
        clock.now += cost
        loop.close() if len(drawn) == 5 else loop.wake(urgent)

    loop = FrameLoop(draw, lambda: is_at_leisure)
    monkeypatch.setattr(loop, "_urgent", Rest(clock))
    loop.wake()
    loop._work()
    return drawn


@pytest.mark.parametrize(
    ("cost", "interval"),
    [
        (0.0, 1 / 30),  # thirty a second are enough
        (0.0015, 0.06),  # a fortieth of the time
        (0.003, 0.08),  # more, rather than choppy
        (0.01, 0.2),  # a twentieth at most
        (0.2, 4.0),
    ],
)
def test_drawing_takes_its_share_of_the_kernel_and_no_more(
    cost: float, interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert draw_times(monkeypatch, cost) == pytest.approx([i * interval for i in range(5)])


@pytest.mark.parametrize(("cost", "interval"), [(0.003, 1 / 30), (0.02, 0.08)])
def test_where_training_leaves_the_machine_idle_frames_may_take_a_quarter_of_it(
    cost: float, interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = draw_times(monkeypatch, cost, is_at_leisure=True)
    assert times == pytest.approx([i * interval for i in range(5)])


def test_what_a_person_waits_for_is_drawn_without_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert draw_times(monkeypatch, 0.2, urgent=True) == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])
