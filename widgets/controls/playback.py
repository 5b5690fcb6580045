"""Playback: play or pause, one step, reset, the pace, and how far the run has come."""

import math
import time
from collections.abc import Callable
from urllib.parse import parse_qs

import ipywidgets as ipw

from core.config.training_config import LONGEST_QUERY
from core.language import _, ngettext, pgettext
from widgets.controls.validated_widgets import Button, ChoiceSlider, Html, ValidatedWidget

PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # steps per second
DEFAULT_PACE = 100
FULL_SPEED = math.inf  # ipywidgets takes None for "nothing chosen", so the menu cannot hold that
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
        self._play = _button("dl-play", on_play)
        self._step = _button("dl-step", on_step)
        self._reset = _button("dl-reset", on_reset)
        self._speed = ChoiceSlider(options=_pace_options(), value=DEFAULT_PACE)
        self._speed.add_class("dl-speed")
        self._speed.on_chosen(lambda pace: on_speed(self.pace))
        progress = Html(PROGRESS)
        progress.add_class("dl-progress")
        self._controls = Button()  # the page itself folds the controls away
        self._controls.add_class("dl-controls-button")
        self.widget = Row([self._play, self._step, self._reset, self._speed, progress, self._controls])
        self.widget.add_class("dl-transport")
        self._playing = False
        self._offered_pause = -math.inf  # when the first button last did, in monotonic seconds
        self.retranslate()

    @property
    def labels(self) -> dict[str, str]:
        """The accessible name of each control by its CSS class, in the language in use."""
        return {
            "dl-play": pgettext("button", "Play"),
            "dl-step": pgettext("button", "Step"),
            "dl-reset": pgettext("button", "Reset"),
            "dl-speed": _("Speed"),
            "dl-controls-button": _("Controls"),
        }

    def retranslate(self) -> None:
        """Write every text in the language in use. Calls nobody back; `labels` are for the owner to hand on."""
        self._step.description = pgettext("button", "Step")
        self._reset.description = pgettext("button", "Reset")
        self._controls.description = _("Controls")
        with self._speed.hold_sync():
            self._speed.write(description=_("Speed"), tooltip=_("Steps per second"))
            self._speed.relabel(_pace_options())
        self._offer()

    @property
    def pace(self) -> float | None:
        """Steps per second; None for as fast as possible."""
        pace = self._speed.value
        return None if pace == FULL_SPEED else pace

    @property
    def speed(self) -> str:
        """The pace as a link says it: steps per second, or "max"."""
        return "max" if self.pace is None else str(self.pace)

    def choose_pace(self, pace: float | None) -> None:
        """Chooses a speed as a person would; one that is not listed leaves it as it is."""
        speed = FULL_SPEED if pace is None else pace
        if speed in (listed for _label, listed in _pace_options()):
            self._speed.value = speed

    @property
    def offers_pause(self) -> bool:
        """True if the first button offers Pause or did within REACTION_S, so a click may still mean Pause."""
        return self._playing or time.monotonic() - self._offered_pause < REACTION_S

    def show_playing(self, playing: bool) -> None:
        """Let the first button offer "Pause" while playing and "Play" otherwise.

        The page takes the button's accessible name from its class `dl-playing`.
        """
        if self._playing:
            self._offered_pause = time.monotonic()
        self._playing = playing
        self._offer()
        if playing:
            self._play.add_class("dl-playing")
        else:
            self._play.remove_class("dl-playing")

    def resend(self) -> None:
        """Send again what the first button offers: a change of it may have been lost with a connection."""
        self._play.send_state(["description", "_dom_classes"])

    def _offer(self) -> None:
        self._play.description = _("❚❚ Pause") if self._playing else _("▶ Play")


def pace_in(query: str) -> float | None:
    """The pace that the view settings in a URL's query ask for: steps per second, `FULL_SPEED`, or None for none.

    >>> pace_in("?seed=7&view=theme:dark,speed:50"), pace_in("view=speed:max"), pace_in("?seed=7")
    (50, inf, None)
    """
    views = parse_qs(query.removeprefix("?")).get("view", []) if len(query) <= LONGEST_QUERY else []
    asked = [part.removeprefix("speed:") for view in views for part in view.split(",") if part.startswith("speed:")]
    return {**{str(pace): pace for pace in PACES}, "max": FULL_SPEED}.get(asked[-1]) if asked else None


def _button(css_class: str, on_click: Callable[[], None]) -> Button:
    button = Button()
    button.add_class(css_class)
    button.on_click(lambda button: on_click())
    return button


def _pace_options() -> list[tuple[str, float]]:
    listed = [(ngettext("{count} step/s", "{count} steps/s", pace), pace) for pace in PACES]
    return [*listed, (pgettext("speed", "max"), FULL_SPEED)]
