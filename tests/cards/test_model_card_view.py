"""A model's table: exact counts against the size asked for, and nothing that a name could smuggle in."""

import re
from xml.etree import ElementTree

from core.learning.setup import ModelSetup
from core.models.card import LayerCard, ModelCard
from tests.support.model_moments import setup_of
from widgets.cards.model_card_view import card_html, size_note

CARD = ModelCard(
    1482,
    (LayerCard("flatten", "Flatten", (64,), 0, 0), LayerCard("dense", "Dense", (8, 16), 1040, 2048)),
    2880,
    5928,
)


def by_size(size: int, family: str = "mlp", optimizer: str = "sgd") -> ModelSetup:
    setup = setup_of(family=family, optimizer=optimizer)
    return ModelSetup.of(setup.config.replace(width=None, depth=None, size=size))


def test_the_table_has_a_row_for_each_layer_and_a_total() -> None:
    root = ElementTree.fromstring(card_html(setup_of(), CARD))
    rows = [[cell.text or "" for cell in row] for row in root.iter("tr")]
    assert rows == [
        ["Layer", "Kind", "Output", "Parameters", "FLOPs"],
        ["flatten", "Flatten", "64", "0", "0"],
        ["dense", "Dense", "8 × 16", "1\u00a0040", "2\u00a0048"],
        ["Total", "", "", "1\u00a0482", "2\u00a0880"],
    ]


def test_the_summary_tells_count_operations_and_bytes_with_those_of_training() -> None:
    words = "".join(ElementTree.fromstring(card_html(setup_of(optimizer="adam"), CARD))[0].itertext())
    assert "MLP on Digits 8 × 8 · 1\u00a0482 parameters" in words
    assert "2\u00a0880 FLOPs per example" in words
    assert "5.93\u00a0kB of weights, 23.7\u00a0kB with gradient and moments" in words  # 4 numbers a weight


def test_before_the_model_is_built_the_count_is_known_and_nothing_else() -> None:
    html = card_html(by_size(1000), None)
    assert f"{by_size(1000).parameters:,}".replace(",", "\u00a0") in html
    assert "<table>" not in html
    assert "FLOPs" not in html


def test_the_size_asked_for_stands_beside_the_exact_count() -> None:
    for size in (300, 1000, 20_000):
        setup = by_size(size)
        error = re.search(r"asked for, ([+−][\d.]+)\u00a0%\)", size_note(setup))
        assert error is not None
        told = float(error[1].replace("−", "-")) / 100
        assert abs(told - (setup.parameters / size - 1)) <= 0.0005
        assert size_note(setup).endswith(f"width {setup.spec.width}, depth {setup.spec.depth}")


def test_a_width_set_by_hand_is_not_measured_against_the_size() -> None:
    assert size_note(setup_of(width=16, depth=2)) == "1\u00a0482 parameters: width 16, depth 2"


def test_a_linear_model_has_the_size_its_data_give_it() -> None:
    assert size_note(setup_of(family="linear")) == "650 parameters: the data alone decide"


def test_a_layers_name_cannot_carry_markup() -> None:
    layer = LayerCard("<img src=x onerror=alert(1)>", "Dense", (1,), 2, 2)
    assert "<img" not in card_html(setup_of(), ModelCard(2, (layer,), 2, 8))
