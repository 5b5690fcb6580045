"""The table of true and predicted classes, recounted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.registry import DATASETS
from core.findings.results import Confusion
from core.learning.setup import ModelSetup
from tests.support.model_moments import model_moment, setup_of
from widgets.charts.answers.confusion import COUNTS, HEAT, ConfusionChart, shade
from widgets.charts.chart import Update


def setup_with(classes: tuple[str, ...]) -> ModelSetup:
    """A setup like the digits' with other classes."""
    return replace(setup_of("digits"), dataset=replace(DATASETS["digits"], classes=classes))


def matrix() -> np.ndarray:
    counts = np.diag(np.arange(10))
    counts[3, 8] = 5  # five threes were taken for eights
    return counts


def update_of(counts: np.ndarray, n_held_out: int = 0) -> Update:
    chart = ConfusionChart(setup_of("digits"))
    return chart.update(model_moment(findings={"confusion": Confusion(counts, (), n_held_out)}))


def test_every_count_but_zero_stands_in_the_row_of_the_truth_and_the_column_of_the_prediction() -> None:
    drawn = update_of(matrix())["traces"][COUNTS]
    cells = {(int(y), int(x)): text for x, y, text in zip(drawn["x"], drawn["y"], drawn["text"], strict=True)}
    assert cells == {**{(i, i): str(i) for i in range(1, 10)}, (3, 8): "5"}


def test_a_cell_says_in_words_whether_it_is_right() -> None:
    words = update_of(matrix())["traces"][COUNTS]["customdata"]
    assert "true 3<br>predicted 8<br>5, wrong" in words
    assert "true 3<br>predicted 3<br>3, right" in words


def test_the_note_gives_the_share_of_right_ones() -> None:
    assert update_of(matrix(), n_held_out=50)["note"] == "accuracy 0.900 on 50 unseen"


def test_where_a_part_of_the_held_out_examples_is_counted_the_note_says_of_how_many() -> None:
    assert update_of(matrix(), n_held_out=360)["note"] == "accuracy 0.900 on 50 of 360 unseen"


def test_the_first_class_is_on_top_and_every_class_is_named() -> None:
    layout = ConfusionChart(setup_of("fashion_mnist")).panel().figure.layout
    assert layout.yaxis.range[0] > layout.yaxis.range[1]
    assert list(layout.yaxis.ticktext) == list(layout.xaxis.ticktext) == list(setup_of("fashion_mnist").classes)


def test_right_and_wrong_cells_are_painted_to_opposite_sides_by_the_root_of_their_share() -> None:
    painted = shade(np.array([[3, 1], [0, 0]]))
    assert painted == pytest.approx(np.array([[-np.sqrt(0.75), 0.5], [0, 0]]))
    assert update_of(matrix())["traces"][HEAT]["z"][3, 8] == pytest.approx(np.sqrt(5 / 8))


def test_a_name_from_a_visitors_table_is_never_read_as_markup_and_cut_where_too_long() -> None:
    setup = setup_with(("<b>bold</b>", "a name that is far too long"))
    texts = ConfusionChart(setup).panel().figure.layout.yaxis.ticktext
    assert texts == ("&lt;b&gt;bold&lt;/b&gt;", "a name that…")


@pytest.mark.parametrize(("count", "says_so"), [(100, False), (101, True)])
def test_of_more_classes_than_can_be_seen_the_card_says_so(count: int, says_so: bool) -> None:
    chart = ConfusionChart(setup_with(tuple(str(i) for i in range(count))))
    assert ("more classes" in chart.panel().note) == says_so
    assert ("more classes" in chart.update(model_moment(findings={"confusion": None}))["note"]) == says_so


def test_of_many_classes_all_cells_are_painted_counts_are_said_at_the_pointer_and_every_third_is_named() -> None:
    chart = ConfusionChart(setup_with(tuple(str(i) for i in range(50))))
    layout = chart.panel().figure.layout
    assert layout.xaxis.ticktext == layout.yaxis.ticktext == tuple(str(i) for i in range(0, 50, 3))
    assert layout.xaxis.tickvals == tuple(range(0, 50, 3))
    counts = np.eye(50, dtype=int)
    drawn = chart.update(model_moment(findings={"confusion": Confusion(counts, ())}))["traces"]
    assert drawn[HEAT]["z"].shape == (50, 50)
    assert set(drawn[COUNTS]["text"]) == {""}
    assert drawn[COUNTS]["customdata"][49] == "true 49<br>predicted 49<br>1, right"
