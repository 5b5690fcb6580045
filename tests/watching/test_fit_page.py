"""The page of a fit shows the numbers of its record, and nothing that a callback cannot know."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.geometry.line_view import LineView
from core.geometry.stability import RateZones
from core.models.layer_name import LayerName
from core.watching.fit_record import FitRecord
from core.watching.fit_state import FitState
from core.watching.step_looks import BATCHES
from widgets.board.frame_loop import FrameLoop
from widgets.charts.surface import step_figure
from widgets.charts.training import loss, metric
from widgets.watching.fit_page import DEAF_SECONDS, FitPage

if TYPE_CHECKING:
    from collections.abc import Iterator

PANELS = ["loss", "metric", "layers", "last-step"]


@pytest.fixture
def record() -> FitRecord:
    """Two epochs of three batches, the second one with a validation."""
    made = FitRecord([LayerName("dense"), LayerName("out")])
    made.begin(epochs=4, batches=3)
    made.use_rate(0.1, marks=True)
    for epoch, ends in enumerate(
        ({"loss": 2.0, "acc": 0.5}, {"loss": 1.0, "acc": 0.7, "val_loss": 1.5, "val_acc": 0.6})
    ):
        made.begin_epoch(epoch + 1)
        for batch in range(3):
            made.add(batch, 3.0 - epoch - batch / 10, {"loss": 0.0, "acc": 0.0})
            made.add_layers(batch, 1.0, np.array([[0.01, 1.0], [0.02, 4.0]]))
        made.end_epoch(ends)
    return made


@pytest.fixture
def page(record: FitRecord, monkeypatch: pytest.MonkeyPatch) -> Iterator[FitPage]:
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    model: Any = SimpleNamespace(name="mine", loss=None)
    made = FitPage(model, record, lambda: record.end(FitState.ENDED_EARLY))
    yield made
    made.close()


def look(page: FitPage) -> None:
    page._board._receive({"kind": "view", "view": "a", "visible": PANELS, "hidden": False})


def test_the_charts_have_the_batches_and_the_ends_of_epochs(page: FitPage) -> None:
    look(page)
    panels = page.frame()["panels"]
    assert list(panels) == PANELS
    lines = panels["loss"]["traces"]
    assert lines[loss.BATCH]["x"].tolist() == [0, 1, 2, 3, 4, 5]
    assert lines[loss.BATCH]["y"] == pytest.approx([3.0, 2.9, 2.8, 2.0, 1.9, 1.8])
    assert (lines[loss.TRAINING]["x"].tolist(), lines[loss.TRAINING]["y"].tolist()) == ([3, 6], [2.0, 1.0])
    assert lines[loss.VALIDATION]["y"][1] == 1.5
    assert panels["metric"]["traces"][metric.TRAINING]["y"].tolist() == [50, 70]
    assert panels["layers"]["traces"][1]["y"] == pytest.approx([0.01] * 6)
    assert panels["layers"]["traces"][2]["y"] == pytest.approx([0.005] * 6)


def test_the_strip_has_the_numbers_of_the_last_batch_and_epoch(page: FitPage) -> None:
    slots = page.frame()["slots"]
    shown = {name: slots[name] for name in ("step", "epoch", "loss", "training-loss", "validation-loss", "metric")}
    assert shown == {
        "step": "6", "epoch": "2 of 4", "loss": "1.800", "training-loss": "1.000", "validation-loss": "1.500",
        "metric": "70.0\u00a0%, 60.0\u00a0%",
    }  # fmt: skip
    assert slots["progress"] == {"style": {"width": "50.0%"}}


def test_lines_are_named_for_what_keras_logs(page: FitPage) -> None:
    traces = {panel["id"]: panel["figure"]["data"] for panel in page._board.board["panels"]}
    names = [trace.get("name") for trace in traces["loss"]]
    assert [names[at] for at in (loss.BATCH, loss.TRAINING, loss.VALIDATION)] == [
        "batch", "mean of the epoch", "validation",
    ]  # fmt: skip


def test_losses_that_are_running_means_are_called_so(page: FitPage, record: FitRecord) -> None:
    record.averages = True
    page._draw()
    assert page._board.board["panels"][0]["figure"]["data"][loss.BATCH]["name"] == "running mean"


def test_the_last_step_is_drawn_or_why_there_is_none(page: FitPage, record: FitRecord) -> None:
    look(page)
    assert page.frame()["panels"]["last-step"]["note"] == "first look to come"
    record.no_step_look = BATCHES
    blank = page.frame()["panels"]["last-step"]
    assert (blank["note"], blank["placeholder"]) == ("", BATCHES)
    multiples = np.linspace(0, 2, 5)
    record.add_step_look(
        0, LineView.of(multiples, 3 - multiples, 2.0, -1.0, 0.0, None, None, RateZones(None, None, None))
    )
    drawn = page.frame()["panels"]["last-step"]
    assert drawn["traces"][step_figure.CURVE]["y"] == pytest.approx([3.0, 2.5, 2.0, 1.5, 1.0])
    assert drawn["traces"][step_figure.STEP]["y"] == [3.0, 2.0]
    assert drawn["footer"] == "as of step 4"


def test_the_next_frame_waits_for_the_answer_to_the_last(
    page: FitPage, record: FitRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widgets.watching.fit_page.ANSWER_SECONDS", 0.0)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(page._board, "send", lambda content, buffers=None: sent.append(content))
    look(page)
    for batch in range(3, 6):
        page._draw()
        record.begin_epoch(3 + batch)
        record.add(batch, 1.0, {})
        record.keep()
        page._rest_until = 0.0
    assert [frame["step"] for frame in sent] == [6]
    page._board._receive({"kind": "ack", "frame": sent[0]["frame"], "drawn": True})
    page._rest_until = 0.0
    page._draw()
    assert sent[-1]["step"] == record.step


def test_a_front_end_that_answers_nothing_is_told_in_words_now_and_then(page: FitPage) -> None:
    before = page._notice.value
    page._draw()
    assert page._notice.value == before
    page._began -= DEAF_SECONDS + 1
    page._written -= 2
    page._draw()
    assert "Epoch 2 of 4, step 6, batch loss 1.800." in page._notice.value
    assert not page._board.waiting


def test_a_click_on_stop_ends_the_fit_and_the_button_can_do_no_more(page: FitPage, record: FitRecord) -> None:
    page._button._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []})
    page._draw()
    assert record.progress.state is FitState.ENDED_EARLY
    assert page._button.disabled
    slots = page.frame()["slots"]
    assert slots["notice-title"] == "Ended early."
    assert (slots["training"], slots["progress-text"]["text"]) == ("–", "6 of 12")  # nothing is left that would come
