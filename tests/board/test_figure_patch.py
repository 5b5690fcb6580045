"""What makes one figure another, by Plotly's own reading of paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from widgets.board.encoding import encode
from widgets.board.figure_patch import figure_patch


def figure(words: str, steps: int = 3) -> go.Figure:
    made = go.Figure(go.Scatter(x=np.arange(steps), y=np.zeros(steps), name=words, hovertemplate=f"{words} %{{x}}"))
    made.add_bar(x=["a", words], y=[1, 2], marker={"color": "red", "line": {"width": 1}})
    made.update_layout(title={"text": words}, xaxis={"title": {"text": words}, "ticktext": ["0", words]})
    made.add_annotation(text=words, x=1).add_annotation(text="W", x=2)
    return made


def encoded(of: go.Figure) -> dict[str, Any]:
    return encode(of.to_plotly_json(), [])


def test_a_patch_makes_a_figure_the_other_and_names_only_what_differs() -> None:
    english, chinese = figure("loss"), figure("损失")
    patch = figure_patch(encoded(english), encoded(chinese))
    assert patch is not None
    assert patch["traces"]["0"] == {"name": "损失", "hovertemplate": "损失 %{x}"}
    assert patch["layout"]["annotations[0].text"] == "损失"
    for index, attributes in patch["traces"].items():
        english.data[int(index)].update({path.replace(".", "_"): value for path, value in attributes.items()})
    for path, value in patch["layout"].items():
        english.layout[path] = value
    assert english.to_plotly_json() == chinese.to_plotly_json()


def test_equal_figures_need_no_patch() -> None:
    assert figure_patch(encoded(figure("loss")), encoded(figure("loss"))) == {"traces": {}, "layout": {}}


def test_what_another_figure_has_no_longer_is_taken_away() -> None:
    titled = {"data": [], "layout": {"title": {"text": "Loss"}, "font": {"size": 12}}}
    assert figure_patch(titled, {"data": [], "layout": {"font": {"size": 12}}}) == {
        "traces": {},
        "layout": {"title": None},
    }


@pytest.mark.parametrize("other", [go.Figure(), go.Figure(go.Scatter()), go.Figure([go.Bar(), go.Scatter()])])
def test_figures_of_other_traces_have_no_patch(other: go.Figure) -> None:
    assert figure_patch(encoded(figure("loss")), encoded(other)) is None
