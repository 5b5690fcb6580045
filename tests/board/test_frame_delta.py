"""A frame leaves out what the page has already, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

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


GAP = np.array([0.0, np.nan, 1.0])
EQUAL: dict[str, tuple[Any, Any]] = {
    "an array made anew": (np.arange(3.0), np.arange(3.0)),
    "a line with a gap": (GAP, GAP.copy()),
    "every second number": (np.arange(6.0)[::2], np.array([0.0, 2.0, 4.0])),
    "an image": (np.ones((2, 3)), np.ones((2, 3))),
    "a list of texts": (["a", "b"], ["a", "b"]),
    "lists of numbers": ([[0, 1.5], [2]], [[0, 1.5], [2]]),
    "names with values": ({"a": np.arange(2)}, {"a": np.arange(2)}),
}
DIFFERENT: dict[str, tuple[Any, Any]] = {
    "another number": (np.arange(3.0), np.array([0.0, 1.0, 3.0])),
    "another shape": (np.ones((2, 3)), np.ones((3, 2))),
    "another type": (np.arange(3), np.arange(3.0)),
    "longer": ([1, 2], [1, 2, 3]),
    "True for 1": ([1], [True]),
    "an array for a list": ([0, 1], np.arange(2)),
    "another name": ({"a": 1}, {"b": 1}),
    "nothing for something": (0.0, None),
}


def frame(value: Any) -> dict[str, Any]:
    return {"loss": {"traces": {0: {"y": value}}, "layout": {"xaxis.range": value}, "note": "now"}}


@pytest.mark.parametrize(("before", "now"), EQUAL.values(), ids=EQUAL)
def test_a_value_equal_to_the_last_is_left_out(before: Any, now: Any) -> None:
    delta = FrameDelta()
    delta.news(frame(before))
    assert delta.news(frame(now)) == {"loss": {"traces": {}, "layout": {}, "note": "now"}}


@pytest.mark.parametrize(("before", "now"), DIFFERENT.values(), ids=DIFFERENT)
def test_any_other_value_is_sent(before: Any, now: Any) -> None:
    delta = FrameDelta()
    delta.news(frame(before))
    news = delta.news(frame(now))
    assert news["loss"]["traces"][0]["y"] is now
    assert news["loss"]["layout"]["xaxis.range"] is now


def test_after_a_change_of_the_language_texts_are_sent_again_and_numbers_are_not() -> None:
    delta = FrameDelta()
    values = {"y": np.arange(3.0), "name": "loss", "text": ["a"], "customdata": np.array(["b"]), "marker": {"size": 3}}
    update = {"loss": {"traces": {0: values}, "layout": {"xaxis.range": [0, 1], "xaxis.ticktext": ["a"]}}}
    delta.news(update)
    delta.news_of_slots({"loss": "0.5"})
    delta.forget_texts()
    news = delta.news(update)["loss"]
    assert news["traces"][0].keys() == {"name", "text", "customdata"}
    assert news["layout"].keys() == {"xaxis.ticktext"}
    assert delta.news_of_slots({"loss": "0.5"}) == {"loss": "0.5"}
