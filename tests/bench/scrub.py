"""Back in time: how soon the page shows a step that it is taken back to, and how exactly its updates are made again."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from core.config.training_config import TrainingConfig
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.runs.past.rewind import Rewind
from core.training.build import build_trainer
from tests.bench.browser import chromium, serving, watched
from tests.bench.figures import Figure, p95

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

EPOCHS, STEPS = 80, 10_000
QUERY = f"problem=mnist&family=cnn&epochs={EPOCHS}"
TIMES, SEED = 30, 11
END_MS, SHOWN_MS = 400_000, 30_000
AGAIN, PLACES = 20, 10  # updates that are made again, from so many steps

# Takes the page to a step as the thumb does, and resolves once the chart `panel` shows it, with the milliseconds.
GO = """async ([step, panel]) => {
  const slider = document.querySelector(".dl-scrubber"), chart = document.querySelector(`[data-panel=${panel}]`);
  const began = performance.now();
  slider.value = String(step);
  slider.dispatchEvent(new Event("input"));
  while (Number(chart.dataset.step) !== step) {
    await new Promise(requestAnimationFrame);
    if (performance.now() - began > 30000) return Infinity;
  }
  return performance.now() - began;
}"""
ENDED = """(last) => {
  const slider = document.querySelector(".dl-scrubber");
  return !slider.disabled && Number(slider.value) >= last;
}"""


def measure() -> Iterator[Figure]:
    """The p95 until a step is shown in Voilà, and the largest difference of a loss that is found again."""
    with chromium() as browser, serving("voila") as host, watched(browser, host, QUERY) as watch:
        watch.wait_for_rest()
        watch.press_play()
        watch.page.wait_for_function(ENDED, arg=STEPS, timeout=END_MS)
        watch.page.wait_for_timeout(SHOWN_MS / 10)
        shown = _times(watch.page)
    against = f"p95 of {TIMES}: from the thumb's move to the loss chart at that step, CNN on MNIST, {STEPS} steps"
    yield Figure("scrub.shown", p95(shown), "ms", 500, against, at_most=True)
    yield _replay()


def _times(page: Page) -> list[float]:
    chance = random.Random(SEED)
    return [page.evaluate(GO, [chance.randrange(STEPS), "loss"]) for _ in range(TIMES)]


def _replay() -> Figure:
    config, _unread = TrainingConfig.from_query(QUERY)
    trainer = build_trainer(config, build_learner(ModelSetup.of(config)).objective)
    rewind, losses = Rewind(), list[float]()
    rewind.begin(trainer)
    began = time.perf_counter()
    while trainer.step < STEPS:
        losses.extend(trainer.advance(min(trainer.longest_call, STEPS - trainer.step)).loss)
        rewind.note(trainer, time.perf_counter() - began)
    chance, furthest = random.Random(SEED), 0.0
    for _ in range(PLACES):
        step = chance.randrange(STEPS - AGAIN)
        rewind.go_to(trainer, step, (), lambda: True)
        again = rewind.advance(trainer, AGAIN).loss
        furthest = max(furthest, *(abs(new - losses[step + place]) for place, new in enumerate(again)))
    against = f"largest difference of {AGAIN} losses from each of {PLACES} steps, {len(rewind.snapshots)} snapshots"
    return Figure("scrub.replay", furthest, "nats", 1e-6, against, at_most=True)
