"""Takes the pictures in the README: `python -m tests.screenshot` plays a real page and photographs it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import CHROMIUM_ARGS, Host, chromium_path, voila_server

FOLDER = Path(__file__).parent / "screenshots"
WIDTH, HEIGHT = 1400, 960
RATE, STEPS = "0.06", 60  # the loss has bent and the path has not arrived


def play_to(page: Page, steps: int) -> None:
    """Plays until the charts show at least `steps` steps, and pauses there."""
    shown = "Number(document.querySelector('[data-panel=loss]').dataset.step)"
    page.get_by_label("Play", exact=True).click()
    page.wait_for_function(f"{shown} >= {steps}", timeout=60_000)
    page.get_by_label("Pause", exact=True).click()
    page.get_by_label("Play", exact=True).wait_for()
    page.wait_for_function(f"{shown} === Number(document.querySelector('[data-kernel-step]').dataset.kernelStep)")


def take(page: Page, name: str) -> None:
    """Photographs the page at rest."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    """Writes light.png and dark.png."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        voila_server(Path(folder)) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium_path(playwright), args=list(CHROMIUM_ARGS)) as browser,
    ):
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)
            page = context.new_page()
            host = Host("voila", server)
            host.open(page, f"learning_rate={RATE}")
            play_to(page, STEPS)
            take(page, scheme)
            host.leave(page)


if __name__ == "__main__":
    main()
