"""What is said of an export, a server and its load, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.language import N_, _, ngettext, shown
from core.load.latencies import fewest_answers
from core.load.rate_sweep import TRUSTED
from core.number_format import format_number, rounded
from core.number_text import bytes_text, percent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from core.formats.certificate import Certificate
    from core.load.plan import LoadResult
    from core.load.rate_sweep import RateSweep

SCORES = {"accuracy": N_("accuracy"), "root mean squared error": N_("root mean squared error")}
PHASES = {
    "nothing": N_("Nothing is served."),
    "exporting": N_("The model is exported, loaded in a clean process and compared."),
    "starting": N_("The server starts."),
    "serving": N_("It is served."),
    "stopped": N_("The server has stopped."),
}


def milliseconds(seconds: float) -> str:
    """A latency, such as "2.31 ms"."""
    return _("{number} ms", number=rounded(1000 * seconds))


def certificate_sentences(report: Certificate) -> list[str]:
    """What the report on an exported file says."""
    verdict = _("The file passed.") if report.passed else shown(report.sentence)
    if math.isnan(report.largest_difference):  # of an artifact, whose answers alone were kept
        said: list[str] = [
            _("{verdict} {rows} held-out rows, each at batch 1 and 32: {equal} of the answers are those it gave when "
              "it was made, {score} {found}, {size}.",
              verdict=verdict, rows=format_number(report.rows), equal=percent(report.equal_answers),
              score=shown(SCORES[report.score_name]), found=rounded(report.score, 4), size=bytes_text(report.size))
        ]  # fmt: skip
        return [*said, shown(report.note)] if report.note else said
    said = [
        _(
            "{verdict} {rows} held-out rows, each at batch 1 and 32: largest difference {difference}, {equal} equal "
            "answers, {score} {found} (trained: {trained}), {size}.",
            verdict=verdict, rows=format_number(report.rows), difference=rounded(report.largest_difference, 2),
            equal=percent(report.equal_answers), score=shown(SCORES[report.score_name]),
            found=rounded(report.score, 4), trained=rounded(report.trained_score, 4), size=bytes_text(report.size),
        )
    ]  # fmt: skip
    return [*said, shown(report.note)] if report.note else said


def state_sentences(state: Mapping[str, Any] | None) -> list[str]:
    """What a server has counted."""
    if state is None:
        return []
    batches = {int(rows): count for rows, count in state["batches"].items()}
    total = sum(batches.values())
    if not total:
        return [_("No request has come yet.")]
    rows = sum(size * count for size, count in batches.items())
    said: list[str] = [
        _("{rows} predictions in {batches} batches: {mean} rows a batch. {queued} rows wait.",
          rows=format_number(rows), batches=format_number(total), mean=rounded(rows / total),
          queued=format_number(state["queued"]))
    ]  # fmt: skip
    refused = sum(count for status, count in state["statuses"].items() if status != "200")
    if refused:
        said.append(ngettext("{count} request got no answer.", "{count} requests got no answer.", refused,
                             count=format_number(refused)))  # fmt: skip
    return said


def load_sentences(result: LoadResult | None) -> list[str]:
    """What came of load, so far or at its end."""
    if result is None or result.mean is None:
        return [] if result is None or not result.is_over else [_("No request was answered.")]
    carried = [f"p{percent:g} {milliseconds(seconds)}" for percent, seconds in result.percentiles.items()]
    said: list[str] = [
        _("{rate} predictions per second, mean latency {mean}.",
          rate=format_number(round(result.throughput)), mean=milliseconds(result.mean)),
        " · ".join(carried),
    ]  # fmt: skip
    if 99 not in result.percentiles:
        said.append(_("p99 takes {count} answers.", count=format_number(fewest_answers(99))))
    lost = result.refused + result.failed
    if lost:
        said.append(ngettext("{count} request got no answer.", "{count} requests got no answer.", lost,
                             count=format_number(lost)))  # fmt: skip
    if result.is_void:
        said.append(
            _("Void: {share} of the requests were sent late by this machine, the worst by {worst}.",
              share=percent(result.late_share), worst=milliseconds(result.worst_lateness))
        )  # fmt: skip
    return said


def sweep_sentences(sweep: RateSweep) -> list[str]:
    """What a sweep foretold and how far it was off."""
    times = sweep.times
    if times is None:
        return [_("Batch times are measured.")] if not sweep.is_over else [_("The server did not answer.")]
    said: list[str] = [
        _("Measured: a batch of b rows takes {per_row} × b + {per_batch} of the server's core, so at most {capacity} "
          "predictions per second.", per_row=milliseconds(times.per_row), per_batch=milliseconds(times.per_batch),
          capacity=format_number(round(times.capacity))),
        _("Who finds it idle has to wake it and takes {first} of the core; the way through the system takes {way}.",
          first=milliseconds(times.first), way=milliseconds(times.way)),
    ]  # fmt: skip
    trusted = [
        point.error for point in sweep.points
        if point.error is not None and point.rate <= (TRUSTED + 0.01) * times.capacity
    ]  # fmt: skip
    if sweep.is_over and trusted:
        said.append(
            _("At loads up to 0.8 the mean latency foretold was off by {worst} at most.",
              worst=percent(max(map(abs, trusted))))
        )  # fmt: skip
    held = [point.is_held for point in sweep.points if point.is_held is not None]
    if sweep.is_over and held:
        said.append(
            ngettext("{held} of {count} mean measured lies in the band that was foretold.",
                     "{held} of {count} means measured lie in the band that was foretold.", len(held),
                     held=sum(held), count=len(held))
        )  # fmt: skip
    voided = sum(point.result.is_void for point in sweep.points)
    if voided:
        said.append(ngettext("{count} rate is void: requests were sent late.",
                             "{count} rates are void: requests were sent late.", voided, count=voided))  # fmt: skip
    disturbed = sum(point.is_disturbed and not point.result.is_void for point in sweep.points)
    if disturbed:
        said.append(ngettext("At {count} rate other programs had the server's core for over a hundredth of the time: "
                             "no queue foretells that.",
                             "At {count} rates other programs had the server's core for over a hundredth of the time: "
                             "no queue foretells that.", disturbed, count=disturbed))  # fmt: skip
    if any(math.isinf(point.foretold) for point in sweep.points) and sweep.is_over:
        said.append(_("Above its capacity a queue grows without end; what was measured there depends on how long."))
    return said
