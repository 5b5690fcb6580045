"""The Compress tab without a browser: what a page may ask, and what it is shown."""

from __future__ import annotations

import base64
import threading
import zlib
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.artifacts.artifact import Artifact, Latency, Measured, Sizes
from core.artifacts.change import CHANGES, steps_of
from core.compression.workshop import Workshop
from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.language import use
from core.learning.setup import ModelSetup
from core.pruning.schedule import CubicSchedule
from tests.support.waiting import wait_until
from widgets.compress.answer_panels import answer_panels
from widgets.compress.artifact_texts import name_of, row_of, sentences, step_text
from widgets.compress.compress_tab import CompressedRun, CompressTab
from widgets.compress.desk import CompressDesk, kinds_of_change
from widgets.compress.pareto_chart import COSTS, ParetoChart
from widgets.compress.picture import picture
from widgets.compress.plan_panels import schedule_panel, sensitivity_panel, spectra_panel

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUTHS = np.repeat(np.arange(10), 10).astype(np.int16)
INT8: tuple[str, dict[str, object]] = ("quantize", {})
CLASSES = [str(digit) for digit in range(10)]


def measured(wrong: int, dense: int, seconds: float = 1e-4) -> Measured:
    answers = TRUTHS.copy()
    answers[:wrong] = 9
    picture = np.zeros((8, 8, 1), np.float32)
    return Measured(
        Sizes(dense, dense // 2, 1000, 400), answers, TRUTHS, 10, TRUTHS,
        {1: Latency(1, seconds, 2 * seconds, 100), 256: Latency(256, 10 * seconds, None, 20)},
        10_000_000, ("dense",), 3, shifted=tuple((row, picture) for row in range(wrong)),
    )  # fmt: skip


def artifact(number: int, wrong: int, dense: int, *steps: tuple[str, dict[str, object]]) -> Artifact:
    return Artifact(number, steps_of(steps), "MLP", state="made", measured=measured(wrong, dense))


@pytest.fixture
def run() -> CompressedRun:
    config = TrainingConfig(problem="digits", family="mlp", size=300)
    return CompressedRun(lambda: config, lambda: None, lambda: 40, lambda: 2.5, lambda: 1.5, lambda: None, is_own=False)


@pytest.fixture
def tab(run: CompressedRun) -> Iterator[CompressTab]:
    made = CompressTab(run, Workshop(lambda: None), lambda: None)
    yield made
    made.close()
    use("en")  # no language is left behind


def desk_of(tab: CompressTab) -> dict[str, Any]:
    tab.draw()
    return tab._desk.desk


def test_the_desk_names_the_model_and_the_updates_it_has_made(tab: CompressTab) -> None:
    assert desk_of(tab)["subject"] == "MLP on Digits 8 × 8, after 40 updates"


@pytest.mark.parametrize(
    ("problem", "is_own", "sentence"),
    [
        ("regression", False, "A surface has no model to compress: choose data to learn from."),
        ("csv", True, "Your model cannot be copied exactly to another process, and artifacts are made in one."),
    ],
)
def test_what_cannot_be_compressed_is_said_in_one_sentence(
    run: CompressedRun, problem: str, is_own: bool, sentence: str
) -> None:
    tab = CompressTab(
        replace(run, config=lambda: TrainingConfig(problem=problem), is_own=is_own),
        Workshop(lambda: None),
        lambda: None,
    )
    tab._desk._receive(None, {"kind": "make", "steps": [["quantize", {}]]}, None)
    assert desk_of(tab)["refusal"] == sentence
    assert desk_of(tab)["rows"] == []
    tab.close()


class Kept:
    """Stands in for the kept runs of a store: #1 has its weights, #2 has none."""

    def options(self) -> list[list[str]]:
        return [["1f", "run #1"], ["2e", "run #2"]]

    def check(self, id: str) -> tuple[Any, ModelSetup]:
        if id != "1f":
            raise ConfigError("No weights are kept of that run, so there is no model of it to take.")
        found = SimpleNamespace(name="", number=1, seconds=8.0, cpu_seconds=5.0, steps=30)
        return found, ModelSetup.of(TrainingConfig(problem="spiral", family="mlp", size=300))

    def label(self, id: str) -> str:
        return f"run #1: {self.check(id)[1].label}"

    def trained_model(self, id: str, _is_wanted: Any) -> Any:
        return SimpleNamespace(archive=f"the file of {id}".encode())


def test_a_kept_run_is_the_subject_once_it_is_chosen_and_one_without_weights_is_said(run: CompressedRun) -> None:
    ordered: list[Any] = []

    class Ordered(Workshop):
        def make(self, label: str, subject: Any, steps: Any, *origin: Any) -> int:
            ordered.append((label, subject(), origin))
            return 0

        def find_spectra(self, subject: Any) -> None:
            ordered.append(subject().label)

    kept: Any = Kept()
    tab = CompressTab(run, Ordered(lambda: None), lambda: None, kept=kept)
    assert desk_of(tab)["subjects"] == [["", "The current run"], ["1f", "run #1"], ["2e", "run #2"]]
    tab._desk._receive(None, {"kind": "subject", "run": "1f"}, None)
    assert (desk_of(tab)["kept_run"], desk_of(tab)["subject"]) == ("1f", "run #1: MLP on Spiral")
    assert tab.subject_config.problem == "spiral"
    tab._desk._receive(None, {"kind": "make", "steps": [["quantize", {}]]}, None)
    (label, subject, origin), spectra = ordered
    assert (label, subject.model_file, subject.config.problem) == ("run #1: MLP on Spiral", b"the file of 1f", "spiral")
    assert origin == (8.0, "run\u00a0#1", 5.0)
    assert spectra == label
    tab._desk._receive(None, {"kind": "subject", "run": "2e"}, None)
    assert desk_of(tab)["subject"] == "No weights are kept of that run, so there is no model of it to take."
    tab._desk._receive(None, {"kind": "make", "steps": [["quantize", {}]]}, None)
    assert desk_of(tab)["refusal"] == "No weights are kept of that run, so there is no model of it to take."
    assert len(ordered) == 2
    tab._desk._receive(None, {"kind": "subject", "run": ""}, None)
    assert desk_of(tab)["subject"] == "MLP on Digits 8 × 8, after 40 updates"
    tab.close()


def test_a_run_that_cannot_be_brought_back_is_tried_once_and_said(run: CompressedRun) -> None:
    tried: list[str] = []

    class Lost(Kept):
        def trained_model(self, id: str, _is_wanted: Any) -> Any:
            tried.append(id)
            raise ConfigError("That run could not be brought back where it stood.")

    kept: Any = Lost()
    workshop = Workshop(lambda: None)
    tab = CompressTab(run, workshop, lambda: None, kept=kept)
    tab._desk._receive(None, {"kind": "subject", "run": "1f"}, None)
    tab._desk._receive(None, {"kind": "make", "steps": [["quantize", {}]]}, None)
    fetching = [thread for thread in threading.enumerate() if thread.name in ("compress-subject", "compress-spectra")]
    for thread in fetching:
        thread.join()
    (row,) = desk_of(tab)["rows"]
    assert row["said"] == "That run could not be brought back where it stood."
    assert tried == ["1f"]
    tab.close()


def test_stop_lets_go_of_a_run_that_is_brought_back(run: CompressedRun) -> None:
    begun, ended = threading.Event(), threading.Event()

    class Slow(Kept):
        def trained_model(self, id: str, is_wanted: Any) -> Any:
            begun.set()
            wait_until(lambda: not is_wanted())
            ended.set()
            raise ConfigError("It was stopped while that run was brought back.")

    kept: Any = Slow()
    tab = CompressTab(run, Workshop(lambda: None), lambda: None, kept=kept)
    tab._desk._receive(None, {"kind": "subject", "run": "1f"}, None)
    tab._desk._receive(None, {"kind": "make", "steps": [["quantize", {}]]}, None)
    assert begun.wait(20)
    tab._desk._receive(None, {"kind": "cancel", "number": 0}, None)
    assert ended.wait(20)
    for thread in [each for each in threading.enumerate() if each.name.startswith("compress-")]:
        thread.join()
    assert [(row["isOver"], row["said"]) for row in desk_of(tab)["rows"]] == [(True, "cancelled")]
    tab.close()


def test_an_artifact_of_a_kept_run_says_so_in_its_name() -> None:
    made = replace(artifact(3, 0, 1000, INT8), run="run\u00a0#1")
    assert name_of(made) == "#3 int8 · run\u00a0#1"
    assert name_of(replace(made, run="")) == "#3 int8"
    assert sentences(replace(made, subject="run\u00a0#1: MLP"))[0] == "#3 int8: run\u00a0#1: MLP"


def test_a_setting_out_of_range_is_refused_where_it_was_typed(tab: CompressTab) -> None:
    tab._desk._receive(None, {"kind": "make", "steps": [["prune", {"sparsity": "1"}]]}, None)
    assert desk_of(tab)["refusal"] == "Share removed must be between 0 and 0.99; 1 is too large."


def test_texts_follow_the_language(tab: CompressTab) -> None:
    english = desk_of(tab)["texts"]
    use("zh")
    chinese = desk_of(tab)["texts"]
    assert english.keys() == chinese.keys()
    assert all(english[name] != chinese[name] for name in english)


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "make"},
        {"kind": "make", "steps": [["burn", {}]]},
        {"kind": "make", "steps": [["prune", {"sparsity": 1}]]},
        {"kind": "make", "steps": [["prune", {"colour": "red"}]]},
        {"kind": "make", "steps": [["quantize", {"scheme": "x" * 41}]]},
        {"kind": "make", "steps": [["quantize", {}]] * 7},
        {"kind": "live", "name": "updates", "value": "1"},
        {"kind": "star", "number": 1, "starred": 1},
        {"kind": "delete", "number": True},
        {"kind": "choose", "number": "1"},
        {"kind": "subject", "run": None},
        {"kind": "subject", "run": "x" * 65},
        {"kind": ["make"], "steps": []},
    ],
)
def test_messages_that_no_page_of_ours_sends_do_nothing(message: dict[str, Any]) -> None:
    heard: list[str] = []
    CompressDesk(lambda kind, _payload: heard.append(kind))._receive(None, message, None)
    assert heard == []


def test_the_form_offers_every_change_with_all_its_settings() -> None:
    offered = {kind["name"]: [field["name"] for field in kind["fields"]] for kind in kinds_of_change()}
    assert offered == {name: [field.name for field in kind.fields] for name, kind in CHANGES.items()}


def test_a_row_has_dense_and_compressed_bytes_non_zeros_and_latency_apart() -> None:
    row = row_of(artifact(3, 4, 20_000, ("prune", {})), chosen=3)
    assert row["chosen"]
    assert row["cells"][1:5] == [
        "20.0\u00a0kB",
        "10.0\u00a0kB",
        "400 of 1\u00a0000",
        "100 µs / 200 µs",
    ]


def test_a_small_difference_is_said_to_be_no_proof_and_a_large_one_to_be() -> None:
    small, large = (" ".join(sentences(artifact(1, wrong, 1000, ("prune", {})))) for wrong in (4, 30))
    assert "These examples cannot tell the two apart (McNemar, p = 0.12)." in small
    assert "That is more than chance" in large


def test_beaten_artifacts_are_grey_and_the_others_on_the_front() -> None:
    artifacts = [
        artifact(0, 2, 100_000),
        artifact(1, 5, 20_000, ("quantize", {})),
        artifact(2, 9, 30_000, ("prune", {})),
    ]
    figure = ParetoChart(artifacts, "bytes", None).panel().figure
    beaten, front, best = figure.data
    assert list(beaten.text) == ["#2"]
    assert list(best.text) == ["#0", "#1"]
    assert list(front.x) == [20.0, 100.0]
    measured = artifacts[1].measured
    assert measured is not None
    low, high = measured.accuracy.interval
    assert best.error_y.array[1] == pytest.approx(100 * (high - 0.95))
    assert best.error_y.arrayminus[1] == pytest.approx(100 * (0.95 - low))


@pytest.mark.parametrize("cost", COSTS)
def test_a_press_near_a_point_chooses_it_and_one_far_from_all_none(cost: str) -> None:
    artifacts = [artifact(0, 2, 100_000), artifact(1, 40, 2_000, ("quantize", {}))]
    chart = ParetoChart(artifacts, cost, None)
    value, _title, unit = COSTS[cost]
    measured = artifacts[1].measured
    assert measured is not None
    costs = value(measured)
    assert costs is not None
    x = costs / unit
    assert chart.at(x * 1.001, 60.0) == 1
    assert chart.at(x, 80.0) is None
    assert chart.at(0.0, 60.0) is None


def test_an_artifact_opens_its_confusion_and_the_examples_it_changed_its_mind_on() -> None:
    confusion, minds = answer_panels(artifact(1, 3, 1000, ("prune", {})), CLASSES)
    counts = confusion.figure.data[1]
    found = {(int(y), int(x)): int(text) for y, x, text in zip(counts.y, counts.x, counts.text, strict=True)}
    assert found[(0, 9)] == 3
    assert found[(0, 0)] == 7
    assert minds.html.count("<figure>") == 3
    assert "0 → 9<br>is 0" in minds.html


def test_a_picture_is_a_png_of_the_numbers_stretched_from_black_to_white() -> None:
    x = np.arange(12, dtype=np.float32).reshape(3, 4, 1)
    data = base64.b64decode(picture(x).split("base64,")[1].split('"')[0])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    length = int.from_bytes(data[33:37], "big")
    rows = np.frombuffer(zlib.decompress(data[41 : 41 + length]), np.uint8).reshape(3, 5)
    assert rows[:, 0].tolist() == [0, 0, 0]  # no filter
    np.testing.assert_array_equal(rows[:, 1:], np.round(np.arange(12) / 11 * 255).reshape(3, 4))
    assert picture(np.zeros((5,))) == ""


def test_the_schedule_is_drawn_ahead_and_what_was_beside_it() -> None:
    planned = schedule_panel(None).figure.data[0]
    plan = CubicSchedule.over(600, 0.8)
    assert planned.y[50] == pytest.approx(100 * plan.sparsity(int(planned.x[50])))
    made = replace(artifact(1, 0, 1000, ("prune", {"updates": "400"})), extra={"sparsity": [(0, 0.0), (400, 0.8)]})
    was = schedule_panel(made).figure.data[1]
    assert (list(was.x), list(was.y)) == ([0, 400], [0.0, 80.0])


def test_spectra_and_sensitivity_are_drawn_by_layer() -> None:
    spectra = spectra_panel({"dense": np.array([4.0, 2.0, 1.0])})
    assert spectra.figure.data[0].y.tolist() == [1.0, 0.5, 0.25]
    found = {"dense/kernel": [0.9, 0.9, 0.8, 0.7, 0.6, 0.5]}
    made = replace(
        artifact(1, 0, 1000, ("prune_to", {})), extra={"sensitivity": found, "shares": {"dense/kernel": 0.7}}
    )
    line = sensitivity_panel(made).figure.data[0]
    assert line.y[2] == pytest.approx(-10)
    assert line.marker.size.index(11) == 2


def test_names_say_the_changes_in_their_order() -> None:
    steps: list[tuple[str, dict[str, object]]]
    steps = [("distill", {"size": 5000}), ("prune", {"sparsity": 0.5}), ("quantize", {"scheme": "int4"})]
    assert name_of(artifact(7, 0, 1000, *steps)) == "#7 student of 5\u00a0000 → 50\u00a0% zeros → int4"


EVERY_CHOICE = [
    (name, each.name, value)
    for name, kind in CHANGES.items()
    for each in kind.fields
    for _label, value in (each.options or (("", each.default),))
]


@pytest.mark.parametrize(("change", "setting", "value"), EVERY_CHOICE)
def test_every_choice_of_every_change_has_its_words_in_the_list(change: str, setting: str, value: object) -> None:
    step = steps_of([(change, {setting: value})])[0]
    assert step_text(step).strip()
    if change == "quantize":
        others = [v for _l, v in CHANGES[change].fields[0].options if v != step.choice("scheme")]
        assert all(step_text(steps_of([(change, {"scheme": v})])[0]) != step_text(step) for v in others)
