"""Data sets that nothing else in the tree names, on the page without a browser.

test_more_datasets.py runs this file in a process of its own: here the registry has them before anything reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.datasets.baselines import Baseline, majority_class
from core.datasets.character_text import character_text
from core.datasets.dataset import Dataset
from core.datasets.registry import DATASETS
from core.datasets.series import Series, SeriesForecast
from core.datasets.split import Examples, Split, own_unit

# ---- the definitions

GREEK = "αβγδ εζ\n"


def greek_text() -> str:
    """Each letter is followed by the next one or, once in four times, by any."""
    rng = np.random.default_rng(1)
    letter, text = 0, []
    for jump, other in zip(rng.random(4801) < 0.25, rng.integers(0, len(GREEK), 4801), strict=True):
        letter = int(other) if jump else (letter + 1) % len(GREEK)
        text.append(GREEK[letter])
    return "".join(text)


GREEK_TEXT = character_text(
    name="greek",
    label="Text: Greek letters",
    read=greek_text,
    length=24,
    source="This test, 2024",
    licence="CC0",
    prompt="αβγδ",
    suggested={"family": "rnn_text", "size": 2000, "width": 12, "depth": 1, "learning_rate": 0.03, "epochs": 20},
)


def river() -> Series:
    """A level in metres, month by month, that doubles every ten years and swings by a tenth every year."""
    months = np.arange("1950-01", "1990-01", dtype="datetime64[M]")
    t = np.arange(len(months))
    levels = 2 ** (t / 120) * (1 + 0.1 * np.sin(2 * np.pi * t / 12))
    return Series(months, levels * np.exp(np.random.default_rng(2).normal(0, 0.01, len(t))))


RIVER_FORECAST = SeriesForecast(
    river,
    window=12,
    unit="m",
    change=lambda levels: 100 * np.log(levels[1:] / levels[:-1]),
    after=lambda level, change: level * np.exp(change / 100),
)
RIVER = Dataset(
    name="river",
    label="River level",
    task="forecast",
    kind="sequence",
    make=RIVER_FORECAST.examples,
    input_shape=(12, 1),
    target="growth of the level in the next month",
    unit="%",
    source="This test, 2024",
    licence="CC0",
    ordered=True,
    forecast=RIVER_FORECAST,
    suggested={"family": "linear", "epochs": 20},
)


def stones() -> Examples:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(120, 3))
    return Examples(x, np.digitize(x[:, 0], [-0.5, 0.5]).astype(np.int32))


def by_first_feature(split: Split) -> Baseline:
    """The middle class wherever the first feature is near its mean, else its neighbours."""
    return Baseline(
        "First feature", "accuracy", float(np.mean(np.digitize(split.x_val[:, 0], [-1, 1]) == split.y_val)), 0.5
    )


STONES = Dataset(
    name="stones",
    label="Stones",
    task="classification",
    kind="table",
    make=stones,
    input_shape=(3,),
    target="kind of stone",
    source="This test, 2024",
    licence="CC0",
    classes=("flint", "slate", "chalk"),
    features=("weight", "length", "colour"),
    examples=120,
    baselines=(majority_class, by_first_feature),
    suggested={"size": 100, "epochs": 5},
)


def half_plane(samples: int, noise: float, seed: int) -> Examples:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (samples, 2))
    return Examples(x, (x[:, 0] + noise * rng.normal(size=samples) > 0).astype(np.int32))


HALF_PLANE = Dataset(
    name="half_plane",
    label="Half plane",
    task="classification",
    kind="points",
    make=half_plane,
    input_shape=(2,),
    target="side",
    source="This test, 2024",
    licence="CC0",
    classes=("left", "right"),
    features=("east", "north"),
    samples=200,
    parameters=("samples", "noise", "seed"),
    suggested={"size": 100, "width": 8, "depth": 1, "epochs": 5},
)


def bars() -> Examples:
    """Images of 6 x 9 pixels with a bright row (class 0) or column."""
    rng = np.random.default_rng(4)
    images = rng.integers(0, 60, (150, 6, 9, 1), dtype=np.uint8)
    labels = (np.arange(150) % 2).astype(np.int32)
    for image, label, row, column in zip(images, labels, rng.integers(0, 6, 150), rng.integers(0, 9, 150), strict=True):
        image[(slice(None), column) if label else (row, slice(None))] = 250
    return Examples(images, labels)


BARS = Dataset(
    name="bars",
    label="Bars",
    task="classification",
    kind="image",
    make=bars,
    input_shape=(6, 9, 1),
    target="direction",
    source="This test, 2024",
    licence="CC0",
    classes=("row", "column"),
    examples=150,
    suggested={"family": "cnn", "size": 1000, "epochs": 3},
)

# ---- one line for each: what the registry would say

ADDED = {dataset.name: dataset for dataset in (GREEK_TEXT, RIVER, STONES, HALF_PLANE, BARS)}
DATASETS.update(ADDED)

from core.config.settings import FIELDS  # noqa: E402
from core.config.training_config import TrainingConfig  # noqa: E402
from core.datasets.baselines import strongest  # noqa: E402
from core.runs.run import Status  # noqa: E402
from tests.support import page_without_browser  # noqa: E402
from tests.support.page_without_browser import choose, click, notice, until  # noqa: E402
from widgets.board.frame_loop import FrameLoop  # noqa: E402
from widgets.dashboard import Dashboard  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def dash(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """A dashboard whose frames are drawn when a test draws, and each answered before the next."""
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    monkeypatch.setattr(page_without_browser, "PATIENCE", 170.0)  # seconds: each trains a model
    made = Dashboard()
    sent: list[int] = []
    draw = made._stage.draw

    def draw_and_answer() -> None:
        draw()
        while sent:
            made._board._receive({"kind": "ack", "frame": sent.pop(0), "drawn": True})

    monkeypatch.setattr(made._board, "send", lambda content, buffers=None: sent.append(content["frame"]))
    monkeypatch.setattr(made._stage, "draw", draw_and_answer)
    yield made
    made.close()


def train(dash: Dashboard, problem: str, probe: str, chart: str = "loss") -> dict[str, Any]:
    """The last frame of a run on `problem`, played from the page to its end, when `probe` has found the last step's."""
    choose(dash, "problem", problem)
    assert {panel.id for panel in dash._session.scene.panels()} >= {"loss", "metric", chart}
    dash._stage.draw()  # the board gets the new charts
    visible = ["loss", "metric", chart]  # others compile for seconds
    dash._board._receive({"kind": "view", "view": "a", "visible": visible, "hidden": False})
    click(dash, "dl-play")
    run, wanted = dash._session.run, ("evaluation", probe)
    until(dash, lambda: run.status in (Status.FINISHED, Status.FAILED))
    assert run.status is Status.FINISHED, run.error
    until(dash, lambda: all(name in run.findings and run.findings[name].step == run.step for name in wanted))
    return dash._stage.frame(dash._session.staged)


def found(dash: Dashboard, probe: str) -> Any:
    return dash._session.run.findings[probe].value


def test_the_menu_offers_them_and_each_comes_with_settings_of_its_own() -> None:
    assert set(FIELDS["problem"].choices) >= ADDED.keys()
    for name, dataset in ADDED.items():
        config = TrainingConfig.suited_to(name)
        assert {setting: getattr(config, setting) for setting in dataset.suggested} == dataset.suggested
        assert TrainingConfig.from_query(config.to_query()) == (config, [])


def test_another_text_trains_and_writes_in_its_own_alphabet_from_its_own_prompt(dash: Dashboard) -> None:
    frame = train(dash, "greek", "text", "text")
    written = found(dash, "text")
    assert len(written.prompt) == 24
    assert written.prompt.endswith("αβγδ")
    assert set(written.sampled + written.greedy) <= set(GREEK)
    assert frame["panels"]["text"]["slots"]["text-prompt"]["text"] == written.prompt
    assert sum(share for _, share in written.candidates) <= 1 + 1e-6
    assert len(written.candidates) == 6
    assert written.candidates[0][0] == " "  # after δ, three times in four
    text, loss = greek_text(), found(dash, "evaluation").val_loss[-1]
    assert loss < np.log(len(set(text)))


def test_the_baselines_of_another_text_are_counted_in_its_alphabet() -> None:
    arrays = GREEK_TEXT.load()
    assert arrays.classes == tuple(sorted(set(greek_text())))
    pairs = np.ones((8, 8))
    np.add.at(pairs, (arrays.x_train.ravel(), arrays.y_train.ravel()), 1)
    by_hand = np.exp(-np.log((pairs / pairs.sum(1, keepdims=True))[arrays.x_val, arrays.y_val]).mean())
    best = strongest(GREEK_TEXT.judge_baselines(arrays), by="metric")
    assert best is not None
    assert (best.label, best.value) == ("Bigram", pytest.approx(by_hand))


def test_another_forecast_trains_and_its_chart_has_its_dates_its_unit_and_its_levels(dash: Dashboard) -> None:
    frame = train(dash, "river", "forecast", "forecast")
    chart = frame["panels"]["forecast"]
    forecast = found(dash, "forecast")
    n = len(forecast.time)
    assert chart["traces"][1]["x"] == [f"{month}-01" for month in river().times[-n:]]
    assert chart["layout"]["xaxis.range"] == [chart["traces"][1]["x"][0], "1989-12-01"]
    assert " % · skill " in chart["note"]
    growth = 100 * np.diff(np.log(river().levels))
    np.testing.assert_allclose(chart["traces"][1]["y"], growth[-n:], rtol=1e-4, atol=1e-5)
    dash._board._receive({"kind": "switch", "panel": "forecast", "name": "show", "value": "level"})
    levels = dash._stage.frame(dash._session.staged)["panels"]["forecast"]["traces"]
    np.testing.assert_allclose(levels[1]["y"], river().levels[-n:])
    np.testing.assert_allclose(levels[0]["y"], river().levels[-n - 1 : -1])  # no change: the level before
    learner = dash._session.scene.learner  # type: ignore[attr-defined]  # a ModelScene
    predicted = own_unit(learner.objective.predict(learner.split.x_val), learner.split.y_scaling)
    np.testing.assert_allclose(levels[2]["y"], river().levels[-n - 1 : -1] * np.exp(predicted / 100), rtol=1e-5)


def test_the_axes_of_another_forecast_name_its_quantity_and_units(dash: Dashboard) -> None:
    choose(dash, "problem", "river")
    titles = {}
    for show in ("change", "level"):
        dash._session.scene.switch("forecast", "show", show)
        (panel,) = (panel for panel in dash._session.scene.panels() if panel.id == "forecast")
        titles[show] = panel.figure.layout.yaxis.title.text.replace("<br>", " ")
    assert titles == {"change": "growth of the level in the next month, %", "level": "level of the series, m"}


def test_the_baselines_of_another_forecast_are_its_mean_and_no_change() -> None:
    arrays = RIVER.load()
    y_train, y_val = (own_unit(y, arrays.y_scaling) for y in (arrays.y_train, arrays.y_val))
    variance = y_val.var()
    expected = {
        "Mean": 1 - np.mean((y_val - y_train.mean()) ** 2) / variance,
        "Persistence": 1 - np.mean(y_val**2) / variance,
    }
    assert {b.label: b.value for b in RIVER.judge_baselines(arrays)} == pytest.approx(expected, abs=1e-5)


def test_a_new_table_trains_and_is_judged_by_the_baselines_it_names(dash: Dashboard) -> None:
    frame = train(dash, "stones", "confusion", "confusion")
    split = STONES.load()
    own = np.mean(np.digitize(split.x_val[:, 0], [-1, 1]) == split.y_val)
    assert frame["panels"]["metric"]["traces"][0]["text"][1].startswith("First feature ")
    assert frame["panels"]["metric"]["traces"][0]["y"] == pytest.approx([100 * own] * 2)
    assert "First feature" in notice(dash)
    assert found(dash, "confusion").classes == ("flint", "slate", "chalk")


def test_new_points_train_and_the_boundary_names_their_axes(dash: Dashboard) -> None:
    train(dash, "half_plane", "decision", "boundary")
    (boundary,) = (panel for panel in dash._session.scene.panels() if panel.id == "boundary")
    assert (boundary.figure.layout.xaxis.title.text, boundary.figure.layout.yaxis.title.text) == ("east", "north")
    assert found(dash, "evaluation").val_metric[-1] > 0.5


def test_new_images_of_another_shape_train_and_are_shown(dash: Dashboard) -> None:
    train(dash, "bars", "samples", "samples")
    samples = found(dash, "samples")
    assert samples.images.shape == (24, 6, 9, 1)
    assert samples.classes == ("row", "column")
    assert set(samples.truths) == {0, 1}
