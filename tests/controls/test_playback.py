"""Playback without a browser: real ipywidgets, driven by the messages a page would send."""

import re
from pathlib import Path

import ipywidgets as ipw
import pytest

from tests.support.pseudo_locale import in_use
from widgets.controls.playback import PACES, Playback


class Deck:
    """Playback that writes down whom it called."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self.playback = Playback(
            lambda: self.calls.append("play"),
            lambda: self.calls.append("step"),
            lambda: self.calls.append("reset"),
            lambda pace: self.calls.append(pace),
        )

    def part(self, css_class: str) -> ipw.Widget:
        return next(w for w in self.playback.widget.children if css_class in w._dom_classes)


def message(method: str, **content: object) -> dict[str, object]:
    return {"content": {"data": {"method": method, **content}}, "buffers": []}


@pytest.mark.parametrize("name", ["play", "step", "reset"])
def test_each_button_calls_its_own(name: str) -> None:
    deck = Deck()
    deck.part(f"dl-{name}")._handle_msg(message("custom", content={"event": "click"}))
    assert deck.calls == [name]


@pytest.mark.parametrize("content", [[], "click", None, {}, {"event": ["click"]}, {"event": "press"}], ids=repr)
def test_a_malformed_click_calls_nobody(content: object, caplog: pytest.LogCaptureFixture) -> None:
    deck = Deck()
    deck.part("dl-play")._handle_msg(message("custom", content=content))
    assert deck.calls == []
    assert caplog.records == []


def test_the_play_button_offers_what_it_would_do() -> None:
    deck = Deck()
    button = deck.part("dl-play")
    texts = []
    for playing in (False, True, True, False):
        deck.playback.show_playing(playing)
        texts.append((button.description, button._dom_classes.count("dl-playing")))
    assert texts == [("▶ Play", 0), ("❚❚ Pause", 1), ("❚❚ Pause", 1), ("▶ Play", 0)]


def test_every_pace_is_reported_in_steps_per_second_and_the_last_is_full_speed() -> None:
    deck = Deck()
    for index in range(len(PACES) + 1):
        deck.part("dl-speed")._handle_msg(message("update", state={"index": index}))
    assert [call for call in deck.calls if call is not None] == sorted(PACES)
    assert deck.calls[-1] is None
    assert deck.playback.pace is None


def test_the_pace_starts_at_a_hundred_steps_per_second() -> None:
    assert Deck().playback.pace == 100


@pytest.mark.parametrize("index", [-1, 13, 1e9, "3", None, True, []], ids=repr)
def test_a_hostile_pace_changes_nothing(index: object, caplog: pytest.LogCaptureFixture) -> None:
    deck = Deck()
    deck.part("dl-speed")._handle_msg(message("update", state={"index": index}))
    assert deck.calls == []
    assert deck.playback.pace == 100
    assert caplog.records == []


def test_retranslating_changes_every_text_keeps_the_pace_and_calls_nobody(catalogues: Path) -> None:
    deck = Deck()
    speed = deck.part("dl-speed")
    speed._handle_msg(message("update", state={"index": 3}))
    deck.playback.show_playing(True)
    with in_use(catalogues):
        deck.playback.retranslate()
        texts = [deck.part(f"dl-{name}").description for name in ("play", "step", "reset", "speed")]
        texts += [speed.tooltip, *(label for label, _ in speed.options), *deck.playback.labels.values()]
        assert [text for text in texts if not re.fullmatch("⟦.*⟧", text)] == []
        assert "❚❚" in deck.part("dl-play").description
        assert deck.playback.offers_pause
    assert deck.calls == [10]
    assert (deck.playback.pace, speed.index) == (10, 3)


def test_every_control_has_its_name() -> None:
    deck = Deck()
    assert deck.playback.labels == {
        "dl-play": "Play",
        "dl-step": "Step",
        "dl-reset": "Reset",
        "dl-speed": "Speed",
        "dl-controls-button": "Controls",
    }
    assert all(deck.part(css_class) for css_class in deck.playback.labels)


def test_what_the_first_button_offers_is_sent_again_to_a_page_that_may_have_missed_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deck = Deck()
    deck.playback.show_playing(True)
    sent: list[dict[str, object]] = []
    monkeypatch.setattr(ipw.Widget, "_send", lambda self, message, buffers=None: sent.append(message["state"]))
    monkeypatch.setattr(ipw.Widget, "comm", object())
    deck.playback.resend()
    assert sent == [{"description": "❚❚ Pause", "_dom_classes": ("dl-play", "dl-playing")}]
