"""ProbeSchedule: which probe of a run is called next, and what each has found.

The validation loss, the loss along the next update, the curvature, the model's answers: each is found by a
probe, which looks at a copy of the trainer's state in a thread of its own. Only probes that somebody watches are
called. They share a part of the time played, so that training keeps its throughput however many probes there
are and however often the run pauses. What the page shows side by side is found at one copy of the weights.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.probes.finding import Finding
from core.probes.probe_turn import ProbeTurn, TurnOfGroup
from core.probes.validation_cadence import LONGEST_GROUP_S, Moment, ValidationCadence, is_affordable, is_late

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set

    import numpy as np

    from core.training.probe import Probe
    from core.training.trainer_snapshot import TrainerSnapshot

log = logging.getLogger(__name__)

SHARE = 0.025  # part of the time played at full speed that all wanted probes take together
GAP_SECONDS = 0.4  # between two looks of a probe at full speed: each has the page draw a chart, at the others' expense
UNDRAWN_GAP = 0.25  # of GAP_SECONDS, where nothing is drawn: each look costs a copy of the weights
SHARE_WHEN_IDLE = 0.3  # at a set pace the time between updates is free, but the page wants its part too


@dataclass
class ProbeSchedule:
    """The probes of one run and their newest findings. `watched` names those that are wanted now.

    One thread may look while another asks what is due, or has all be forgotten.
    """

    probes: Mapping[str, Probe[Any]]
    clock: Callable[[], float] = time.perf_counter
    played: Callable[[], float] | None = None  # the seconds that are shared, without the pauses; None: the clock's
    always: frozenset[str] = frozenset()  # called whether or not somebody watches
    undrawn: frozenset[str] = frozenset()  # what these find is drawn on demand only
    weights: Mapping[str, int] = field(default_factory=dict)  # parts of the share, where it is not 1
    along: frozenset[str] = frozenset()  # of what these find a curve along the run is drawn
    together: frozenset[str] = frozenset()  # the page shows these side by side: they look at one copy of the weights
    undisturbed: frozenset[str] = frozenset()  # these measure times: after the first look all else waits for them
    watched: frozenset[str] = frozenset()
    findings: dict[str, Finding] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()  # not called again
    total_steps: int = 0  # of the run; 0: not known

    def __post_init__(self) -> None:
        self._turns = {name: ProbeTurn() for name in self.probes}
        self._outdated: dict[str, int] = {}  # of probes that still know the run as it went on before: from which step
        self._past: dict[str, Mapping[str, np.ndarray]] = {}  # of probes that have still to take it
        self._past_step = math.inf  # where the run goes on: a look before that is one of its start
        self._beginning = 0  # how often it began again
        self._cadence = ValidationCadence()
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Forget all findings, that of a look under way too: the run starts again."""
        with self._lock:
            self.findings = {}
            self._turns = {name: ProbeTurn() for name in self.probes}
            self._outdated = dict.fromkeys(self.probes, 0)
            self._past = {}
            self._beginning += 1
            self._cadence.rest()

    def rewind(self, step: int) -> None:
        """Forget what was found at `step` and later: the run goes back there. All is looked for anew."""
        with self._lock:
            self.findings = {}
            self._past_step = min(step, self._past_step)
            self._turns = {name: replace(turn, step=-1) for name, turn in self._turns.items()}
            self._outdated |= {name: min(step, self._outdated.get(name, step)) for name in self.probes}
            self._beginning += 1
            self._cadence.rest()

    def take(self, past: Mapping[str, Mapping[str, np.ndarray]], total_steps: int) -> None:
        """Begin with what was kept of earlier looks, by the name of the probe, in a run of `total_steps`."""
        self.forget()
        self.total_steps = total_steps
        with self._lock:
            self._past = {name: kept for name, kept in past.items() if kept}
            self._past_step = math.inf

    def give_up(self, name: str) -> None:
        """Never call the probe `name` again."""
        self.failed |= {name}

    def is_done_at(self, step: int) -> bool:
        """Return True if what is always looked for was found at `step`, as far as it can be."""
        found = self.findings
        return all(name in found and found[name].step == step for name in self.always - self.failed)

    def play(self) -> None:
        """Note that the run plays from now on: what has to validate looks soon, before all others."""
        self._cadence.play(self._now())

    def next_group(
        self, step: int, share: float | None, gap: float = 0.0, apart_from: Set[str] = frozenset()
    ) -> tuple[str, ...]:
        """Return the probes that look next, all at one copy of the weights; () if none is due.

        Those that are shown `together` are a group, each other one stands alone; of those that are due the one that
        waited longest comes first. One is due when it is wanted, was called before, its last finding is of another
        step and, unless `share` is None (the run rests), the time played since then is long enough for its cost to
        be at most its part of `share`, and at least `gap` seconds. What draws a curve along the run is due sooner
        while it has to hurry, see `stride`. Where validation would come too late with its group it comes sooner, alone
        if the group costs too much for that, or would keep the first point after Play waiting.
        """
        known = [name for name in self._wanted() if self._turns[name].called and name not in apart_from]
        due = [turn for turn in self._turns_of(known) if self._is_due(turn, step, share, gap)]
        if share is not None:
            pressing = next((name for name in known if self._is_pressing(name, step, gap)), None)
            if pressing is not None:
                (group,) = (turn for turn in self._turns_of(known) if pressing in turn.names)
                if self._cadence.is_awaited and group.longest > LONGEST_GROUP_S:
                    return (pressing,)
                return group.names if group in due or is_affordable(group, self._now(), gap) else (pressing,)
            if self._has_just_begun:
                return ()
        first = min(due, key=lambda turn: turn.ended, default=None)
        return (
            () if first is None else tuple(n for n in first.names if share is not None or self._turns[n].step != step)
        )

    def late(self, step: int) -> str | None:
        """Return the probe that should have validated by now, so that training waits for it; None if none should."""
        known = (name for name in self._wanted() if name in self._validating and self._turns[name].called)
        turns = (TurnOfGroup.of({name: self._turns[name]}) for name in known)
        return next((turn.names[0] for turn in turns if is_late(turn, step, self.total_steps)), None)

    @property
    def stride(self) -> int | None:
        """Steps between two looks of the probes that draw curves along the run; None while these keep to their share.

        A small model has finished before the share allows a second look: the curve would be a straight line.
        """
        turns = [TurnOfGroup.of({name: self._turns[name]}) for name in self._wanted() if self._turns[name].called]
        return min((turn.steps_apart(self.total_steps) for turn in turns if self._hurries(turn)), default=None)

    def next_new(self, apart_from: Set[str] = frozenset()) -> str | None:
        """Return the first wanted probe that was never called: it compiles, and should not keep others waiting."""
        return next((n for n in self._wanted() if not self._turns[n].called and n not in apart_from), None)

    def _now(self) -> float:
        return (self.played or self.clock)()

    def _wanted(self) -> list[str]:
        return [name for name in self.probes if name in (self.watched | self.always) - self.failed]

    def _turns_of(self, known: Sequence[str]) -> list[TurnOfGroup]:
        """Return the turns of `known` probes: one of those that look together, and one of each other."""
        group = [name for name in known if name in self.together]
        groups = [*([group] if group else []), *([name] for name in known if name not in self.together)]
        return [TurnOfGroup.of({name: self._turns[name] for name in names}) for names in groups]

    def _is_due(self, turn: TurnOfGroup, step: int, share: float | None, gap: float) -> bool:
        if all(self._turns[name].step == step for name in turn.names):
            return False
        waited = self._now() - turn.ended
        if self._hurries(turn) and step - turn.step >= turn.steps_apart(self.total_steps):
            return len(turn.names) == 1 or waited >= gap  # several are several charts to draw
        part = self._part(turn.names, share)
        least = UNDRAWN_GAP * gap if self.undrawn.issuperset(turn.names) else gap
        return part is None or waited >= max(least, turn.cost * (1 / part - 1))

    def _part(self, names: Sequence[str], share: float | None) -> float | None:
        weights = {name: self.weights.get(name, 1) for name in self._wanted()}
        return None if share is None else share * sum(weights[name] for name in names) / max(sum(weights.values()), 1)

    @property
    def awaits_validation(self) -> bool:
        """True from Play until its first point of validation is there: no look that compiles is to slow it down."""
        return self._cadence.is_awaited and any(self._turns[name].called for name in self._validating)

    @property
    def _has_just_begun(self) -> bool:
        """True in the first moment after Play, in which no look may begin that validation would have to wait for."""
        return self._cadence.has_just_begun(self._now()) and self.awaits_validation

    @property
    def _validating(self) -> frozenset[str]:
        """What has to look now and then, whatever that costs: it draws a curve along the run, beside other charts."""
        return self.along & self.together - self.failed

    def _is_pressing(self, name: str, step: int, gap: float) -> bool:
        """Return True if `name` validates and cannot wait until the group that it belongs to is due."""
        if name not in self._validating:
            return False
        drawn = min((self._turns[each].ended for each in self._wanted() if each in self.together), default=0.0)
        at = Moment(step, self.total_steps, self._now(), gap, drawn)
        return self._cadence.is_pressing(TurnOfGroup.of({name: self._turns[name]}), at)

    def _hurries(self, turn: TurnOfGroup) -> bool:
        return self.total_steps > 0 and not self.along.isdisjoint(turn.names) and turn.hurries

    def look(self, name: str, snapshot: TrainerSnapshot, copying: float = 0.0) -> Finding | None:
        """Call the probe `name` and keep what it finds, see `look_together`."""
        return self.look_together((name,), snapshot, copying).get(name)

    def look_together(
        self, names: Sequence[str], snapshot: TrainerSnapshot, copying: float = 0.0
    ) -> Mapping[str, Finding]:
        """Call the probes `names`; what they find is published in one moment. One that fails is not called again.

        Args:
            names: The probes.
            snapshot: Where they look.
            copying: How many seconds `snapshot` took to be made, which counts as part of the first one's cost.

        Returns:
            What they found; nothing if the run began again meanwhile.
        """
        with self._lock:
            beginning = self._beginning
            outdated = {name: self._outdated.pop(name) for name in names if name in self._outdated}
            past_step = self._past_step
            taken = [name for name in names if name in self._past and snapshot.step >= past_step]
            kept = {name: self._past.pop(name) for name in taken}
        found: dict[str, Finding] = {}
        for name in names:
            if name in outdated:
                self._forget_from(name, outdated[name])
            if name in kept:
                self.probes[name].take(kept[name])
                self.probes[name].rewind(int(past_step))
            started = self.clock()
            try:
                value = self.probes[name].look(snapshot)
            except Exception:
                log.exception("the probe %s failed", name)
                self.give_up(name)
                continue
            seconds = self.clock() - started + (0.0 if found else copying)
            found[name] = Finding(snapshot.step, value, seconds)
        with self._lock:
            return self._published(found) if beginning == self._beginning else {}

    def _forget_from(self, name: str, step: int) -> None:
        probe = self.probes[name]
        if step:
            probe.rewind(step)
        else:
            probe.forget()

    def _published(self, found: Mapping[str, Finding]) -> Mapping[str, Finding]:
        ended = self._now()
        for name, finding in found.items():
            self._turns[name].note(finding.step, finding.seconds, ended, name in self.undisturbed)
        if not found.keys().isdisjoint(self._validating):
            self._cadence.rest()
        self.findings = {**self.findings, **found}
        return found
