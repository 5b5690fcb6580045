"""Artifacts in words: their names, the cells of their list, and sentences on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.artifacts.change import (
    AT_ONCE,
    DYNAMIC,
    FLOAT16,
    INT4,
    ONNX_DYNAMIC,
    ONNX_FLOAT,
    ONNX_FLOAT16,
    ONNX_INT4,
    ONNX_STATIC,
    STATIC,
)  # fmt: skip
from core.language import N_, _, ngettext, shown
from core.number_format import format_number, rounded
from core.number_text import UNKNOWN, bytes_text, count_text, milliseconds, percent, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.artifacts.artifact import Artifact, Latency, Measured
    from core.artifacts.change import Step

HEADS = (
    N_("Artifact"), N_("Right, %"), N_("Bytes"), N_("Gzipped"), N_("Not zero"),
    N_("p50 / p95 of 1"), N_("p50 / p95 of 256"), N_("Layers changed"), N_("Lost, won, p"),
)  # fmt: skip
OF_QUANTITY = {1: N_("R², %"), len(HEADS) - 1: N_("Error, points of variance")}


def heads(artifacts: Sequence[Artifact]) -> list[str]:
    """The heads of the list; where only quantities are predicted, in their words."""
    made = [each.measured for each in artifacts if each.measured is not None]
    others = OF_QUANTITY if made and all(each.is_quantity for each in made) else {}
    return [shown(others.get(place, head)) for place, head in enumerate(HEADS)]


SHORT = {DYNAMIC: "int8", STATIC: N_("int8 calibrated"), INT4: "int4", FLOAT16: "float16",
         ONNX_FLOAT: "ONNX", ONNX_DYNAMIC: "ONNX int8", ONNX_STATIC: N_("ONNX int8 calibrated"),
         ONNX_INT4: "ONNX int4", ONNX_FLOAT16: "ONNX float16"}  # fmt: skip


def name_of(artifact: Artifact) -> str:
    """The artifact's name: its number, its changes and the kept run that it was made of, if it was."""
    return f"{_changes(artifact)} · {artifact.run}" if artifact.run else _changes(artifact)


def _changes(artifact: Artifact) -> str:
    changes = " → ".join(step_text(step) for step in artifact.steps)
    return f"#{artifact.number} {changes}" if changes else _("#{number} original", number=artifact.number)


def step_text(step: Step) -> str:
    """One change in a few words."""
    if step.name == "quantize":
        return shown(SHORT[step.choice("scheme")])
    if step.name == "distill":
        return _("student of {size}", size=count_text(step.number("size")))
    if step.name == "low_rank":
        return _("rank {rank}", rank=step.whole("rank"))
    if step.name == "inputs":
        return ngettext("inputs of {count} bit", "inputs of {count} bits", step.whole("bits"))
    if step.name == "quantization_aware":
        return _("trained for {bits} bits", bits=step.whole("weight_bits"))
    if step.name == "prune_to":
        return _("smallest within {points} pt", points=format_number(step.number("points")))
    share = percent(step.number("sparsity"), 0)
    if step.name == "prune_units":
        return _("{share} of units", share=share)
    if step.name == "race":
        return _("raced with {share} zeros", share=share)
    if step.name == "train_pruned":
        return _("trained to {share} zeros", share=share)
    if step.choice("when") == AT_ONCE:
        return _("{share} zeros at once", share=share)
    return _("{share} zeros", share=share)


def row_of(artifact: Artifact, chosen: int | None) -> dict[str, Any]:
    """The artifact's row in the list."""
    measured = artifact.measured
    return {
        "number": artifact.number, "name": name_of(artifact), "starred": artifact.starred,
        "chosen": artifact.number == chosen, "isOver": artifact.is_over,
        "cells": [] if measured is None else _cells(artifact, measured), "said": _said(artifact),
        "progress": artifact.progress if artifact.state == "working" else None,
    }  # fmt: skip


def _said(artifact: Artifact) -> str:
    said: str = {
        "waiting": _("waits"), "cancelled": _("cancelled"), "failed": artifact.error, "working": artifact.doing,
    }.get(artifact.state, "")  # fmt: skip
    return shown(said)


def _cells(artifact: Artifact, measured: Measured) -> list[str]:
    sizes, share = measured.sizes, measured.quality
    low, high = share.interval
    return [
        _quality(measured, percent(share.value), f"{100 * low:.1f}", f"{100 * high:.1f}"),
        bytes_text(sizes.dense),
        bytes_text(sizes.compressed),
        _("{count} of {all}", count=count_text(sizes.non_zeros), all=count_text(sizes.parameters)),
        _latency(measured.latency.get(1)),
        _latency(measured.latency.get(256)),
        _("{count} of {all}", count=len(measured.changed_layers), all=measured.all_layers),
        _against(measured) if artifact.steps else UNKNOWN,
    ]


def _quality(measured: Measured, share: str, low: str, high: str) -> str:
    if measured.is_quantity:
        return _("R² {share} [{low}, {high}]", share=share, low=low, high=high)
    return _("{share} [{low}, {high}]", share=share, low=low, high=high)


def _latency(latency: Latency | None) -> str:
    if latency is None:
        return UNKNOWN
    return _("{median} / {p95}", median=short_time(latency.median), p95=short_time(latency.p95))


def short_time(seconds: float | None) -> str:
    """A time from microseconds on: "46.4 µs", "7.5 ms"; "–" for None."""
    if seconds is None or seconds >= 1e-3:
        return milliseconds(seconds)
    return _("{number} µs", number=significant(1e6 * seconds, 3))


def _against(measured: Measured) -> str:
    if measured.is_quantity:
        low, high = (100 * end for end in measured.error_change.interval)
        return _("error {change} [{low}, {high}]", change=_signed(100 * measured.error_change.value),
                 low=_signed(low), high=_signed(high))  # fmt: skip
    difference = measured.difference
    return _("−{lost} +{won}, {p}", lost=difference.lost, won=difference.won, p=rounded(difference.p_value, 2))


def sentences(artifact: Artifact) -> list[str]:
    """What there is to say of an artifact that was made."""
    measured = artifact.measured
    if measured is None:
        return []
    return [
        f"{_changes(artifact)}: {artifact.subject}",
        *([_verdict_on_quantity(measured) if measured.is_quantity else _verdict(measured)] if artifact.steps else []),
        *(
            [_("Places of one text are not independent, so the test is surer than it should be.")]
            if artifact.steps and measured.truths.ndim > 1
            else []
        ),
        _layers(measured),
        *_unseen(artifact, measured),
        *map(shown, measured.notes),
    ]


def _verdict(measured: Measured) -> str:
    difference = measured.difference
    total, changed = format_number(difference.total), format_number(difference.changed)
    if difference.changed == 0:
        return _("It answers all {total} held-out examples as the original does.", total=total)
    if not difference.is_sure:
        return _(
            "It answers {changed} of {total} otherwise: {lost} became wrong, {won} right. "
            "These examples cannot tell the two apart (McNemar, p = {p}).",
            changed=changed, total=total, lost=difference.lost, won=difference.won, p=rounded(difference.p_value, 2),
        )  # fmt: skip
    return _(
        "It answers {changed} of {total} otherwise: {lost} became wrong, {won} right. "
        "That is more than chance (McNemar, p = {p}).",
        changed=changed, total=total, lost=difference.lost, won=difference.won, p=rounded(difference.p_value, 2),
    )  # fmt: skip


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−")


def _verdict_on_quantity(measured: Measured) -> str:
    change = measured.error_change
    low, high = (_signed(100 * end) for end in change.interval)
    words = {
        "total": format_number(change.total), "points": _signed(100 * change.value), "low": low, "high": high,
        "largest": significant(change.largest, 2),
    }  # fmt: skip
    if change.largest == 0:
        return _("It predicts all {total} held-out examples as the original does.", total=words["total"])
    if not change.is_sure:
        return _(
            "Its squared error is {points} [{low}, {high}] points of the variance larger on {total} examples, and no "
            "prediction moved by more than {largest}. These examples cannot tell the two apart (paired bootstrap).",
            **words,
        )
    return _(
        "Its squared error is {points} [{low}, {high}] points of the variance larger on {total} examples, and no "
        "prediction moved by more than {largest}. That is more than chance (paired bootstrap).",
        **words,
    )


def _layers(measured: Measured) -> str:
    if not measured.changed_layers:
        return _("No layer was changed.")
    return _("Changed layers: {names}.", names=", ".join(measured.changed_layers))


def _unseen(artifact: Artifact, measured: Measured) -> list[str]:
    unseen = artifact.extra.get("unseen")
    if unseen is None:
        return []
    of_class = measured.truths == unseen
    right = int((measured.answers[of_class] == unseen).sum())
    return [_("Of the class it never saw it has {right} of {total} right.", right=right, total=int(of_class.sum()))]
