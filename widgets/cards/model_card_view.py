"""What a model is made of, as a table that can be folded away: known before it is trained."""

from __future__ import annotations

from html import escape

from core.learning.setup import ModelSetup
from core.models.card import LayerCard, ModelCard
from core.number_format import format_number
from core.optimizers.registry import OPTIMIZERS
from widgets.number_text import bytes_text, count_text

HEADINGS = ("Layer", "Kind", "Output", "Parameters", "FLOPs")
UNBUILT = "The layers are listed as soon as the model is built."


def size_note(setup: ModelSetup) -> str:
    """The exact count and the shape that the size asked for leads to."""
    count = f"{format_number(setup.parameters)} parameters"
    if not setup.family.depths:
        return f"{count}: the data alone decide"
    return f"{count}{_off(setup)}: width {format_number(setup.spec.width)}, depth {setup.spec.depth}"


def card_html(setup: ModelSetup, card: ModelCard | None) -> str:
    """The model's card, closed; without `card`, before the model is built, what is known in closed form."""
    body = f"<p>{UNBUILT}</p>" if card is None else _table(card)
    return f'<details class="dl-model-card"><summary>{_summary(setup, card)}</summary>{body}</details>'


def _summary(setup: ModelSetup, card: ModelCard | None) -> str:
    parts = [f"{format_number(setup.parameters)} parameters{_off(setup)}"]
    if card is not None:
        moments = len(OPTIMIZERS[setup.config.optimizer].slots)
        training = bytes_text(card.training_bytes(moments))
        parts = [
            f"{format_number(card.parameters)} parameters{_off(setup)}",
            f"{count_text(card.flops)} FLOPs per example",
            f"{bytes_text(card.weight_bytes)} of weights, {training} with gradient and moments",
        ]
    return f"<strong>{escape(setup.label)}</strong> · {' · '.join(parts)}"


def _off(setup: ModelSetup) -> str:
    """By how much the count misses the size asked for, where a size was what decided."""
    config = setup.config
    if not setup.family.depths or config.width is not None or config.depth is not None:
        return ""
    error = setup.parameters / config.size - 1
    return f" ({format_number(config.size)} asked for, {error:+.1%})".replace("-", "−")


def _table(card: ModelCard) -> str:
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    rows = "".join(map(_row, card.layers))
    total = _cells(("Total", "", "", format_number(card.parameters), format_number(card.flops)))
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody><tfoot><tr>{total}</tr></tfoot></table>"
        "<p>FLOPs of one example's forward pass: matrix products and convolutions, an addition and a"
        " multiplication each counted.</p>"
    )


def _row(layer: LayerCard) -> str:
    shape = " × ".join(map(str, layer.shape))
    numbers = (format_number(layer.parameters), format_number(layer.flops))
    return f"<tr>{_cells((layer.name, layer.kind, shape, *numbers))}</tr>"


def _cells(texts: tuple[str, ...]) -> str:
    return "".join(f"<td>{escape(text)}</td>" for text in texts)
