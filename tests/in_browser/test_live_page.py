"""The page as a person meets it, in Voilà and in JupyterLab alike: what is pressed, dragged and shown.

A page takes its kernel 15 s to prepare, so all tests of a host share one, and each begins by bringing it
back to the default settings at step 0.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import numpy as np
import pytest

from core.objectives.linear_regression import LinearRegression
from tests.support.visitor import PREPARED_MS, Visitor

NAMES = ("Play", "Step", "Reset", "Speed", "Learning rate", "Epochs", "Batch size", "Optimizer", "Problem")
RATE = 0.01


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


def test_each_name_belongs_to_exactly_one_visible_control(visitor: Visitor) -> None:
    found = {name: visitor.page.get_by_label(name, exact=True).all() for name in NAMES}
    assert {name: [one.is_visible() for one in all_of] for name, all_of in found.items()} == {
        name: [True] for name in NAMES
    }


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


def test_at_one_step_a_second_a_frame_is_drawn_for_each_step_and_for_nothing_else(visitor: Visitor) -> None:
    visitor.set_speed("1")
    visitor.play()
    visitor.wait("s => s.steps.loss > 1")
    before = visitor.state()
    visitor.wait("(s, step) => s.steps.loss >= step + 3", argument=before["steps"]["loss"])
    after = visitor.state()
    for panel, step in after["steps"].items():
        assert after["frames"][panel] - before["frames"][panel] == step - before["steps"][panel]


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
    assert 995 < visitor.trace("loss", 2)["x"][-1] < 1000  # the middle of a band's last stretch
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
    assert f"step {at}: Learning rate 0.01 → 0.05" in marks["text"]
    assert visitor.trace("loss", 2)["x"][0] == 0
    assert visitor.trace("next-step", 3)["x"][1] == pytest.approx(0.05)
    assert visitor.slot("rate-note").startswith("stable below 0.78")


def test_a_rate_beyond_the_limit_diverges_and_the_page_says_why_and_recovers(visitor: Visitor) -> None:
    visitor.enter("Epochs", "100000")  # a thousand would be over in a second, perhaps before the rate is typed
    visitor.set_speed("1000")
    visitor.play()
    visitor.wait("s => s.steps.loss > 20")
    visitor.enter("Learning rate", "0.9")
    visitor.wait("s => s.notice.startsWith('Diverged at step ')")
    stood = visitor.rest()
    assert "0.9 is above the stability limit, about 0.784 at step" in visitor.slot("notice-text")
    history = visitor.trace("loss", 2)["x"]
    assert (history[0], history[-1]) == (0, stood - 1)  # the last loss that was a number
    visitor.enter("Learning rate", "0.1")
    visitor.press("Reset")
    assert visitor.rest_at(0) == 0
    visitor.play()
    assert visitor.runs_on()
    visitor.pause()
    assert visitor.slot("notice-title") in ("Not converged yet.", "Converged.")


def test_fewer_epochs_stop_a_run_and_more_let_it_go_on(visitor: Visitor) -> None:
    visitor.enter("Epochs", "30")
    visitor.press("Play")  # a third of a second: it may be over before the page offers Pause
    assert visitor.rest_at(30) == 30
    visitor.enter("Epochs", "50")
    visitor.wait_for_slot("progress-text", "30 of 50")
    visitor.press("Play")
    assert visitor.rest_at(50) == 50


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
    visitor.page.keyboard.press("Enter")
    visitor.wait_for_slot("notice-title", "Kept as it was.")


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
    typed = [float(visitor.page.get_by_label(f"Start {which}", exact=True).input_value()) for which in ("W", "b")]
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
    visitor.set_speed("1000")  # at full speed even a million updates may be over before the page is looked at
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


# ---- what no test above may have caused; this comes last


def test_nothing_failed_and_nothing_was_asked_of_any_other_machine(shared: Visitor) -> None:
    here = urlsplit(shared.host.server.url).netloc
    assert [url for url in shared.requests if urlsplit(url).netloc not in ("", here)] == []
    assert shared.errors == []
