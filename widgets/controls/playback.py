"""The transport: play or pause, one step, reset, the pace, and how far the run has come."""

import math
import time
from collections.abc import Callable

import ipywidgets as ipw

from widgets.controls.validated_widgets import Button, ChoiceSlider, Html, ValidatedWidget

PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # steps per second
DEFAULT_PACE = 100
FULL_SPEED = math.inf  # ipywidgets takes None for "nothing chosen", so the menu cannot hold that
PLAY, PAUSE = "▶ Play", "❚❚ Pause"
REACTION_S = 0.4  # a press so soon after the button has changed was meant for what it offered before

PROGRESS = """
<div class="dl-progress-track"><div class="dl-progress-bar" data-dl-slot="progress"></div></div>
<span class="dl-progress-text" data-dl-slot="progress-text"></span>
"""


class Row(ValidatedWidget, ipw.HBox):
    """A row of widgets: nothing a page could set."""


class Playback:
    """The buttons and the pace of one page.

    `on_play`, `on_step` and `on_reset` are called without arguments for each click; `on_play` is also
    the pause button, since only its owner knows which it is. `on_speed` gets the pace in steps per
    second, or None for as fast as possible. `pace` is what is shown now. The progress bar has the slots
    `progress` (its style's width) and `progress-text`.
    """

    def __init__(
        self,
        on_play: Callable[[], None],
        on_step: Callable[[], None],
        on_reset: Callable[[], None],
        on_speed: Callable[[float | None], None],
    ) -> None:
        self._play = _button(PLAY, "dl-play", on_play)
        step = _button("Step", "dl-step", on_step)
        reset = _button("Reset", "dl-reset", on_reset)
        self._speed = ChoiceSlider(
            description="Speed", options=_pace_options(), value=DEFAULT_PACE, tooltip="Steps per second"
        )
        self._speed.add_class("dl-speed")
        self._speed.observe(lambda _: on_speed(self.pace), "value")
        progress = Html(PROGRESS)
        progress.add_class("dl-progress")
        self.widget = Row([self._play, step, reset, self._speed, progress])
        self.widget.add_class("dl-transport")
        self._offered_pause = -math.inf  # when the first button last did, in monotonic seconds
        self.labels = {"dl-play": "Play", "dl-step": "Step", "dl-reset": "Reset", "dl-speed": "Speed"}

    @property
    def pace(self) -> float | None:
        """Steps per second; None for as fast as possible."""
        pace = self._speed.value
        return None if pace == FULL_SPEED else pace

    @property
    def offers_pause(self) -> bool:
        """Whether the first button offers "Pause", or did so a moment ago: too lately for a hand to be stopped."""
        return self._play.description == PAUSE or time.monotonic() - self._offered_pause < REACTION_S

    def show_playing(self, playing: bool) -> None:
        """Let the first button offer "Pause" while playing and "Play" otherwise.

        The page takes the button's accessible name from its class `dl-playing`.
        """
        if self._play.description == PAUSE:
            self._offered_pause = time.monotonic()
        self._play.description = PAUSE if playing else PLAY
        if playing:
            self._play.add_class("dl-playing")
        else:
            self._play.remove_class("dl-playing")


def _button(text: str, css_class: str, on_click: Callable[[], None]) -> Button:
    button = Button(description=text)
    button.add_class(css_class)
    button.on_click(lambda _: on_click())
    return button


def _pace_options() -> list[tuple[str, float]]:
    return [*((f"{pace} step{'s' * (pace != 1)}/s", pace) for pace in PACES), ("max", FULL_SPEED)]
