"""The time from a click to its effect while the kernel trains at full speed, in Voilà and in JupyterLab."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.browser import Traffic, Watched, chromium, serving, watched
from tests.bench.figures import Figure, p95

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = 20
QUIET_MS = 1000  # nothing is drawn for so long after a pause: the page has come to rest
MARK = re.compile(r"step ([\d\s]+): Learning rate")  # a space stands between thousands


def measure() -> Iterator[Figure]:
    """The p95 of a pause and of a change of the learning rate, on each host."""
    for name in ("voila", "lab"):
        with chromium() as browser, serving(name) as host, watched(browser, host) as watch:
            watch.play_at_full_speed()
            watch.record()
            rates = rate_changes(watch, TIMES)
            paused = pauses(watch, TIMES)
        offered = f"p95 of {len(paused)}: from the click to Play being offered"
        yield Figure(f"react.pause.{name}", p95([pause for pause, _ in paused]), "ms", 200, offered, at_most=True)
        drawn = f"p95 of {len(paused)}: from the click to the last step being on the page"
        yield Figure(f"react.rest.{name}", p95([rest for _, rest in paused]), "ms", 400, drawn, at_most=True)
        used = f"p95 of {len(rates)}: from Enter in the box to the first step with the new learning rate"
        yield Figure(f"react.rate.{name}", p95(rates), "ms", 200, used, at_most=True)


def pauses(watch: Watched, times: int) -> list[tuple[float, float]]:
    """Milliseconds from each click to Play being offered, and to the page at rest."""
    for _ in range(times):
        watch.press_play()
        watch.page.wait_for_timeout(QUIET_MS)
        watch.press_play()
        watch.page.wait_for_timeout(_some_time())
    return [_rest(log, click) for log in [watch.recorded()] for click in log["clicks"][::2]]


def _rest(log: dict[str, list[Any]], click: float) -> tuple[float, float]:
    """Milliseconds from the click until the button offered Play for good, and until the last step was drawn."""
    end = click + QUIET_MS
    offered = [at for at, text in log["offered"] if click <= at < end and text == "Play"]
    drawn = [(step, at) for at, _, step in log["drawn"] if at < end]
    last, _ = max(drawn)
    arrived = min(at for step, at in drawn if step == last)
    return (offered[-1] - click if offered else float("inf")), max(arrived - click, 0.0)


def rate_changes(watch: Watched, times: int) -> list[float]:
    """Milliseconds from each Enter to the step that the kernel marks as the first with the new rate."""
    first = len(watch.traffic.messages)
    for number in range(times):
        watch.type("learning-rate", str(0.002 + 0.0001 * number))
        watch.page.wait_for_timeout(_some_time())
    enters = watch.recorded()["enters"]
    steps, stamps = _course(watch.traffic, first)
    marks = _marked_steps(watch.traffic, first)
    return [float(np.interp(s, steps, stamps)) - at for at, s in zip(enters, marks, strict=True)]


def _course(traffic: Traffic, first: int) -> tuple[list[int], list[float]]:
    """The steps that the frames show and when the kernel stood there, unix milliseconds."""
    frames = [content for content in traffic.board(first) if content["kind"] == "frame"]
    return [frame["step"] for frame in frames], [1000 * frame["time"] for frame in frames]


def _marked_steps(traffic: Traffic, first: int) -> list[int]:
    """The steps that the loss chart marks as changes of the learning rate, in the order of the changes."""
    steps: set[int] = set()
    for content in traffic.board(first):
        loss = content.get("panels", {}).get("loss", {"traces": {}})
        for trace in loss["traces"].values():
            texts = trace.get("text") or []
            steps.update(int("".join(found[1].split())) for text in texts if (found := MARK.match(text)))
    return sorted(steps)


def _some_time() -> int:
    """About a second, never in step with the frames."""
    return random.randint(700, 1300)
