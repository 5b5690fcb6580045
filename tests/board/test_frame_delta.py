"""What is left out of a frame: what the page was told already, and nothing else."""

from __future__ import annotations

from widgets.board.frame_delta import Told


def test_a_slot_is_said_again_only_when_it_says_something_else() -> None:
    told = Told()
    bar = {"style": {"width": "10.0%"}}
    assert told.news_of_slots({"loss": "0.5", "progress": bar}) == {"loss": "0.5", "progress": bar}
    assert told.news_of_slots({"loss": "0.5", "progress": {"style": {"width": "10.0%"}}}) == {}
    assert told.news_of_slots({"loss": "0.4"}) == {"loss": "0.4"}
    assert told.news_of_slots({"loss": "0.5", "progress": bar}) == {"loss": "0.5"}


def test_a_slot_that_is_empty_from_the_start_is_said_once() -> None:
    told = Told()
    assert told.news_of_slots({"note": None}) == {"note": None}
    assert told.news_of_slots({"note": None}) == {}


def test_a_page_that_may_not_have_it_is_told_everything_again() -> None:
    told = Told()
    told.news_of_slots({"loss": "0.5"})
    told.forget()
    assert told.news_of_slots({"loss": "0.5"}) == {"loss": "0.5"}
