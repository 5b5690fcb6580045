"""A run that plays takes steps only when it is its turn, and answers all the same."""

from __future__ import annotations

import threading

from core.config.training_config import TrainingConfig
from core.probes.probe_schedule import ProbeSchedule
from core.runs.run_requests import RunRequests
from core.runs.run_worker import RunWorker
from core.runs.status import Status
from core.training.build import build_objective, build_trainer

WAIT_S = 90.0


class Gate:
    """Turns that a test gives."""

    def __init__(self) -> None:
        self.is_open, self.rested, self.sharing = False, 0, 2
        self.paces: list[float | None] = []

    def seconds_left(self, pace: float | None) -> float:
        self.paces.append(pace)
        return 0.0 if self.is_open else 0.01

    def rest(self) -> None:
        self.rested += 1


def test_it_takes_no_step_before_its_turn_and_can_be_paused_meanwhile() -> None:
    config, gate, requests = TrainingConfig(), Gate(), RunRequests(50)
    worker = RunWorker(
        requests,
        lambda: build_trainer(config, build_objective(config)),
        lambda: ProbeSchedule({}),
        0.0,
        lambda: None,
        gate,
    )
    thread = threading.Thread(target=worker.work)
    thread.start()

    requests.ask(playing=True)
    with requests.changed:
        while len(gate.paces) < 5:
            requests.changed.wait(0.01)
    assert (worker.status, worker.step) == (Status.PLAYING, 0)
    requests.ask(playing=False)
    with requests.changed:
        assert requests.changed.wait_for(lambda: worker.rests, WAIT_S)
    assert (worker.status, worker.step) == (Status.PAUSED, 0)
    assert gate.rested > 0
    gate.is_open = True
    requests.ask(playing=True)
    with requests.changed:
        assert requests.changed.wait_for(lambda: worker.rests and worker.status is Status.FINISHED, WAIT_S)
    assert worker.step == 50
    requests.ask(stop=True)
    thread.join(WAIT_S)
    assert not thread.is_alive()
