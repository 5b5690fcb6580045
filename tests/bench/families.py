"""The figures of stream, react and tax with a model of each family on the page, with settings that suit its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench import tax
from tests.bench.browser import chromium, serving, watched
from tests.bench.figures import Figure, p95
from tests.bench.react import pauses, rate_changes
from tests.bench.stream import LAG, UNANSWERED, paced_figures, stream, stream_at_pace

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 20  # of streaming
TIMES = 10  # of pausing, and of changing the learning rate
TAX_ROUNDS = 6

PAGES = {
    "linear": "problem=breast_cancer&family=linear",
    "mlp": "problem=spiral",
    "cnn": "problem=digits",
    "gru": "problem=japanese_vowels",
    "transformer": "problem=japanese_vowels&family=transformer",
    "forecast": "problem=co2",
    "text": "problem=python_help",
}


def measure() -> Iterator[Figure]:
    """For each page the frames of its loss chart, the lag, how soon it reacts, and what being watched costs."""
    for name in PAGES:
        yield from measure_page(name)


def measure_page(name: str) -> Iterator[Figure]:
    """The same for one page of `PAGES`."""
    yield from _on_page(f"families.{name}", PAGES[name])
    if tax.can_pin():
        yield tax.figure(f"families.{name}.tax", PAGES[name], TAX_ROUNDS)


def _on_page(name: str, query: str) -> Iterator[Figure]:
    with chromium() as browser, serving("voila") as host, watched(browser, host, query) as watch:
        watch.play_at_full_speed()
        watch.record()
        streamed = stream(watch, SECONDS)
        rates = rate_changes(watch, TIMES)
        paced = stream_at_pace(watch)
        watch.set_pace(None)
        paused = [pause for pause, _ in pauses(watch, TIMES)]
    yield Figure(f"{name}.frames", streamed.rates["loss"], "frames/s", 12, f"{SECONDS} s at full speed in Voilà")
    yield from paced_figures(name, paced.rates["loss"], 15, paced)
    yield Figure(f"{name}.lag", streamed.lag, "ms", 200, LAG, at_most=True)
    yield Figure(f"{name}.unanswered", streamed.unanswered, "frames", 1, UNANSWERED, at_most=True)
    yield Figure(f"{name}.pause", p95(paused), "ms", 200, "p95 from the click to Play being offered", at_most=True)
    used = "p95 from Enter in the box to the first step with the new learning rate"
    yield Figure(f"{name}.rate", p95(rates), "ms", 200, used, at_most=True)
