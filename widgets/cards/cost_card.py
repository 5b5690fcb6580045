"""The card of costs: how large a model is, how fast it answers and trains, as numbers that frames fill."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from core.language import N_, _, ngettext
from core.number_format import format_number
from core.number_text import UNKNOWN, bytes_text, count_text, milliseconds, time_text
from core.probes.registry import COST
from core.training.batches import examples_seen, updates_per_epoch
from widgets.cards.number_strip import Item, places_html

if TYPE_CHECKING:
    from core.findings.results import Cost
    from widgets.charts.model_moment import ModelMoment

PROBE = COST  # whose findings the card shows
SEVERAL = 5  # calls: of fewer a percentile says nothing
LATENCIES = {"cost-latency-1": 1, "cost-latency-256": 256}  # slot -> examples answered at once

FOUND: tuple[Item, ...] = (
    ("cost-parameters", N_("Parameters"), ""),
    ("cost-flops", N_("FLOPs per example"), ""),
    ("cost-bytes", N_("Weights"), ""),
    ("cost-memory", N_("Memory of the process"), ""),
    ("cost-latency-1", N_("Answer to 1 example: p50, p95"), ""),
    ("cost-latency-256", N_("Answer to 256 examples: p50, p95"), ""),
)
OF_THE_RUN: tuple[Item, ...] = (
    ("cost-update", N_("Time per update"), ""),
    ("cost-rate", N_("Examples per second"), ""),
    ("cost-time", N_("Time: so far, left"), ""),
    ("cost-examples", N_("Examples: so far, left"), ""),
)


@dataclass(frozen=True)
class Pace:
    """The progress of a run and its speed; None for what was not measured.

    `n_examples` are the training examples, of which an update sees `batch_size` and the last one of an
    epoch the rest. `seconds` is the time trained so far, `seconds_per_update` what an update takes to
    compute, `steps_per_second` how many there are at the pace that was set.
    """

    step: int
    total_steps: int
    n_examples: int
    batch_size: int
    seconds: float | None = None
    seconds_per_update: float | None = None
    steps_per_second: float | None = None

    def examples(self, step: int) -> int:
        """The number of examples in the first `step` updates, each counted every time."""
        return examples_seen(step, self.n_examples, self.batch_size)

    @property
    def seconds_left(self) -> float | None:
        """The time to the last step at this pace."""
        left = max(self.total_steps - self.step, 0)
        return left / self.steps_per_second if self.steps_per_second else None

    @property
    def examples_per_second(self) -> float | None:
        """The number of examples trained on in a second, over an epoch."""
        per_update = self.n_examples / updates_per_epoch(self.n_examples, self.batch_size)
        return None if self.steps_per_second is None else self.steps_per_second * per_update


def cost_html() -> str:
    """The numbers before any is known. What a small card has no room for is scrolled to, also by keys."""
    attributes = f'class="dl-cost" tabindex="0" role="group" aria-label="{escape(_("Cost"))}"'
    return f'<div {attributes}><div class="dl-numbers">{places_html((*FOUND, *OF_THE_RUN))}</div></div>'


def blank_slots() -> dict[str, str]:
    """The card before anything was measured."""
    return {slot: UNKNOWN for slot, _label, _colour in (*FOUND, *OF_THE_RUN)}


def cost_slots(moment: ModelMoment) -> dict[str, Any]:
    """The model's cost as it was measured, with the step it was measured at for whoever points at it."""
    cost = moment.found(COST)
    if cost is None:
        return {slot: UNKNOWN for slot, _label, _colour in FOUND}
    words = {
        "cost-parameters": format_number(cost.parameters),
        "cost-flops": count_text(cost.flops),
        "cost-bytes": bytes_text(cost.weight_bytes),
        "cost-memory": bytes_text(cost.memory_bytes),
        **{slot: _latency(cost, batch) for slot, batch in LATENCIES.items()},
    }
    found_at = moment.findings[COST.name].step
    steps = {slot: cost.measured_at if slot in LATENCIES and cost.latency_ms else found_at for slot in words}
    return {slot: {"text": text, "attrs": {"title": _when(steps[slot])}} for slot, text in words.items()}


def _when(step: int) -> str:
    return _("measured after step {step}", step=format_number(step))


def pace_slots(pace: Pace) -> dict[str, str]:
    """The costs of the run so far and to its end."""
    seen, total = pace.examples(pace.step), pace.examples(max(pace.total_steps, pace.step))
    rate = pace.examples_per_second
    return {
        "cost-update": milliseconds(pace.seconds_per_update),
        "cost-rate": count_text(None if rate is None else round(rate)),
        "cost-time": f"{time_text(pace.seconds)}, {time_text(pace.seconds_left)}",
        "cost-examples": f"{count_text(seen)}, {count_text(total - seen)}",
    }


def _latency(cost: Cost, batch: int) -> str:
    measured = cost.latency_ms.get(batch)
    if measured is None:
        return UNKNOWN
    calls = cost.calls.get(batch, SEVERAL)
    times = ", ".join(milliseconds(ms / 1000) for ms in measured)
    if calls < SEVERAL:  # of a large model, for which training would have to wait too long
        median = milliseconds(measured[0] / 1000)
        times = ngettext("{time} · a single call", "{time} · median of {count} calls", calls, time=median)
    return times if cost.is_quiet else _("{times} · on a busy machine", times=times)
