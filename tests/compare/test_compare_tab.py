from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.config.training_config import TrainingConfig
from core.runs.recorded_columns import RecordedColumns
from core.store.run_store import RunStore
from tests.support.kept_runs import columns_of
from widgets.compare.compare_tab import CompareTab
from widgets.compare.overlay_chart import ID
from widgets.compare.pinned import PinnedRuns


@pytest.fixture
def store() -> RunStore:
    """Three runs, named by their numbers: #1 plain, #2 ten times as fast by the clock, #3 diverged."""
    store = RunStore()
    for rate, seconds, losses in (
        (0.01, 10.0, np.linspace(4, 1, 100)),
        (0.1, 1.0, np.linspace(4, 2, 100)),
        (3.0, 1.0, np.array([4.0, 400.0, 4e30, np.inf])),
    ):
        config = TrainingConfig(learning_rate=rate)
        state = "finished" if rate < 1 else "diverged"
        columns = columns_of(config, started=rate, seconds=seconds, steps=len(losses), state=state)
        id = store.add(name=f"#{len(store) + 1}", **columns)
        recorded = RecordedColumns({"step": np.arange(len(losses)), "loss": losses}, {})
        store.record(id, recorded, best_loss=float(losses.min()))
    return store


@pytest.fixture
def tab(store: RunStore) -> CompareTab:
    made = CompareTab(lambda: store, lambda: None, PinnedRuns())
    made.draw()
    return made


def figure(tab: CompareTab) -> go.Figure:
    """The figure as a page has it once it has drawn what the tab has to say."""
    assert tab._board._updates is not None  # no page looks, so it is still to be drawn
    update = tab._board._updates[ID]
    panel = next(iter(tab._board.widget._shown.values())).panel
    drawn = go.Figure(panel.figure)
    for place, attributes in update["traces"].items():
        drawn.data[place].update({name.replace(".", "_"): value for name, value in attributes.items()})
    return drawn.update_layout({name.replace(".", "_"): value for name, value in update["layout"].items()})


def drawn_lines(tab: CompareTab) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in figure(tab).data if trace.mode == "lines" and trace.visible}


def titles(tab: CompareTab) -> list[str]:
    return [row["title"] for row in tab._list.table["rows"]]


def ask(tab: CompareTab, kind: str, **payload: Any) -> None:
    """As a message of the page."""
    tab._list._receive(tab._list, {"kind": kind, **payload}, [])
    tab.draw()


def choose(tab: CompareTab, name: str, value: str) -> None:
    tab._board.widget._receive({"kind": "switch", "panel": "compare-curves", "name": name, "value": value})
    tab.draw()


def test_the_list_shows_the_newest_first_and_sorts_and_filters(tab: CompareTab) -> None:
    assert titles(tab) == ["#3", "#2", "#1"]
    ask(tab, "sort", by="best_loss")
    assert titles(tab) == ["#1", "#2", "#3"]
    ask(tab, "filter", text="lr < 1")
    assert titles(tab) == ["#1", "#2"]
    assert tab._list.table["texts"]["counted"] == "2 of 3 runs pass the filter."


def test_a_filter_that_cannot_be_read_leaves_the_list_and_says_so(tab: CompareTab) -> None:
    ask(tab, "filter", text="lr <")
    assert titles(tab) == ["#3", "#2", "#1"]
    assert tab._list.table["refusal"] == "“lr <” is no comparison; write one such as lr < 0.1."


def test_marks_names_deletion_and_its_undo_reach_the_store(tab: CompareTab, store: RunStore) -> None:
    id = store[0].id
    ask(tab, "mark", ids=[id], starred=True)
    ask(tab, "mark", ids=[id], name="too fast")
    assert (store[0].starred, titles(tab)[0]) == (True, "too fast")
    ask(tab, "delete", ids=[id])
    assert titles(tab) == ["#2", "#1"]
    ask(tab, "undelete")
    assert titles(tab) == ["too fast", "#2", "#1"]


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "mark", "ids": ["x" * 32], "visitor": "someone"},
        {"kind": "mark", "ids": "all", "starred": True},
        {"kind": "mark", "ids": ["x" * 32], "starred": "yes"},
        {"kind": "sort", "by": "__class__"},
        {"kind": "more", "rows": 10**9},
        {"kind": "filter", "text": "x" * 10_000},
        {"kind": ["delete"]},
        {},
    ],
)
def test_rubbish_from_a_page_changes_nothing(tab: CompareTab, content: dict[str, Any]) -> None:
    before = tab._list.table
    tab._list._receive(tab._list, content, [])
    tab.draw()
    assert tab._list.table == before


def test_the_points_drawn_are_the_runs_own_on_every_axis(tab: CompareTab) -> None:
    lines = drawn_lines(tab)
    np.testing.assert_allclose(lines["#1"].x, np.arange(100))
    np.testing.assert_allclose(lines["#1"].y, np.linspace(4, 1, 100), rtol=1e-6)
    choose(tab, "axis", "seconds")
    lines = drawn_lines(tab)
    np.testing.assert_allclose(lines["#1"].x, np.arange(100) * 0.1, rtol=1e-6)
    np.testing.assert_allclose(lines["#2"].x, np.arange(100) * 0.01, rtol=1e-6)


def test_a_run_that_diverged_ends_in_a_cross_and_bends_no_axis(tab: CompareTab) -> None:
    (cross,) = [trace for trace in figure(tab).data if trace.mode == "markers" and trace.visible]
    assert (cross.marker.symbol, cross.x[0], cross.y[0]) == ("x", 2, 4e30)
    low, high = figure(tab).layout.yaxis.range  # powers of ten
    assert 10**low == pytest.approx(1, rel=0.1)
    assert 10**high == pytest.approx(4, rel=0.1)
    assert "#3 diverged at step 3; it ends in a cross." in tab._notes.value


def test_smoothing_leaves_the_raw_curve_in_sight(tab: CompareTab) -> None:
    assert len([trace for trace in figure(tab).data if trace.name == "#1" and trace.visible]) == 1
    choose(tab, "smoothing", "0.9")
    raw, smooth = (trace for trace in figure(tab).data if trace.name == "#1" and trace.visible)
    np.testing.assert_allclose(raw.y, np.linspace(4, 1, 100), rtol=1e-6)
    assert raw.opacity < 1
    assert smooth.y[0] == pytest.approx(4)  # without a bias at the start


def test_a_run_has_one_colour_everywhere(tab: CompareTab, store: RunStore) -> None:
    colours = {run.title: run.colour for run in store}
    assert colours == {"#1": 0, "#2": 1, "#3": 2}
    assert {row["title"]: row["colour"] for row in tab._list.table["rows"]} == colours
    drawn = {name: trace.line.color for name, trace in drawn_lines(tab).items()}
    assert drawn == {title: f"var(--dl-run-{colour})" for title, colour in colours.items()}
    assert all(f"--dl-run-{colour})" in tab._differences.value for colour in colours.values())


def test_the_table_has_only_what_differs(tab: CompareTab) -> None:
    assert "Learning rate" in tab._differences.value
    assert "Optimizer" not in tab._differences.value


def test_what_a_person_names_is_no_markup(tab: CompareTab, store: RunStore) -> None:
    ask(tab, "mark", ids=[store[0].id], name="<img src=x>%{x}")
    assert "<img" not in tab._differences.value + tab._notes.value
    assert all("<img" not in (trace.name or "") for trace in figure(tab).data)
    assert all("%{x}" not in (trace.name or "") for trace in figure(tab).data)


def test_a_choice_is_a_frame_and_no_new_panel_so_that_a_zoom_stays(
    tab: CompareTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tab._board.widget, "show", lambda panels: pytest.fail("it was plotted anew"))
    for name, value in (("axis", "seconds"), ("scale", "linear"), ("smoothing", "0.9"), ("quantity", "training loss")):
        choose(tab, name, value)
    layout = figure(tab).layout
    assert (layout.xaxis.title.text, layout.yaxis.type, layout.xaxis.uirevision) == ("seconds", "linear", "seconds")


def test_nothing_is_made_anew_while_nothing_has_changed(tab: CompareTab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tab._board.widget, "show", lambda panels: pytest.fail("it was drawn again"))
    tab.draw()
