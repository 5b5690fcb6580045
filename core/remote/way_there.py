"""The way of a run to where its task wants it to be: from a snapshot that was kept, or by all of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.remote.task import Task
    from core.runs.run_requests import RunRequests
    from core.runs.run_worker import RunWorker


class WayThere:
    """The way of `task`, which `go` goes in its own thread; `is_under_way` until it has come to its end."""

    def __init__(self, task: Task, requests: RunRequests, worker: RunWorker) -> None:
        self.is_under_way = task.until > 0 or task.initial is not None or task.past is not None
        self._task, self._requests, self._worker = task, requests, worker
        self._is_given_up = False

    def go(self) -> None:
        """Goes to `until`, and returns when the run is there or the way was given up."""
        self._go()
        self.is_under_way = False

    def give_up(self) -> None:
        """Stays where the run is by now; may be called by another thread."""
        with self._requests.changed:
            self._is_given_up = True
            self._requests.ask(single_steps=0)
            if self._worker.recording.recorded > self._worker.step:  # it is on its way from a snapshot
                self._requests.ask(rewind=0)

    def wait_for_rest(self) -> None:
        """Waits until the run has nothing left to do."""
        with self._requests.changed:
            self._requests.changed.wait_for(lambda: self._worker.rests)

    def _go(self) -> None:
        """Goes from a snapshot that was kept, or takes all steps, with the changes where they were made."""
        if self._task.initial is not None:
            self.wait_for_rest()
            self._requests.ask(restart=self._task.initial)
        if self._has_taken_past():
            self._requests.ask(rewind=self._task.until)
            self.wait_for_rest()
            return
        for change in self._task.changes:
            self._go_to(min(change.step, self._task.until))
            dragged = frozenset({change.name} if change.dragged else ())
            self._requests.ask_for_settings({change.name: change.new}, dragged)
        self._go_to(self._task.until)

    def _has_taken_past(self) -> bool:
        """Hands what was kept of the run to the worker; True if it fits the model."""
        if self._task.past is None or self._is_given_up:
            return False
        self.wait_for_rest()
        self._requests.ask(past=self._task.past)
        self.wait_for_rest()
        return self._worker.recording.recorded > 0

    def _go_to(self, step: int) -> None:
        self.wait_for_rest()
        with self._requests.changed:
            left = 0 if self._is_given_up or self._worker.status.is_over else step - self._worker.step
            if left > 0:
                self._requests.ask_for_steps(left)
        self.wait_for_rest()
