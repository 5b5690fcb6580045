"""Shared by the benchmarks of the page: a dashboard in a browser, and a watch on what it shows and says.

The page's side is stamped in the page, after the browser has painted, with the clock of the machine, which
is the kernel's clock too. What travels is read from the websocket as Playwright reports it.
"""

from __future__ import annotations

import json
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.support.browser import CHROMIUM_ARGS, Host, chromium_path, lab_server, voila_server

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCHS = "1000000000"  # so many that no measurement sees the end
PREPARED_TIMEOUT_MS = 90_000
FASTEST_PACES = (None, 5000, 2000, 1000)  # steps per second of the speeds from the slider's right end, None: "max"
WARM_UP_MS = 3000  # of playing before anything counts
AT_REST_MS = 4000  # without a new frame: what a page finds out before it plays has been found out

# Stamps in unix milliseconds: `drawn` [time, panel, step] for each chart after the paint that shows it,
# `offered` [time, "Play" | "Pause"] for the transport button, `clicks` and `enters` when a person acted.
RECORDER = """() => {
  const log = globalThis.benchLog = { drawn: [], offered: [], clicks: [], enters: [] };
  const unix = (stamp) => Date.now() - (performance.now() - stamp);
  const { port1: painted, port2: paint } = new MessageChannel();
  painted.onmessage = ({ data }) => log.drawn.push(...data.map((chart) => [Date.now(), ...chart]));
  const charts = new MutationObserver((changes) =>
    paint.postMessage(changes.map(({ target }) => [target.dataset.panel, Number(target.dataset.step)])));
  for (const chart of document.querySelectorAll(".dl-chart"))
    charts.observe(chart, { attributeFilter: ["data-step"] });
  const play = document.querySelector(".dl-play");
  const offered = () => play.textContent.includes("Play") ? "Play" : "Pause";
  let before = offered();
  new MutationObserver(() => {
    if (offered() !== before) log.offered.push([Date.now(), before = offered()]);
  }).observe(play, { childList: true, characterData: true, subtree: true });
  addEventListener("click", (event) =>
    event.target.closest(".dl-play") && log.clicks.push(unix(event.timeStamp)), true);
  addEventListener("keydown", (event) => event.key === "Enter" && log.enters.push(unix(event.timeStamp)), true);
}"""

# Whether no chart has been drawn for `quiet` ms.
AT_REST = """(quiet) => {
  const drawn = [...document.querySelectorAll(".dl-chart")].map(({ dataset }) => dataset.frames).join();
  if (globalThis.benchDrawn !== drawn) [globalThis.benchDrawn, globalThis.benchSince] = [drawn, Date.now()];
  return Date.now() - globalThis.benchSince > quiet;
}"""


@dataclass
class Traffic:
    """Every websocket message of a page in order, as (True if the page sent it, payload)."""

    messages: list[tuple[bool, bytes]] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Listens to all websockets that `page` will open."""
        page.on("websocket", self._attach)

    def _attach(self, websocket: WebSocket) -> None:
        websocket.on("framesent", lambda payload: self._take(True, payload))
        websocket.on("framereceived", lambda payload: self._take(False, payload))

    def _take(self, sent: bool, payload: str | bytes) -> None:
        self.messages.append((sent, payload.encode() if isinstance(payload, str) else payload))

    def n_bytes(self) -> int:
        """Return the number of bytes that travelled, both ways."""
        return sum(len(payload) for _, payload in self.messages)

    def board(self, first: int = 0) -> Iterator[dict[str, Any]]:
        """The frames and answers among the messages from number `first` on."""
        for _, payload in self.messages[first:]:
            if b'"frame"' in payload:
                content = _custom_content(payload)
                if content.get("kind") in ("frame", "ack"):
                    yield content


def _custom_content(payload: bytes) -> dict[str, Any]:
    """Return the content of a widget's custom message; {} for any other message.

    A message is a table of offsets, then channel, header, parent header, metadata, content and buffers
    (jupyter_server, v1.kernel.websocket.jupyter.org).
    """
    (n_offsets,) = struct.unpack_from("<Q", payload)
    offsets = struct.unpack_from(f"<{n_offsets}Q", payload, 8)
    data = json.loads(payload[offsets[4] : offsets[5]]).get("data")
    content = data.get("content") if isinstance(data, dict) else None
    return content if isinstance(content, dict) else {}


@dataclass(frozen=True)
class Watched:
    """A dashboard in a browser, ready to play, and what its websockets carry."""

    page: Page
    traffic: Traffic

    def play_at_full_speed(self) -> None:
        """Plays at "max" towards an end that is far away, until all that starts slowly is over."""
        self.wait_for_rest()
        self.type("epochs", EPOCHS)
        self.set_pace(None)
        self.press_play()
        page = self.page
        page.wait_for_function("Number(document.querySelector('.dl-chart').dataset.step) > 0")
        page.wait_for_timeout(WARM_UP_MS)

    def set_pace(self, pace: int | None) -> None:
        """Moves the speed to one of `FASTEST_PACES` and lets the page settle there."""
        slider = self.page.locator(".dl-speed [role=slider]")
        slider.press("End")
        for _ in range(FASTEST_PACES.index(pace)):
            slider.press("ArrowLeft")
        self.page.wait_for_timeout(WARM_UP_MS)

    def wait_for_rest(self) -> None:
        """Waits until the page is ready and has drawn nothing for a while."""
        page = self.page
        page.wait_for_function(
            "!['Getting ready.', 'TensorFlow is loading.'].includes("
            "document.querySelector('[data-dl-slot=notice-title]')?.textContent)",
            timeout=PREPARED_TIMEOUT_MS,
        )
        page.wait_for_function(AT_REST, arg=AT_REST_MS, timeout=PREPARED_TIMEOUT_MS)

    def press_play(self) -> None:
        """Clicks the button that plays and pauses."""
        self.page.locator(".dl-play").click()

    def type(self, name: str, value: str) -> None:
        """Types `value` into the box of a setting, and Enter."""
        box = self.page.locator(f".dl-field-{name} input[type=text]")
        box.fill(value)
        box.press("Enter")

    def record(self) -> None:
        """Starts stamping what the page shows; see RECORDER."""
        self.page.evaluate(RECORDER)

    def recorded(self) -> dict[str, list[Any]]:
        """Return the stamps since `record`."""
        return self.page.evaluate("benchLog")

    def frames_drawn(self) -> dict[str, int]:
        """Return the number of frames that each chart has drawn."""
        return self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('.dl-chart')]"
            ".map(({ dataset }) => [dataset.panel, Number(dataset.frames)]))"
        )


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            raise SystemExit("This benchmark needs a Chromium: .venv/bin/playwright install chromium")
        with playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS) as browser:
            yield browser


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """An empty page with a profile and a cache of its own."""
    with browser.new_context(viewport={"width": 1440, "height": 960}) as context:
        yield context.new_page()


@contextmanager
def watched(browser: Browser, host: Host, query: str = "") -> Iterator[Watched]:
    """The dashboard that a link opens on `host`, with all charts standing; its kernel ends afterwards."""
    with fresh_page(browser) as page:
        traffic = Traffic()
        traffic.listen(page)
        try:
            host.open(page, query)
            yield Watched(page, traffic)
        finally:
            host.leave(page)


@contextmanager
def serving(name: str) -> Iterator[Host]:
    """A "voila" or "lab" server of its own."""
    start = {"voila": voila_server, "lab": lab_server}[name]
    with TemporaryDirectory() as folder, start(Path(folder)) as server:
        yield Host(name, server)
