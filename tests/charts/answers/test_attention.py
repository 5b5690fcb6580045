"""Which weights the attention chart shows, and what it calls the places."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.attention import AttentionChart
from widgets.charts.chart import Update

LABELS = ("a", " ", "<", "\n", "b")
WEIGHTS = np.random.default_rng(2).dirichlet(np.ones(5), size=(2, 2, 5))  # (layers, heads, place, place)


def chart_of(**chosen: str) -> AttentionChart:
    return AttentionChart(setup_of("digits", "transformer", width=16, depth=2), chosen)


def update_of(labels: tuple[str, ...] = LABELS, weights: np.ndarray = WEIGHTS, **chosen: str) -> Update:
    attention = SimpleNamespace(weights=weights, labels=labels, title="the first example")
    return chart_of(**chosen).update(model_moment(1000, {"attention": attention}, found_at=800))


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("head", [1, 2])
def test_a_head_of_a_layer_shows_its_own_weights(layer: int, head: int) -> None:
    drawn = update_of(layer=f"L{layer}", head=f"H{head}")["traces"][0]["z"]
    assert drawn.tolist() == WEIGHTS[layer - 1, head - 1].tolist()


def test_the_mean_of_the_heads_is_shown_first_and_its_rows_still_add_up_to_1() -> None:
    drawn = update_of()["traces"][0]["z"]
    assert drawn == pytest.approx((WEIGHTS[0, 0] + WEIGHTS[0, 1]) / 2)
    assert drawn.sum(axis=1) == pytest.approx(1)


def test_there_is_a_choice_of_every_layer_and_head() -> None:
    switches = chart_of(layer="L2", head="H1").panel().switches
    assert [(s.name, s.options, s.value) for s in switches] == [
        ("layer", ("L1", "L2"), "L2"),
        ("head", ("mean", "H1", "H2"), "H1"),
    ]


def test_an_option_left_over_from_a_larger_model_falls_back() -> None:
    assert [s.value for s in chart_of(layer="L9", head="H8").panel().switches] == ["L1", "mean"]


def test_places_are_named_visibly_and_never_as_markup_and_the_example_is_named() -> None:
    update = update_of()
    assert update["layout"]["xaxis.ticktext"] == ["a", "␣", "&lt;", "↵", "b"]
    assert (update["note"], update["footer"]) == ("the first example", "as of step 800")


def test_of_many_places_only_as_many_are_named_as_there_is_room_for() -> None:
    n = 200
    layout = update_of(tuple("word" for _ in range(n)), np.full((1, 1, n, n), 1 / n))["layout"]
    assert len(layout["xaxis.tickvals"]) < len(layout["yaxis.tickvals"]) <= 24
    assert layout["xaxis.range"] == [-0.5, n - 0.5]
