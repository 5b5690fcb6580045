"""A sweep: many runs of one setup with other settings, several at once, the hopeless ones given up early."""

from __future__ import annotations

import logging
import math
import statistics
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.background_thread import BackgroundThread
from core.engines.pool import TrainingError
from core.experiments.paired_seeds import loss_at_the_end
from core.runs.run_worker import FAULT
from core.sweeps.proposals import BAYESIAN, NEVER, Proposals, check
from core.sweeps.rungs import Rungs
from core.sweeps.trial import State, Trial, best_of, seed_noise_of
from core.sweeps.workers import losses_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config.training_config import TrainingConfig
    from core.datasets.dataset import Dataset
    from core.sweeps.setting_range import SettingRange
    from core.sweeps.workers import Job, Outcome, Workers

log = logging.getLogger(__name__)

LOOK_S = 0.2  # between two looks at what trains
REPEATS = 2  # further seeds of the best trial, which tell the noise of the seed
LEAST_FOR_REPEATS = 4  # finished trials


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep varies and how: see `Proposals` for `method` and `pruning`."""

    config: TrainingConfig
    ranges: tuple[SettingRange, ...]
    method: str = "random"
    budget: int = 20
    pruning: str = NEVER
    seed: int = 0


class Sweep:
    """Trains the trials of a plan with some workers, in a thread of its own.

    `trials` is replaced as a whole whenever there is news; `on_change` is called then, in whichever thread.
    """

    def __init__(
        self,
        plan: SweepPlan,
        workers: Workers,
        keep: Callable[[Trial, Outcome], str] = lambda trial, outcome: "",
        table: Dataset | None = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """Makes a sweep that has not begun; it closes `workers` at its end.

        Args:
            plan: What is varied and how.
            workers: Train the trials.
            keep: Keeps a trial that is over and returns the id of the kept run.
            table: The data set of the problem "csv".
            on_change: Called when there is news.

        Raises:
            ConfigError: A value is not legal, or a grid needs more runs than the budget has.
        """
        check(plan.ranges, plan.config)
        self.plan, self.workers = plan, workers
        self.error = ""
        self.trials: tuple[Trial, ...] = ()
        self.is_over = self.is_cancelled = False
        self.began = self.ended = 0.0
        self._proposals = Proposals(plan.ranges, plan.method, plan.budget, plan.pruning, plan.seed)
        self._keep, self._table, self._on_change = keep, table, on_change
        self._jobs: dict[int, Job] = {}
        self._proposed: dict[int, int | None] = {}  # trial -> the number of its proposal; None for a repeat
        self._rungs = Rungs(self._proposals)
        self._hopeless: set[int] = set()
        self._has_repeated = any(each.name == "seed" for each in plan.ranges)
        self._news = threading.Event()
        self._thread = BackgroundThread(self._work, "descent-lab-sweep", end=self.cancel)

    def start(self) -> None:
        """Begins to train."""
        self.began = time.time()
        self._thread.start()

    def cancel(self) -> None:
        """Ends what trains, after the updates under way; what is finished stays."""
        self.is_cancelled = True
        self._news.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits up to `timeout` seconds for the end; True if it is over."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def budget(self) -> int:
        """How many trials there will be, without repeats of the best one."""
        return self._proposals.budget

    @property
    def best(self) -> Trial | None:
        """The finished trial with the lowest loss."""
        return best_of(self.trials)

    @property
    def seconds_left(self) -> float | None:
        """The time that is left, by the mean time of a trial; None before one is over."""
        took = [trial.ended - trial.began for trial in self.trials if trial.ended]
        if not took or self.is_over:
            return None
        left = self.budget - sum(trial.is_over and trial.repeats is None for trial in self.trials)
        return statistics.mean(took) * left / self.workers.count

    @property
    def seed_noise(self) -> float | None:
        """The standard deviation of the loss of one setup over seeds; None before it was repeated with others."""
        return seed_noise_of(self.trials)

    # ---- in its thread

    def _work(self) -> None:
        try:
            while self._goes_on():
                self._fill()
                self._news.wait(LOOK_S)
                self._news.clear()
                self._look()
        except Exception:
            log.exception("a sweep failed")
            self.error = FAULT
        finally:
            self._end()

    def _goes_on(self) -> bool:
        if self.is_cancelled:
            return False
        is_asked_out = len(self.trials) - self._repeats() >= self.budget
        return bool(self._jobs) or not is_asked_out

    def _repeats(self) -> int:
        return sum(trial.repeats is not None for trial in self.trials)

    def _fill(self) -> None:
        """Hands out trials: one more for each worker where the next does not depend on the results of these."""
        most = self.workers.count * (1 if self.plan.method == BAYESIAN else 2)
        while len(self._jobs) < most and (asked := self._proposals.ask()) is not None:
            number, settings = asked
            self._submit(Trial(len(self.trials), settings, self.plan.config.replace(**settings)), number)
        if not self._has_repeated and self._is_time_to_repeat():
            self._repeat_best()

    def _submit(self, trial: Trial, proposal: int | None) -> None:
        self.trials = (*self.trials, trial)
        self._proposed[trial.number] = proposal
        self._jobs[trial.number] = self.workers.submit(trial.config, self._table, self._news.set)

    def _is_time_to_repeat(self) -> bool:
        finished = sum(trial.counts for trial in self.trials)
        return finished >= max(LEAST_FOR_REPEATS, self.budget // 2)

    def _repeat_best(self) -> None:
        best = self.best
        assert best is not None
        self._has_repeated = True
        for more in range(1, REPEATS + 1):
            config = best.config.replace(seed=best.config.seed + more)
            self._submit(Trial(len(self.trials), best.settings, config, repeats=best.number), None)

    def _look(self) -> None:
        before = self.trials
        for number, job in list(self._jobs.items()):
            if job.is_done():
                del self._jobs[number]
                self._finish(number, job)
            else:
                self._follow(number, job)
        if self.trials != before:
            self._on_change()

    def _follow(self, number: int, job: Job) -> None:
        """Takes over what is known on the way, and gives the trial up where others were better by far."""
        if not job.began:
            return
        curve, trial = job.losses(), self.trials[number]
        loss = curve[-1][1] if curve else math.nan
        self._replace(replace(trial, state="training", began=job.began, curve=curve, loss=loss))
        proposal = self._proposed[number]
        if self.plan.pruning == NEVER or proposal is None or number in self._hopeless:
            return
        if self._rungs.falls_behind(proposal, curve):
            self._hopeless.add(number)
            job.stop()

    def _finish(self, number: int, job: Job) -> None:
        trial, proposal = self.trials[number], self._proposed[number]
        try:
            outcome = job.outcome()
        except (TrainingError, CancelledError) as error:
            state: State = "stopped" if isinstance(error, CancelledError) else "failed"
            self._replace(replace(trial, state=state, error=str(error), loss=math.nan))
            if proposal is not None:
                self._proposals.give_up(proposal)
            return
        trial = self._with(trial, outcome)
        if proposal is not None:
            loss = math.inf if trial.state == "diverged" or math.isnan(trial.loss) else trial.loss
            if trial.state == "finished":  # those to come are compared with what it was on the way
                self._rungs.falls_behind(proposal, losses_of(outcome.history))
            self._proposals.tell(proposal, loss, pruned=trial.state == "pruned")
        self._replace(replace(trial, run=self._keep(trial, outcome)))

    def _with(self, trial: Trial, outcome: Outcome) -> Trial:
        """The trial with what its job came to."""
        loss = loss_at_the_end(outcome.history)
        state: State = "finished"
        if outcome.diverged:
            state = "diverged"
        elif trial.number in self._hopeless:
            state = "pruned"
        elif self.is_cancelled:
            state = "stopped"
        return replace(trial, state=state, loss=loss, began=outcome.began, ended=outcome.ended)

    def _replace(self, trial: Trial) -> None:
        trials = list(self.trials)
        trials[trial.number] = trial
        self.trials = tuple(trials)

    def _end(self) -> None:
        """Stops what trains and waits for what it recorded."""
        for job in self._jobs.values():
            job.stop()
        deadline = time.monotonic() + 10
        while self._jobs and time.monotonic() < deadline:
            self._news.wait(LOOK_S)
            self._news.clear()
            self._look()
        self.workers.close()
        self.ended, self.is_over = time.time(), True
        self._on_change()
