"""The traceback of a person's own code: for them, and for no visitor of a served app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.cards.fault_card import fault_html

if TYPE_CHECKING:
    import pytest

FAULT = "Traceback (most recent call last):\n  ValueError: <my> layer"


def test_a_traceback_is_shown_as_text() -> None:
    assert "ValueError: &lt;my&gt; layer" in fault_html(FAULT)
    assert fault_html(None) == ""


def test_a_served_app_shows_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert fault_html(FAULT) == ""
