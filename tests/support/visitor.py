"""A person at the page, for tests: what they can do there, and what they can see.

Things are found by their accessible names, as a screen reader finds them; waiting is always for something
that the page shows. JavaScript is evaluated only to read what a chart holds.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Request
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from core.engines.spares import ENGINE
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    import psutil

    from tests.support.browser import Host

PREPARED_MS = 90_000  # TensorFlow's import and the first compilation
REST_MS = 30_000
SPEEDS = ("1", "2", "5", "10", "20", "50", "100", "200", "500", "1000", "2000", "5000", "max")
DEFAULTS = {
    "Samples": "100",
    "Noise": "1",
    "Start W": "",
    "Start b": "",
    "Learning rate": "0.01",
    "Epochs": "1\u00a0000",
    "Batch size": "100",
    "Seed": "3",
}
KERNEL_ID = re.compile(r"/api/kernels/([0-9a-f-]{36})/")

STATE = """() => ({
  kernel: Number(document.querySelector("[data-kernel-step]").dataset.kernelStep),
  steps: Object.fromEntries([...document.querySelectorAll(".dl-chart")].filter((chart) => chart.checkVisibility())
    .map(({ dataset }) => [dataset.panel, Number(dataset.step)])),
  frames: Object.fromEntries([...document.querySelectorAll(".dl-chart")].filter((chart) => chart.checkVisibility())
    .map(({ dataset }) => [dataset.panel, Number(dataset.frames)])),
  offered: document.querySelector(".dl-play").getAttribute("aria-label"),
  notice: document.querySelector("[data-dl-slot=notice-title]").textContent,
  training: document.querySelector("[data-dl-slot=training]").textContent,
})"""

COLOURS = """() => {
  const chart = document.querySelector("[data-panel=loss]");
  const { _fullLayout, _fullData } = chart;
  const card = getComputedStyle(document.querySelector(".dl-card"));
  return {
    card: card.backgroundColor,
    ink: card.color,
    words: getComputedStyle(chart.querySelector(".xtick text")).fill,
    grid: _fullLayout.xaxis.gridcolor,
    loss: _fullData[2].line.color,
  };
}"""


SAID_IN_LEAVING = "Kernel connection is disposed"  # by JupyterLab's client, of a page left with a question open


class Visitor:
    """One page of the dashboard on `host`. `requests`, `sockets` and `errors` are all it has seen since it opened."""

    def __init__(self, page: Page, host: Host) -> None:
        self.page, self.host = page, host
        self.requests: list[str] = []
        self.sockets: list[str] = []
        self.errors: list[str] = []
        self.crashed = False
        page.on("crash", self._note_crash)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self._forget_forbidden)
        page.on("websocket", lambda socket: self.sockets.append(socket.url))
        page.on("pageerror", self._note_error)

    def _note_error(self, error: PlaywrightError) -> None:
        if str(error) != SAID_IN_LEAVING:
            self.errors.append(str(error))

    def _note_crash(self, _: Page) -> None:
        self.crashed = True

    def _forget_forbidden(self, request: Request) -> None:
        """A request that the page's policy forbids was never made."""
        if request.failure == "csp":
            self.requests.remove(request.url)

    def engine(self) -> psutil.Process:
        """Return the process that trains for this page, once those of pages that were left are spare again."""
        wait_until(lambda: len(self._engines()) == 1)
        return self._engines()[0]

    def _engines(self) -> list[psutil.Process]:
        return [process for process in self.host.server.trainers() if process.name() == ENGINE]

    def kernel(self) -> psutil.Process:
        """The kernel behind this page, among those its server keeps."""
        return self.host.server.kernel(self.kernel_id)

    def crash(self) -> None:
        """Ends the page as a power cut would: it says nothing to anybody."""
        with self.page.expect_event("crash"), suppress(PlaywrightError):  # nobody is left to answer
            self.page.goto("chrome://crash")

    def leave(self) -> None:
        """Leaves the page, in whatever state it is, and ends its kernel."""
        if self.crashed:
            self.page.close()  # no other page can be opened in its place
        self.host.leave(self.page)

    @property
    def kernel_id(self) -> str:
        """The id of the newest kernel this page has talked to."""
        return next(found[1] for url in reversed(self.sockets) if (found := KERNEL_ID.search(urlsplit(url).path)))

    # ---- what a person does

    def press(self, name: str) -> None:
        """Clicks the button of that name."""
        self.button(name).click()

    def play(self) -> None:
        """Presses Play and waits until the page offers Pause."""
        self.press("Play")
        try:
            self.button("Pause").wait_for()
        except PlaywrightTimeout:
            pytest.fail(f"pressed Play and saw no Pause: {self.page.evaluate(STATE)}, {self.errors}")

    def pause(self) -> int:
        """Presses Pause and waits until the page rests; the step it rests at."""
        self.press("Pause")
        return self.rest()

    def enter(self, name: str, value: str) -> None:
        """Types into the exact box of a setting, and Enter."""
        self.box(name).fill(value)
        self.box(name).press("Enter")

    def choose(self, name: str, option: str) -> None:
        """Chooses from a menu."""
        self.page.get_by_label(name, exact=True).select_option(label=option)

    def set_speed(self, speed: str) -> None:
        """Moves the speed slider by keyboard."""
        handle = self.page.get_by_role("slider", name="Speed", exact=True)
        handle.press("Home")
        for _ in range(SPEEDS.index(speed)):
            handle.press("ArrowRight")

    def switch(self, group: str, option: str) -> None:
        """Presses a switch in a chart's header."""
        self.page.get_by_role("group", name=group, exact=True).get_by_role("button", name=option, exact=True).click()

    def drag(self, name: str) -> None:
        """Drags a slider by mouse through its whole range, and back to the middle."""
        handle = self.page.get_by_role("slider", name=name, exact=True)
        track = self.page.locator(".noUi-base", has=handle).bounding_box()
        place = handle.bounding_box()
        assert track is not None
        assert place is not None
        y = place["y"] + place["height"] / 2
        self.page.mouse.move(place["x"] + place["width"] / 2, y)
        self.page.mouse.down()
        for share in (0, 1, 0.5):
            self.page.mouse.move(track["x"] + share * track["width"], y, steps=6)
        self.page.mouse.up()

    def start_afresh(self) -> None:
        """Brings the page to the default settings at step 0, at rest; it may be in any state before."""
        if self.button("Pause").count():
            self.pause()
        self.choose("Problem", "Linear regression y = Wx + b")
        self.choose("Optimizer", "SGD")
        for name, value in DEFAULTS.items():
            if self.box(name).input_value() != value:
                self.enter(name, value)
        self.set_speed("100")
        self.switch("Loss scale", "log")
        self.switch("Surface view", "2-D")
        self.press("Reset")
        self.wait("s => s.notice === 'Not converged yet.' && all(s, s.kernel)", PREPARED_MS)
        self.rest_at(0)

    # ---- what a person sees

    def button(self, name: str) -> Locator:
        """The button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def box(self, name: str) -> Locator:
        """The box for a setting's exact value; one without a slider has the setting's plain name."""
        return self.page.get_by_role("textbox", name=re.compile(rf"^{re.escape(name)}(, exact value)?$"))

    def slot(self, name: str) -> str:
        """The text of a slot: a number of the strip, the notice, a place in the formula."""
        return self.page.locator(f"[data-dl-slot='{name}']").first.text_content() or ""

    def numbers(self, name: str) -> list[float]:
        """The numbers in a slot."""
        return [float(text.replace("−", "-").replace("\u00a0", "")) for text in self.slot(name).split(", ")]

    def state(self) -> dict[str, Any]:
        """The kernel's step, and each chart's step and frames, at one moment."""
        return self.page.evaluate(STATE)

    def wait(self, condition: str, timeout_ms: float = 30_000, argument: object = None) -> None:
        """Waits until `condition`, a JavaScript function of `state()` and the argument, holds."""
        self.page.wait_for_function(
            f"""(argument) => {{
              const all = (s, step) => Object.values(s.steps).every((shown) => shown === step);
              return ({condition})(({STATE})(), argument);
            }}""",
            arg=argument,
            timeout=timeout_ms,
        )

    def wait_for_slot(self, name: str, text: str) -> None:
        """Waits until a slot shows exactly `text`; a no-break space counts as a space."""
        self.page.wait_for_function(
            """([name, text]) => document.querySelector(`[data-dl-slot='${name}']`)
              ?.textContent.replaceAll("\u00a0", " ") === text""",
            arg=[name, text],
        )

    def rest(self) -> int:
        """The step at which the page came to rest: Play is offered and the frame since then is drawn."""
        self.wait("s => s.offered === 'Play' && s.training === '–' && all(s, s.kernel)", REST_MS)
        return int(self.state()["kernel"])

    def rest_at(self, step: int) -> int:
        """Waits until the page rests at that step, and returns what it shows."""
        self.wait(
            "(s, step) => s.offered === 'Play' && s.training === '–' && all(s, step) && s.kernel === step",
            REST_MS,
            step,
        )
        return int(self.state()["kernel"])

    def watch(self, n_frames: int) -> list[dict[str, Any]]:
        """The page's state at each of as many successive animation frames."""
        return self.page.evaluate(
            f"""async (n) => {{
              const seen = [];
              while (seen.length < n) {{
                await new Promise(requestAnimationFrame);
                seen.push(({STATE})());
              }}
              return seen;
            }}""",
            n_frames,
        )

    def runs_on(self) -> bool:
        """Wait until a page that plays has drawn further steps on every chart; raise if it does not."""
        before = self.state()
        self.wait(
            "(s, before) => Object.keys(s.steps).every((id) => s.frames[id] > before.frames[id] + 2)"
            " && s.kernel > before.kernel",
            argument=before,
        )
        return True

    def trace(self, panel: str, index: int) -> dict[str, list[Any]]:
        """The x, y and text that a chart's trace holds."""
        return self.page.evaluate(
            """([panel, index]) => {
              const { x, y, text } = document.querySelector(`[data-panel=${panel}]`).data[index];
              const list = (values) => Array.from(values ?? []);
              return { x: list(x), y: list(y), text: typeof text === "string" ? [text] : list(text) };
            }""",
            [panel, index],
        )

    def colours(self) -> dict[str, str]:
        """The colours of the page and of what charts draw."""
        return self.page.evaluate(COLOURS)

    def wait_for_other_colours(self, before: dict[str, str]) -> None:
        """Waits until every one of them differs from what it was."""
        self.page.wait_for_function(
            f"""(before) => Object.entries(({COLOURS})()).every(([name, colour]) => colour !== before[name])""",
            arg=before,
        )

    def text(self) -> str:
        """All words on the page."""
        return self.page.locator(".dl-root").first.inner_text()
