"""The notice as slots."""

from __future__ import annotations

import re

from core.notices.notice import Notice
from widgets.cards.notice import notice_html, notice_slots, undo_slots


def test_a_notice_fills_every_place_of_its_card() -> None:
    slots = notice_slots(Notice("good", "Converged.", "Nothing more to gain.")) | undo_slots(None)
    assert set(slots) == set(re.findall(r'data-dl-slot="([^"]+)"', notice_html()))
    assert slots["notice"] == {"attrs": {"data-level": "good", "data-waiting": "false"}}


def test_a_notice_has_a_bar_while_what_is_waited_for_can_be_measured() -> None:
    waiting = notice_slots(Notice("info", "Wait.", "A part is here.", 0.37))
    assert waiting["notice"]["attrs"]["data-waiting"] == "true"
    assert waiting["notice-share"]["attrs"] == {"value": "0.37"}
