"""The page without a browser: real widgets, driven by the messages a page would send, and no TensorFlow."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ipywidgets as ipw
import numpy as np
import pytest

from core.config import FIELDS, OPTIMIZER_NAMES, TrainingConfig, format_number, relevant_fields
from core.objectives import PlaneObjective
from core.records import Observation, Steps
from core.run import Status
from core.surfaces import SURFACES
from tests.browser import ROOT
from tests.moments import observe
from widgets import dashboard as dashboard_module
from widgets import scene as scene_module
from widgets.dashboard import LOST_SECONDS, Dashboard
from widgets.frame_gate import LOST_AFTER_S, FrameGate
from widgets.frame_loop import FrameLoop

PATIENCE = 20.0  # seconds; a bound for a busy machine, not a wait
PANELS = ["loss", "surface", "model", "next-step"]
LEGAL: dict[str, object] = {
    "problem": "beale", "samples": 200, "noise": 0.5, "condition": 20.0, "start_x": 1.5, "start_y": -2.5,
    "optimizer": "adam", "learning_rate": 0.2, "momentum": 0.5, "rho": 0.8, "beta_1": 0.7, "beta_2": 0.99,
    "epsilon": 1e-6, "weight_decay": 0.01, "initial_accumulator_value": 0.3, "epochs": 2000, "batch_size": 10,
    "seed": 7,
}  # fmt: skip
OF_SURFACES = {
    name
    for problem in ("regression", "bowl", "beale")
    for optimizer in OPTIMIZER_NAMES
    for name in relevant_fields(TrainingConfig(problem=problem, optimizer=optimizer))
}
REFUSED: list[tuple[str, object]] = [
    ("learning_rate", "quick"), ("learning_rate", "50"), ("learning_rate", "-0.1"), ("learning_rate", "1e400"),
    ("learning_rate", "<script>alert(1)</script>"), ("learning_rate", "9" * 3000), ("epochs", "1.5"),
    ("epochs", ""), ("seed", "-1"), ("start_x", "nan"),
]  # fmt: skip


class StraightTrainer:
    """A trainer without TensorFlow: each update adds (0.01, 0.01), whatever the optimizer says."""

    longest_call = 64
    layer_names: tuple[str, ...] = ()

    def __init__(self, config: TrainingConfig, objective: PlaneObjective) -> None:
        self.config, self.step, self.diverged = config, 0, False
        self.start = objective.initial[0]

    def compile(self) -> None: ...

    def set_total(self, total_steps: int) -> None: ...

    def reset(self, initial: Sequence[np.ndarray]) -> None:
        self.step, self.start = 0, initial[0]

    def set(self, **settings: float) -> None:
        self.config = self.config.replace(**settings)

    def hyper(self) -> dict[str, float]:
        return {"learning_rate": self.config.learning_rate}

    def advance(self, steps: int) -> Steps:
        first, self.step = self.step, self.step + steps
        points = self.start + 0.01 * np.arange(first, self.step, dtype=np.float32)[:, None]
        ones = np.ones_like(points)
        return Steps(first, ones[:, 0], points, ones, 0.01 * ones, False)

    def observe(self) -> Observation:
        return observe(self.config, (self.start + 0.01 * self.step).tolist(), self.step)


class CountedLock:
    """A lock that counts how often it was taken."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.times = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self.times += 1

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Clock:
    """A clock that stands until it is set."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_module, "build_trainer", StraightTrainer)


@pytest.fixture
def dash(build: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """A dashboard whose frames are drawn when a test calls `_draw`."""
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    made = Dashboard()
    yield made
    made.close()


def widgets_in(box: ipw.Widget) -> list[ipw.Widget]:
    return [box, *(widget for child in getattr(box, "children", ()) for widget in widgets_in(child))]


def has_control(dash: Dashboard, name: str) -> bool:
    """Whether the setting matters, or did: only then it has a control."""
    css_class = f"dl-field-{name.replace('_', '-')}"
    return any(css_class in widget._dom_classes for widget in widgets_in(dash))


def control(dash: Dashboard, name: str) -> ipw.Widget:
    """The box or menu in which a setting's exact value is chosen."""
    css_class = f"dl-field-{name.replace('_', '-')}"
    (field,) = (widget for widget in widgets_in(dash) if css_class in widget._dom_classes)
    return next(widget for widget in widgets_in(field) if isinstance(widget, ipw.Text | ipw.Dropdown))


def from_page(widget: ipw.Widget, **state: object) -> None:
    """What the kernel gets when a page says a widget has this state."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})


def choose(dash: Dashboard, name: str, value: object) -> None:
    """Sets a control as a page does: text in a box, the number of an entry in a menu."""
    if not has_control(dash, name):
        dash._change({name: value})
        return
    widget = control(dash, name)
    if isinstance(widget, ipw.Dropdown):
        from_page(widget, index=FIELDS[name].choices.index(str(value)))
    else:
        from_page(widget, value=str(value))


def shown(dash: Dashboard, name: str) -> object:
    return control(dash, name).value


def click(dash: Dashboard, css_class: str) -> None:
    (button,) = (widget for widget in widgets_in(dash) if css_class in widget._dom_classes)
    button._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []})


def mount(dash: Dashboard) -> None:
    """A page with all charts on screen."""
    dash._board._receive({"kind": "view", "view": "a", "visible": PANELS, "hidden": False})


def until(dash: Dashboard, wanted: Callable[[], bool]) -> None:
    """Draws, as the frame loop would, until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < deadline, f"{dash._session.run} never got there"
        dash._draw()


def notice(dash: Dashboard) -> str:
    """The sentence that the next frame would show."""
    slots = dash._frame(dash._session)["slots"]
    return f"{slots['notice-title']} {slots['notice-text']}"


# ---- before anybody looks


def test_a_dashboard_is_built_without_tensorflow_and_without_a_thread() -> None:
    code = (
        "import sys, threading\n"
        "from widgets.dashboard import Dashboard\n"
        "Dashboard()\n"
        "print(threading.active_count(), sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "[]"]


def test_the_page_stands_before_it_is_greeted(dash: Dashboard) -> None:
    css_classes = {css_class for widget in widgets_in(dash) for css_class in widget._dom_classes}
    assert {"dl-root", "dl-controls", "dl-transport", "dl-strip", "dl-formula"} <= css_classes
    assert [panel["id"] for panel in dash._board.board["panels"]] == PANELS
    assert not dash._session.run._worker.is_alive()


def test_training_is_prepared_only_when_the_charts_are_on_a_screen(dash: Dashboard) -> None:
    dash._greet("")
    assert not dash._session.run._worker.is_alive()
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED)


def test_what_models_need_is_built_once_the_page_has_drawn_a_frame_and_not_before(
    dash: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    config = dash._config
    mount(dash)
    until(dash, lambda: bool(sent))
    assert not has_control(dash, "family")
    dash._board._receive({"kind": "ack", "frame": sent[0]["frame"], "drawn": True})
    dash._draw()
    for thread in threading.enumerate():
        if thread.name == "descent-lab-ahead":
            thread.join(PATIENCE)
    assert has_control(dash, "family")
    assert dash._config == config
    built = {widget.model_id for widget in widgets_in(dash._controls.widget)}
    choose(dash, "problem", "digits")
    assert {widget.model_id for widget in widgets_in(dash._controls.widget)} == built


# ---- settings


def test_every_legal_value_reaches_the_config_and_is_shown_again(dash: Dashboard) -> None:
    assert set(LEGAL) == OF_SURFACES
    order = sorted(LEGAL, key=lambda name: name != "problem")  # another problem brings its own rate and start
    for name in order:
        choose(dash, name, LEGAL[name])
    assert {name: getattr(dash._config, name) for name in LEGAL} == LEGAL
    numbers = {n: value for n, value in LEGAL.items() if isinstance(value, int | float) and has_control(dash, n)}
    assert {name: shown(dash, name) for name in numbers} == {n: format_number(v) for n, v in numbers.items()}
    assert TrainingConfig.from_query(dash._page.query) == (dash._config, [])


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=[f"{name}-{str(value)[:12]}" for name, value in REFUSED])
def test_a_refused_value_keeps_config_session_and_box_and_gives_one_sentence(
    dash: Dashboard, name: str, value: object
) -> None:
    config, session, before = dash._config, dash._session, shown(dash, name)
    choose(dash, name, value)
    assert (dash._config, dash._session, shown(dash, name)) == (config, session, before)
    assert notice(dash).startswith(f"Kept as it was. {FIELDS[name].label} must be")
    assert len(notice(dash)) < 150
    choose(dash, "learning_rate", "0.02")
    assert "Kept" not in notice(dash)


@pytest.mark.parametrize(("field", "is_live"), [(name, FIELDS[name].live) for name in LEGAL])
def test_only_a_structural_change_ends_the_run_in_progress(dash: Dashboard, field: str, is_live: bool) -> None:
    mount(dash)
    before = dash._session.run
    choose(dash, field, LEGAL[field])
    keeps_the_run = is_live or field in dashboard_module.START_FIELDS
    assert (dash._session.run is before) == keeps_the_run
    if not keeps_the_run:
        assert before.join(PATIENCE)
        assert before.status is Status.STOPPED


def test_another_problem_brings_a_rate_that_suits_it_and_its_own_start(dash: Dashboard) -> None:
    choose(dash, "start_x", "4")
    choose(dash, "problem", "rosenbrock")
    assert (dash._config.learning_rate, dash._config.start_x) == (SURFACES["rosenbrock"].learning_rate, None)
    choose(dash, "problem", "regression")
    assert dash._config == TrainingConfig()


def test_another_batch_size_plays_on_and_keeps_the_switches(dash: Dashboard) -> None:
    mount(dash)
    dash._board._receive({"kind": "switch", "panel": "loss", "name": "scale", "value": "linear"})
    click(dash, "dl-play")
    until(dash, lambda: dash._session.run.step > 0)
    choose(dash, "batch_size", "10")
    assert dash._session.run.wants_to_play
    assert dash._session.scene.switches == {("loss", "scale"): "linear"}
    assert dash._session.run.total_steps == 10 * dash._config.epochs


def test_a_live_rate_reaches_the_run_and_is_marked(dash: Dashboard) -> None:
    mount(dash)
    run = dash._session.run
    click(dash, "dl-step")
    until(dash, lambda: run.step == 1)
    choose(dash, "learning_rate", "0.2")
    until(dash, lambda: bool(run.marks))
    assert [(mark.step, mark.name, mark.old, mark.new) for mark in run.marks] == [(1, "learning_rate", 0.01, 0.2)]


def test_a_link_is_taken_from_the_first_page_only(dash: Dashboard) -> None:
    dash._greet("problem=himmelblau&seed=oops")
    assert dash._config.problem == "himmelblau"
    assert notice(dash) == "Kept as it was. Seed must be a number."
    dash._greet("problem=booth")
    assert dash._config.problem == "himmelblau"


# ---- playing


def test_the_play_button_says_what_it_would_do(dash: Dashboard) -> None:
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED)
    texts = []
    for _ in range(2):
        click(dash, "dl-play")
        dash._draw()
        texts.append(dash._transport._play.description)
    assert [text.split()[-1] for text in texts] == ["Pause", "Play"]


def test_play_after_the_last_step_starts_again(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "3")
    run = dash._session.run
    click(dash, "dl-play")
    until(dash, lambda: run.status is Status.FINISHED)
    first = run.history
    click(dash, "dl-play")
    until(dash, lambda: run.history is not first and run.status is Status.FINISHED)
    assert run.step == 3


def test_reset_pauses_at_the_start_and_keeps_the_settings(dash: Dashboard) -> None:
    mount(dash)
    choose(dash, "epochs", "100000000")
    run = dash._session.run
    click(dash, "dl-play")
    until(dash, lambda: run.step > 0)
    click(dash, "dl-reset")
    until(dash, lambda: run.step == 0 and run.status is Status.PAUSED)
    assert not run.wants_to_play
    assert dash._config.epochs == 100_000_000


def test_a_click_on_the_surface_starts_there_without_a_new_run(dash: Dashboard) -> None:
    mount(dash)
    run = dash._session.run
    click(dash, "dl-step")
    until(dash, lambda: run.step == 1)
    dash._board._receive({"kind": "click", "panel": "surface", "x": 2.0, "y": -1.0})
    until(dash, lambda: run.step == 0 and run.observation is not None and run.observation.parameters[0] == 2)
    assert dash._session.run is run
    assert (shown(dash, "start_x"), shown(dash, "start_y")) == ("2", "-1")


def test_a_click_on_another_chart_starts_nowhere(dash: Dashboard) -> None:
    dash._board._receive({"kind": "click", "panel": "loss", "x": 2.0, "y": -1.0})
    assert dash._config == TrainingConfig()


@pytest.mark.parametrize("way_out", ["reset", "play", "start"])
def test_a_run_that_failed_says_so_and_can_be_started_again(
    dash: Dashboard, way_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> StraightTrainer:
        raise ZeroDivisionError

    monkeypatch.setattr(scene_module, "build_trainer", fail)
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.FAILED)
    assert notice(dash).startswith("Training stopped. ")
    monkeypatch.setattr(scene_module, "build_trainer", StraightTrainer)
    if way_out == "start":
        choose(dash, "start_x", "2")
    else:
        click(dash, f"dl-{way_out}")
    until(dash, lambda: dash._session.run.status in (Status.PAUSED, Status.PLAYING))
    assert dash._session.run.wants_to_play == (way_out == "play")


# ---- a visitor's table

FLOWERS = b"petal,sepal,species\n" + b"".join(b"%d,%d,%s\n" % (i, i % 7, (b"a", b"b")[i % 2]) for i in range(30))


def upload(dash: Dashboard, data: bytes) -> None:
    """Sends a file as a page does, and waits until it was read."""
    content = {"kind": "file", "name": "flowers.csv"}
    message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": [data]}
    dash._upload._handle_msg(message)
    assert dash._upload._worker.join(PATIENCE)


def test_a_table_read_in_a_thread_replaces_the_run_while_no_callback_is_under_way(
    dash: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(dash, "problem", "csv")
    dash._session.run.play()
    before, others_could = dash._session, []
    replace = dash._replace_session

    def replace_here() -> None:
        with ThreadPoolExecutor(1) as other:
            others_could.append(other.submit(dash._turn.acquire, blocking=False).result())
        replace()

    monkeypatch.setattr(dash, "_replace_session", replace_here)
    upload(dash, FLOWERS)
    assert others_could == [False]
    assert dash._session is not before
    assert dash._session.run.wants_to_play


def test_a_bad_table_leaves_the_run_as_it_was_and_says_why(dash: Dashboard) -> None:
    choose(dash, "problem", "csv")
    upload(dash, FLOWERS)
    before = dash._session
    upload(dash, b"a\n1\n2\n")
    assert dash._session is before
    assert notice(dash).startswith("Kept as it was. The file has only one column")
    upload(dash, FLOWERS)
    assert "Kept" not in notice(dash)


def test_a_table_that_is_read_when_the_page_is_closed_starts_nothing(dash: Dashboard) -> None:
    choose(dash, "problem", "csv")
    before = dash._session
    dash.close()
    upload(dash, FLOWERS)
    assert dash._session is before


@pytest.mark.parametrize("name", ["dl-play", "dl-step", "dl-reset", "problem", "speed", "mounted", "greeting"])
def test_whatever_a_person_does_waits_for_a_table_that_is_being_taken(
    dash: Dashboard, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts: dict[str, Callable[[], None]] = {
        "problem": lambda: choose(dash, "problem", "bowl"),
        "speed": lambda: from_page(dash._transport._speed, index=0),
        "mounted": lambda: mount(dash),
        "greeting": lambda: dash._greet("problem=bowl"),
    }
    act = acts.get(name, lambda: click(dash, name))
    turn = CountedLock()
    monkeypatch.setattr(dash, "_turn", turn)
    act()
    assert turn.times > 0


# ---- nobody looks any more


def test_training_pauses_when_the_page_has_owed_an_answer_for_too_long(dash: Dashboard) -> None:
    clock = Clock()
    dash._board._gate = FrameGate(clock)
    mount(dash)
    choose(dash, "epochs", "100000000")
    click(dash, "dl-play")
    run = dash._session.run
    until(dash, lambda: run.step > 0 and dash._board.waiting)
    clock.seconds = LOST_SECONDS - 1
    dash._draw()
    assert run.wants_to_play
    clock.seconds = LOST_SECONDS + 1
    dash._draw()
    assert not run.wants_to_play
    until(dash, lambda: run.status is Status.PAUSED)


@pytest.mark.parametrize("answers", [True, False])
def test_a_hidden_page_is_asked_now_and_then_and_trains_on_only_while_it_answers(
    dash: Dashboard, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    dash._board._gate = FrameGate(clock)
    monkeypatch.setattr(dashboard_module.time, "monotonic", lambda: 1e6 + clock.seconds)
    sent: list[tuple[float, dict[str, Any]]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append((clock.seconds, content)))
    choose(dash, "epochs", "100000000")
    dash._board._receive({"kind": "view", "view": "a", "visible": PANELS, "hidden": True})
    click(dash, "dl-play")
    while clock.seconds <= LOST_SECONDS:
        dash._draw()
        if answers and sent:
            dash._board._receive({"kind": "ack", "frame": sent[-1][1]["frame"], "drawn": False})
        clock.seconds += 0.5
    dash._draw()
    assert [at for at, _ in sent] == ([0, 5, 10, 15, 20] if answers else [0])
    assert all(content["panels"] == {} for _, content in sent)  # nothing is drawn for it
    assert dash._session.run.wants_to_play == answers


def test_a_run_observed_anew_at_the_same_step_is_drawn_again(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED and bool(sent))
    dash._board._receive({"kind": "ack", "frame": sent[-1]["frame"], "drawn": True})
    until(dash, lambda: dash._board.waiting or dash._drawn == dash._state(dash._session))
    if dash._board.waiting:
        dash._board._receive({"kind": "ack", "frame": sent[-1]["frame"], "drawn": True})
    seen, n_sent = dash._session.run.observation, len(sent)
    click(dash, "dl-reset")
    until(dash, lambda: dash._session.run.observation is not seen)
    until(dash, lambda: len(sent) > n_sent)


def test_no_frame_is_sent_while_one_is_unanswered(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    mount(dash)
    click(dash, "dl-play")
    until(dash, lambda: len(sent) == 1)
    dash._draw()
    assert len(sent) == 1
    dash._board._receive({"kind": "ack", "frame": sent[0]["frame"], "drawn": True})
    until(dash, lambda: len(sent) == 2)


def test_a_frame_that_got_lost_at_rest_is_sent_again(dash: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(dash._board, "send", lambda content, buffers=None: sent.append(content))
    clock = Clock()
    dash._board._gate = FrameGate(clock)
    mount(dash)
    until(dash, lambda: dash._session.run.status is Status.PAUSED and dash._board.waiting)
    count = len(sent)
    dash._draw()
    assert len(sent) == count
    clock.seconds = LOST_AFTER_S + 1
    dash._draw()
    assert len(sent) == count + 1


def test_closing_ends_both_threads(build: None) -> None:
    before = set(threading.enumerate())
    dash = Dashboard()
    dash._greet("")
    mount(dash)
    started = set(threading.enumerate()) - before
    assert {thread.name for thread in started} == {"descent-lab-run", "descent-lab-frames"}
    dash.close()
    for thread in started:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in started)
