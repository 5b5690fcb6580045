"""Takes the pictures in the README: `python -m tests.screenshots.take` plays a real page and photographs it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from core.config.training_config import TrainingConfig
from tests.support.browser import CHROMIUM_ARGS, Host, Server, chromium_path, voila_server

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 1400, 960
RATE, STEPS = "0.06", 60  # the loss has bent and the path has not arrived
MODEL, MODEL_HEIGHT, MODEL_STEPS = "digits", 1320, 300  # most digits are right, some are not


def play_to(page: Page, steps: int) -> None:
    """Plays until the charts show at least `steps` steps, and pauses there."""
    shown = "Number(document.querySelector('[data-panel=loss]').dataset.step)"
    page.get_by_label("Play", exact=True).click()
    page.wait_for_function(f"{shown} >= {steps}", timeout=60_000)
    page.get_by_label("Pause", exact=True).click()
    page.get_by_label("Play", exact=True).wait_for()
    page.wait_for_function(f"{shown} === Number(document.querySelector('[data-kernel-step]').dataset.kernelStep)")
    page.wait_for_selector("[data-dl-slot=training][data-measured=false]", state="attached")  # the frame at rest


def take(page: Page, name: str) -> None:
    """Photographs the page at rest."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=FOLDER / f"{name}.png")


def photograph(
    browser: Browser, server: Server, scheme: Scheme, query: str, height: int, steps: int, name: str
) -> None:
    """Opens a page of its own, plays it and takes its picture."""
    context = browser.new_context(viewport={"width": WIDTH, "height": height}, color_scheme=scheme)
    page = context.new_page()
    host = Host("voila", server)
    host.open(page, query)
    play_to(page, steps)
    take(page, name)
    host.leave(page)


def main() -> None:
    """Writes light.png, dark.png and digits.png."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        voila_server(Path(folder)) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium_path(playwright), args=list(CHROMIUM_ARGS)) as browser,
    ):
        for scheme in SCHEMES:
            photograph(browser, server, scheme, f"learning_rate={RATE}", HEIGHT, STEPS, scheme)
        of_model = TrainingConfig.suited_to(MODEL).to_query()
        photograph(browser, server, "light", of_model, MODEL_HEIGHT, MODEL_STEPS, MODEL)


if __name__ == "__main__":
    main()
