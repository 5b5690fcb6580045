"""The page as a person meets it, in Voilà and in JupyterLab alike: what is pressed, dragged, typed and shown.

A page takes its kernel 15 s to prepare, so all tests of a host share one, and each begins by bringing it
back to the default settings at step 0.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from playwright.sync_api import Browser, ViewportSize

from core.objectives import LinearRegression
from tests.browser import ROOT, Host
from tests.visitor import PREPARED_MS, Visitor

VIEWPORT: ViewportSize = {"width": 1800, "height": 1250}  # every chart is on screen in both hosts: others are not drawn
NAMES = ("Play", "Step", "Reset", "Speed", "Learning rate", "Epochs", "Batch size", "Optimizer", "Problem")
RATE = 0.01


@contextmanager
def visit(browser: Browser, host: Host, query: str = "", wait_until_ready: bool = True) -> Iterator[Visitor]:
    """A visitor on a page of their own; its kernel ends afterwards."""
    with browser.new_context(viewport=VIEWPORT) as context:
        visitor = Visitor(context.new_page(), host)
        try:
            host.open(visitor.page, query, wait_until_ready)
            yield visitor
        finally:
            if not visitor.page.is_closed():
                host.leave(visitor.page)


@pytest.fixture(scope="module", params=["voila", "lab"])
def shared(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Visitor]:
    with visit(browser, request.getfixturevalue(request.param)) as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        yield visitor


@pytest.fixture
def visitor(shared: Visitor) -> Visitor:
    shared.start_afresh()
    return shared


def kernel_process(visitor: Visitor) -> psutil.Process:
    """The kernel behind this page, among those its server keeps."""
    kernels = visitor.host.server.kernels()
    return next(kernel for kernel in kernels if any(visitor.kernel_id in word for word in kernel.cmdline()))


def data() -> tuple[np.ndarray, np.ndarray]:
    """The inputs and targets of the default regression, float64."""
    problem = LinearRegression(samples=100, noise=1.0, seed=3)
    return problem.x.astype(float), problem.y.astype(float)


def after(updates: int, rate: float = RATE) -> np.ndarray:
    """W, b after that many full-batch updates from (0.01, 0.01), by the closed form of a quadratic."""
    x, y = data()
    design = np.stack([x, np.ones_like(x)], axis=1)
    best = np.linalg.lstsq(design, y, rcond=None)[0]
    shrink = np.eye(2) - rate * 2 * design.T @ design / len(x)
    return best + np.linalg.matrix_power(shrink, updates) @ (np.array([0.01, 0.01]) - best)


# ---- names


@pytest.mark.parametrize("name", NAMES)
def test_each_name_belongs_to_exactly_one_visible_control(visitor: Visitor, name: str) -> None:
    found = visitor.page.get_by_label(name, exact=True)
    assert found.count() == 1
    assert found.is_visible()


def test_the_play_button_is_called_pause_while_it_plays(visitor: Visitor) -> None:
    visitor.play()
    assert (visitor.button("Pause").count(), visitor.button("Play").count()) == (1, 0)
    visitor.pause()
    assert (visitor.button("Pause").count(), visitor.button("Play").count()) == (0, 1)


# ---- playing


def test_play_moves_every_chart_and_they_all_show_the_same_step(visitor: Visitor) -> None:
    visitor.play()
    assert visitor.runs_on()
    moments = visitor.watch(60)
    assert [m for m in moments if len(set(m["steps"].values())) != 1 or m["kernel"] < m["steps"]["loss"]] == []
    assert len({m["steps"]["loss"] for m in moments}) > 3


def test_a_paused_page_shows_the_step_at_which_the_kernel_stands(visitor: Visitor) -> None:
    visitor.play()
    visitor.wait("s => s.steps.loss > 20")
    stood = visitor.pause()
    assert visitor.numbers("parameters") == pytest.approx(after(stood), rel=1e-3)
    visitor.press("Step")
    visitor.wait("(s, next) => all(s, next)", argument=stood + 1)
    assert visitor.numbers("parameters") == pytest.approx(after(stood + 1), rel=1e-3)


def test_the_first_step_is_the_one_computed_by_hand(visitor: Visitor) -> None:
    x, y = data()
    error = 0.01 * x + 0.01 - y
    by_hand = [0.01 - RATE * 2 * np.mean(error * x), 0.01 - RATE * 2 * np.mean(error)]
    visitor.press("Step")
    assert visitor.rest_at(1) == 1
    assert visitor.numbers("parameters") == [float(f"{value:.4g}") for value in by_hand]
    assert visitor.numbers("loss") == [float(f"{np.mean((by_hand[0] * x + by_hand[1] - y) ** 2):.4g}")]


def test_a_thousand_epochs_end_where_the_recursion_ends_and_say_they_have_not_converged(visitor: Visitor) -> None:
    visitor.set_speed("max")
    visitor.press("Play")  # the run is over before a person could see Pause offered
    assert visitor.rest_at(1000) == 1000
    assert visitor.numbers("parameters") == pytest.approx(after(1000), abs=1e-3)
    assert visitor.trace("loss", 2)["x"][-1] == 1000
    assert visitor.slot("notice-title") == "Not converged yet."


# ---- live settings


def test_a_new_learning_rate_holds_from_the_next_step_and_is_marked_on_the_loss(visitor: Visitor) -> None:
    visitor.play()
    visitor.wait("s => s.steps.loss > 20")
    before = visitor.state()["kernel"]
    visitor.enter("Learning rate", "0.05")
    visitor.wait_for_slot("formula-0-learning_rate", "0.05")
    stood = visitor.pause()
    marks = visitor.trace("loss", 1)
    (at,) = {int(x) for x in marks["x"] if x is not None and np.isfinite(x)}
    assert before <= at < stood
    assert f"step {at}: learning rate 0.01 → 0.05" in marks["text"]
    assert visitor.trace("loss", 2)["x"][0] == 0
    assert visitor.trace("next-step", 3)["x"][1] == pytest.approx(0.05)
    assert visitor.slot("rate-note").startswith("stable below 0.78")


def test_a_rate_beyond_the_limit_diverges_and_the_page_says_why_and_recovers(visitor: Visitor) -> None:
    visitor.set_speed("1000")
    visitor.play()
    visitor.wait("s => s.steps.loss > 20")
    visitor.enter("Learning rate", "0.9")
    visitor.wait("s => s.notice.startsWith('Diverged at step ')")
    stood = visitor.rest()
    assert "0.9 is above the stability limit, 0.784" in visitor.slot("notice-text")
    history = visitor.trace("loss", 2)["x"]
    assert (history[0], history[-1]) == (0, stood)
    visitor.enter("Learning rate", "0.1")
    visitor.press("Reset")
    assert visitor.rest_at(0) == 0
    visitor.play()
    assert visitor.runs_on()
    visitor.pause()
    assert visitor.slot("notice-title") in ("Not converged yet.", "Converged.")


def test_fewer_epochs_stop_a_run_and_more_let_it_go_on(visitor: Visitor) -> None:
    visitor.enter("Epochs", "30")
    visitor.play()
    assert visitor.rest_at(30) == 30
    visitor.enter("Epochs", "50")
    visitor.wait_for_slot("progress-text", "30 of 50")
    visitor.play()
    assert visitor.rest_at(50) == 50


# ---- bad input

HOSTILE_TEXTS = {
    "word": "quick",
    "nothing": "",
    "range": "50",
    "negative": "-0.1",
    "overflow": "1e400",
    "markup": "<img src=x onerror=\"document.body.dataset.hacked='yes'\"><script>alert(1)</script>",
    "novel": "9" * 5000,
}


@pytest.mark.parametrize("typed", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_bad_input_gets_one_sentence_and_changes_nothing(visitor: Visitor, typed: str) -> None:
    visitor.play()
    visitor.enter("Learning rate", typed)
    visitor.wait_for_slot("notice-title", "Kept as it was.")
    assert re.fullmatch(r"Learning rate must be [^.]*(\d\.\d+[^.]*)*\.", visitor.slot("notice-text"))
    assert len(visitor.slot("notice-text")) < 120
    visitor.page.wait_for_function("box => box.value === '0.01'", arg=visitor.box("Learning rate").element_handle())
    assert visitor.runs_on()
    visitor.pause()
    assert visitor.slot("formula-0-learning_rate") == "0.01"
    assert visitor.page.locator(".dl-root img, .dl-root script, [data-hacked]").count() == 0


# In JSON as no browser writes it: what a page can send to its kernel is not what a browser would.
ODD_VALUES: list[Any] = [
    None,
    True,
    -1,
    1e9,
    float("nan"),
    float("inf"),
    10**400,
    "<script>",
    "x" * 5000,
    [],
    {},
    [[1]],
]
HOSTILE_VALUES = [json.dumps(value) for value in ODD_VALUES]
HOSTILE_TRAITS = ("value", "index", "description", "children", "theme", "query", "labels", "board", "_esm", "layout")
ODD_CONTENTS: list[Any] = [
        None, [], "click", {"event": ["click"]}, {"kind": None}, {"kind": "hello", "query": 7}, {"kind": "ack"},
        {"kind": "ack", "frame": 1e400, "drawn": True}, {"kind": "view", "view": {}, "visible": 7, "hidden": None},
        {"kind": "click", "panel": "surface", "x": "<b>", "y": 1e999}, {"kind": "switch", "panel": [], "value": {}},
        {"kind": "click", "panel": "surface", "x": 10**400, "y": 0},
]  # fmt: skip
HOSTILE_CONTENTS = [json.dumps(content) for content in ODD_CONTENTS]

# Framed as JupyterLab frames its messages: Voilà 0.5 does not come back from a binary message in the older framing.
SEND_TO_EVERY_MODEL = """async ([url, payloads]) => {
  const socket = new WebSocket(url, "v1.kernel.websocket.jupyter.org");
  socket.binaryType = "arraybuffer";
  const session = crypto.randomUUID(), errors = [], waiting = {};
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  const pack = (channel, parts) => {
    const blobs = [channel, ...parts].map((part) => encoder.encode(part));
    const offsets = [8 * (2 + blobs.length)];
    for (const blob of blobs) offsets.push(offsets.at(-1) + blob.length);
    const bytes = new Uint8Array(offsets.at(-1)), view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(offsets.length), true);
    offsets.forEach((offset, i) => view.setBigUint64(8 * (i + 1), BigInt(offset), true));
    blobs.forEach((blob, i) => bytes.set(blob, offsets[i]));
    return bytes.buffer;
  };
  const unpack = (buffer) => {
    const view = new DataView(buffer), count = Number(view.getBigUint64(0, true));
    const at = (i) => Number(view.getBigUint64(8 * (i + 1), true));
    const part = (i) => decoder.decode(new Uint8Array(buffer, at(i), at(i + 1) - at(i)));
    if (count < 6) return {};
    return { channel: part(0), header: JSON.parse(part(1)), parent: JSON.parse(part(2)), content: part(4) };
  };
  const send = (msg_type, content) => {
    const msg_id = crypto.randomUUID();
    const header = { msg_id, msg_type, session, username: "", date: "2000-01-01T00:00:00Z", version: "5.3" };
    socket.send(pack("shell", [JSON.stringify(header), "{}", "{}", content]));
    return msg_id;
  };
  const answer = (msg_type) => new Promise((resolve) => (waiting[send(msg_type, "{}")] = resolve));
  socket.onmessage = ({ data }) => {
    const { channel, header, parent, content } = unpack(data);
    if (header?.msg_type === "error") errors.push(JSON.parse(content).evalue);
    if (channel === "shell") waiting[parent.msg_id]?.(JSON.parse(content));
  };
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const { comms } = await answer("comm_info_request");
  for (const comm_id of Object.keys(comms))
    for (const payload of payloads) send("comm_msg", `{"comm_id": "${comm_id}", "data": ${payload}}`);
  await answer("kernel_info_request");  // answered in turn: everything before it has been taken
  socket.close();
  return { models: Object.keys(comms).length, errors };
}"""


def send_to_every_model(visitor: Visitor, payloads: list[str]) -> dict[str, Any]:
    """Sends the payloads (JSON) to every widget model over a websocket; how many there are, and errors published."""
    server = urlsplit(visitor.host.server.url)
    url = f"ws://{server.netloc}/api/kernels/{visitor.kernel_id}/channels?session_id=hostile"
    return visitor.page.evaluate(SEND_TO_EVERY_MODEL, [url, payloads])


def test_whatever_a_page_sends_to_its_widgets_the_page_plays_on(visitor: Visitor) -> None:
    visitor.play()
    # All traits in one message: a thousand messages a second is where the server starts to drop them.
    states = [json.dumps(dict.fromkeys(HOSTILE_TRAITS, "?")).replace('"?"', value) for value in HOSTILE_VALUES]
    updates = [f'{{"method": "update", "state": {state}, "buffer_paths": []}}' for state in states]
    customs = [f'{{"method": "custom", "content": {content}}}' for content in HOSTILE_CONTENTS]
    others = ["{}", "[]", "null", '{"method": "update"}', '{"method": "custom"}', '{"method": ["update"]}']
    answer = send_to_every_model(visitor, [*updates, *customs])
    assert answer["models"] > 50
    assert answer["errors"] == []
    # What is no widget message at all is refused by ipywidgets' own layouts and styles, to the sender alone.
    send_to_every_model(visitor, others)
    visitor.press("Reset")  # the run may have come to its end meanwhile
    visitor.rest_at(0)
    visitor.play()
    assert visitor.runs_on()


# ---- keyboard


def test_space_right_arrow_and_r_do_what_their_hints_say(visitor: Visitor) -> None:
    visitor.page.get_by_role("heading", name="Descent Lab", level=1).last.click()
    keyboard = visitor.page.keyboard
    keyboard.press("Space")
    visitor.button("Pause").wait_for()
    visitor.wait("s => s.steps.loss > 5")
    keyboard.press("Space")
    stood = visitor.rest()
    keyboard.press("ArrowRight")
    assert visitor.rest_at(stood + 1) == stood + 1
    keyboard.press("r")
    assert visitor.rest_at(0) == 0


def test_keys_typed_into_a_box_stay_there(visitor: Visitor) -> None:
    visitor.box("Learning rate").click()
    visitor.page.keyboard.type("r r")
    visitor.page.keyboard.press("ArrowRight")
    assert "r r" in visitor.box("Learning rate").input_value()
    assert visitor.state()["offered"] == "Play"


# ---- structural changes


def test_a_click_on_the_surface_starts_there(visitor: Visitor) -> None:
    spot = visitor.page.evaluate(
        """([x, y]) => {
          const chart = document.querySelector("[data-panel=surface]");
          const { xaxis, yaxis } = chart._fullLayout;
          const box = chart.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [4.0, 1.0],
    )
    visitor.page.mouse.click(*spot)
    visitor.page.wait_for_function(
        "document.querySelector('[data-dl-slot=parameters]').textContent.startsWith('4.0')"
        " || document.querySelector('[data-dl-slot=parameters]').textContent.startsWith('3.9')"
    )
    visitor.rest_at(0)
    assert visitor.numbers("parameters") == pytest.approx([4.0, 1.0], abs=0.03)
    typed = [
        float(visitor.page.get_by_label(f"Start, {which} coordinate").input_value()) for which in ("first", "second")
    ]
    assert visitor.numbers("parameters") == pytest.approx(typed, rel=1e-3)


def test_another_problem_and_optimizer_while_playing_play_on_with_their_own_charts(visitor: Visitor) -> None:
    visitor.play()
    visitor.choose("Problem", "Himmelblau")
    visitor.page.get_by_label("Coordinates", exact=True).wait_for()
    visitor.wait("s => s.kernel > 0 && s.steps.model > 0", PREPARED_MS)
    assert visitor.runs_on()
    visitor.choose("Optimizer", "Adam")
    visitor.box("Beta 1").wait_for()
    visitor.wait("s => s.offered === 'Pause' && s.kernel > 0 && s.steps.model > 0", PREPARED_MS)
    visitor.page.locator("[data-dl-slot='formula-0-m_hat']:not(:text-is('…'))").first.wait_for()
    assert visitor.runs_on()


def test_the_surface_turns_into_space_and_back_while_playing(visitor: Visitor) -> None:
    visitor.set_speed("10")
    visitor.play()
    for view, kind in (("3-D", "surface"), ("2-D", "heatmap")):
        visitor.switch("Surface view", view)
        visitor.page.wait_for_function(
            "kind => document.querySelector('[data-panel=surface]').data?.[0].type === kind", arg=kind
        )
        assert visitor.runs_on()


def test_the_loss_axis_switches_between_log_and_linear_and_keeps_its_curve(visitor: Visitor) -> None:
    visitor.play()
    visitor.wait("s => s.steps.loss > 20")
    stood = visitor.pause()
    for scale in ("linear", "log"):
        visitor.switch("Loss scale", scale)
        visitor.page.wait_for_function(
            """([scale, stood]) => {
              const { _fullLayout, dataset } = document.querySelector("[data-panel=loss]");
              return _fullLayout?.yaxis.type === scale && Number(dataset.step) === stood;
            }""",
            arg=[scale, stood],
        )
        assert visitor.trace("loss", 2)["x"][-1] == stood


def test_every_slider_can_be_dragged_through_its_range_while_training(visitor: Visitor) -> None:
    visitor.choose("Optimizer", "Adam")
    visitor.box("Beta 1").wait_for()
    visitor.play()
    sliders = visitor.page.locator(".dl-root [role=slider]:visible")
    names = [str(name) for name in sliders.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")]
    assert {"Learning rate", "Beta 2", "Epochs", "Batch size", "Samples", "Noise", "Seed", "Speed"} <= set(names)
    for name in names:
        visitor.drag(name)
    visitor.enter("Learning rate", "0.01")  # a dragged rate may have let it diverge
    visitor.enter("Epochs", "1000000")
    if visitor.button("Play").count():
        visitor.play()
    visitor.wait("s => s.kernel > 0 && s.steps.loss > 0", PREPARED_MS)
    assert visitor.runs_on()


# ---- looks


def test_the_theme_button_recolours_page_and_charts(visitor: Visitor) -> None:
    seen = [visitor.colours()]
    for theme in ("Dark theme", "Light theme"):
        visitor.press(theme)
        visitor.wait_for_other_colours(seen[-1])
        seen.append(visitor.colours())
    assert seen[0] == seen[2]


# ---- links, refusals and losses: each needs a page of its own


def test_a_link_sets_what_is_good_in_it_and_says_what_is_not(browser: Browser, voila: Host) -> None:
    query = "problem=himmelblau&optimizer=momentum&momentum=0.5&learning_rate=abc"
    with visit(browser, voila, query) as visitor:
        visitor.wait_for_slot("notice-title", "Kept as it was.")
        visitor.wait_for_slot("notice-text", "Learning rate must be a number.")
        chosen = "select => select.selectedOptions[0].textContent"
        assert visitor.page.get_by_label("Problem", exact=True).evaluate(chosen) == "Himmelblau"
        assert visitor.page.get_by_label("Optimizer", exact=True).evaluate(chosen) == "Momentum"
        assert visitor.box("Momentum").input_value() == "0.5"
        assert visitor.box("Learning rate").input_value() == "0.01"
        assert visitor.page.get_by_label("Coordinates", exact=True).count() == 1


@pytest.mark.parametrize("name", ["voila", "lab"])
def test_a_killed_kernel_is_announced_within_ten_seconds(
    browser: Browser, request: pytest.FixtureRequest, name: str
) -> None:
    with visit(browser, request.getfixturevalue(name)) as visitor:
        banner = visitor.page.locator(".dl-banner")
        assert not banner.is_visible()
        kernel_process(visitor).kill()
        banner.wait_for(timeout=10_000)
        assert "no longer live" in (banner.get_by_role("alert").text_content() or "")
        assert banner.get_by_role("button", name="Reload", exact=True).is_visible()


def test_a_page_that_is_reloaded_leaves_no_kernel_behind(browser: Browser, voila: Host) -> None:
    with visit(browser, voila) as visitor:
        first = kernel_process(visitor)
        visitor.host.open(visitor.page)
        _, alive = psutil.wait_procs([first], timeout=30)
        assert alive == []
        assert kernel_process(visitor).pid != first.pid


def test_a_page_that_crashes_while_playing_no_longer_trains_after_thirty_seconds(browser: Browser, voila: Host) -> None:
    with visit(browser, voila, "epochs=100000000") as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        visitor.set_speed("max")
        visitor.play()
        assert visitor.runs_on()
        kernel = kernel_process(visitor)
        crash(visitor)
        crashed = time.monotonic()
        assert kernel.cpu_percent(interval=1) > 30
        while kernel.cpu_percent(interval=1) > 10:
            assert time.monotonic() - crashed < 32  # a second for each of the two looks around it


def crash(visitor: Visitor) -> None:
    """Ends the page as a power cut would: it says nothing to anybody."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    with visitor.page.expect_event("crash"):
        session.send("Page.crash")


# ---- what no test above may have caused; these come last


def test_nothing_was_asked_of_any_other_machine(shared: Visitor) -> None:
    here = urlsplit(shared.host.server.url).netloc
    assert [url for url in shared.requests if urlsplit(url).netloc not in ("", here)] == []


def test_the_page_never_failed_and_tells_no_inside(shared: Visitor) -> None:
    assert shared.errors == []
    text = shared.text()
    assert "Descent Lab" in text
    inside = ("Traceback", "Error", str(ROOT), str(Path.home()), shared.kernel_id, "site-packages", "undefined", "NaN")
    assert [word for word in inside if word in text] == []
