"""The levers in sentences: what each bought between kept runs, and what compression bought, with what that cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import _
from core.metric import metric
from core.number_text import bytes_text, duration, metric_text
from widgets.balance.balance_texts import core_time
from widgets.compress.artifact_texts import name_of, short_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.costs.compression_lever import Compressed
    from core.costs.levers import Bought


def lever_sentences(bought: Sequence[Bought]) -> list[str]:
    """What each lever bought between two kept runs that differ in it alone."""
    return [_lever(each) for each in bought]


def _lever(bought: Bought) -> str:
    name = {"structure": _("Structure and size"), "data": _("More data"), "optimizer": _("Optimizer")}[bought.lever]
    kind = metric(bought.after.metric)
    values = [metric_text(run.validation_metric, run.metric) for run in (bought.before, bought.after)]
    words = {
        "lever": name, "metric": kind.label, "before": values[0], "after": values[1],
        "first": bought.before.title, "second": bought.after.title, "time": duration(abs(bought.seconds)),
    }  # fmt: skip
    if bought.seconds < 0:
        return _("{lever}: {metric} from {before} ({first}) to {after} ({second}), in {time} less training.", **words)
    return _("{lever}: {metric} from {before} ({first}) to {after} ({second}), for {time} more training.", **words)


def compression_sentences(found: Sequence[Compressed], metric_name: str) -> list[str]:
    """What compression bought in each artifact over its original, and what its making cost."""
    return [_compressed(each, metric_name) for each in found]


def _compressed(each: Compressed, metric_name: str) -> str:
    words = {
        "name": name_of(each.artifact), "size": bytes_text(each.made.sizes.dense),
        "was": bytes_text(each.before.sizes.dense), "metric": metric(metric_name).label,
        "before": metric_text(each.before.score(metric_name), metric_name),
        "after": metric_text(each.made.score(metric_name), metric_name),
        "time": core_time(each.artifact.making_cpu),
    }  # fmt: skip
    said = (
        _(
            "Compression, {name}: {size} instead of {was}, {metric} from {before} to {after}, "
            "for {time} of a core to make it.",
            **words,
        )
        if each.service is None
        else _(
            "Compression, {name}: {size} instead of {was}, an answer in {fast} instead of {slow}, "
            "{metric} from {before} to {after}, for {time} of a core to make it.",
            **words, slow=short_time(each.service[0]), fast=short_time(each.service[1]),
        )
    )  # fmt: skip
    if each.is_sure:
        return said
    return _("{said} The held-out examples cannot tell the two apart.", said=said)
