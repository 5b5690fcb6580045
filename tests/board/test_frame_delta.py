"""What is left out of a frame: what the page was told already, and nothing else."""

from __future__ import annotations

from widgets.board.frame_delta import FrameDelta


def test_a_slot_is_said_again_only_when_it_says_something_else() -> None:
    delta = FrameDelta()
    bar = {"style": {"width": "10.0%"}}
    assert delta.news_of_slots({"loss": "0.5", "progress": bar}) == {"loss": "0.5", "progress": bar}
    assert delta.news_of_slots({"loss": "0.5", "progress": {"style": {"width": "10.0%"}}}) == {}
    assert delta.news_of_slots({"loss": "0.4"}) == {"loss": "0.4"}
    assert delta.news_of_slots({"loss": "0.5", "progress": bar}) == {"loss": "0.5"}


def test_a_slot_that_is_empty_from_the_start_is_said_once() -> None:
    delta = FrameDelta()
    assert delta.news_of_slots({"note": None}) == {"note": None}
    assert delta.news_of_slots({"note": None}) == {}


def test_a_page_that_may_not_have_it_is_told_everything_again() -> None:
    delta = FrameDelta()
    delta.news_of_slots({"loss": "0.5"})
    delta.forget()
    assert delta.news_of_slots({"loss": "0.5"}) == {"loss": "0.5"}
