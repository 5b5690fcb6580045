"""The card of a model: its layers as a table that can be folded away, known before it is trained."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from core.language import N_, _, shown
from core.number_format import format_number, true_minus
from core.number_text import UNKNOWN, bytes_text, count_text, percent
from core.optimizers.registry import OPTIMIZERS

if TYPE_CHECKING:
    from core.learning.facts import LearnerFacts
    from core.learning.setup import ModelSetup
    from core.models.card import LayerCard, ModelCard

BATCH_NORM = "BatchNormalization"  # the Keras name of the layer
HEADINGS = (N_("Layer"), N_("Kind"), N_("Output"), N_("Parameters"), N_("FLOPs"))


def size_note(setup: ModelSetup) -> str:
    """The exact count and the shape that the size asked for leads to."""
    count = _count(setup, setup.parameters)
    if not setup.family.depths:
        return _("{count}: the data alone decide", count=count)
    width, depth = format_number(setup.spec.width), format_number(setup.spec.depth)
    return _("{count}: width {width}, depth {depth}", count=count, width=width, depth=depth)


def card_html(setup: ModelSetup, card: ModelCard | None, facts: LearnerFacts | None = None) -> str:
    """The model's card, closed; without `card`, before the model is built, what is known in closed form.

    `facts` say how many examples there are.
    """
    body = "".join(f"<p>{escape(shown(note))}</p>" for note in (*setup.notes, *_remarks(card, facts)))
    body += _unbuilt() if card is None else _table(card)
    return f'<details class="dl-model-card"><summary>{_summary(setup, card)}</summary>{body}</details>'


def _remarks(card: ModelCard | None, facts: LearnerFacts | None) -> list[str]:
    """What a person has to know to read the curves: how many examples they are of, and whose statistics they use."""
    remarks: list[str] = []
    if facts is not None and facts.n_held_out:
        train, held = format_number(facts.n_examples), format_number(facts.n_held_out)
        remarks.append(_("{train} examples train the model, {held} are held out.", train=train, held=held))
    if card is not None and any(layer.kind == BATCH_NORM for layer in card.layers):
        remarks.append(
            _(
                "The batch loss is computed with the statistics of each batch (batch normalization); training and "
                "validation loss with their moving averages, as predictions are."
            )
        )
    return remarks


def _summary(setup: ModelSetup, card: ModelCard | None) -> str:
    facts = [_count(setup, setup.parameters)] if card is None else _facts(setup, card)
    return f"<strong>{escape(shown(setup.label))}</strong> · {escape(' · '.join(facts))}"


def _facts(setup: ModelSetup, card: ModelCard) -> list[str]:
    moments = len(OPTIMIZERS[setup.config.optimizer].slots)
    weights, training = bytes_text(card.weight_bytes), bytes_text(card.training_bytes(moments))
    return [
        _count(setup, card.parameters),
        _("{count} FLOPs per example", count=count_text(card.flops)),
        _("{weights} of weights, {training} with gradient and moments", weights=weights, training=training),
    ]


def _count(setup: ModelSetup, parameters: int) -> str:
    """The count, and by how much it misses the size asked for, where a size was what decided."""
    config, count = setup.config, format_number(parameters)
    if not setup.family.depths or config.width is not None or config.depth is not None:
        return _("{count} parameters", count=count)
    off = setup.parameters / config.size - 1
    error = true_minus(percent(off)) if off < 0 else f"+{percent(off)}"
    size = format_number(config.size)
    return _("{count} parameters ({size} asked for, {error})", count=count, size=size, error=error)


def _unbuilt() -> str:
    sentence = escape(_("The layers are listed as soon as the model is built."))
    return f"<p>{sentence}</p>"


def _table(card: ModelCard) -> str:
    head = "".join(f"<th>{escape(shown(heading))}</th>" for heading in HEADINGS)
    rows = "".join(map(_row, card.layers))
    total = _cells((_("Total"), "", "", format_number(card.parameters), _number(card.flops)))
    explained = escape(
        _(
            "FLOPs of one example's forward pass: matrix products and convolutions, an addition and a multiplication "
            "each counted."
        )
    )
    return (
        f'<table tabindex="0"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        f"<tfoot><tr>{total}</tr></tfoot></table>"
        f"<p>{explained}</p>"
    )


def _row(layer: LayerCard) -> str:
    shape = UNKNOWN if layer.shape is None else " × ".join("n" if size is None else str(size) for size in layer.shape)
    numbers = (format_number(layer.parameters), _number(layer.flops))
    return f"<tr>{_cells((layer.name, layer.kind, shape, *numbers))}</tr>"


def _number(count: int | None) -> str:
    return UNKNOWN if count is None else format_number(count)


def _cells(texts: tuple[str, ...]) -> str:
    return "".join(f"<td>{escape(text)}</td>" for text in texts)
