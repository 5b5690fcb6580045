"""How long runs waited: only what was measured is told, and loading only where an engine has to load."""

from __future__ import annotations

from core.remote.waits import LEAST_S, LOADING, Waits


def test_the_first_engine_of_a_fork_server_loads_and_those_after_it_do_not() -> None:
    waits = Waits()
    assert not waits.loads
    waits.expect_loading(each=False)
    assert waits.loads
    waits.note_engine(9.0)
    assert (waits.loads, waits.last(LOADING)) == (False, 9.0)
    waits.note_engine(0.1)
    assert waits.last(LOADING) == 9.0


def test_where_engines_are_not_forked_each_one_loads() -> None:
    waits = Waits()
    waits.expect_loading(each=True)
    for seconds in (9.0, 7.0):
        waits.note_engine(seconds)
        assert (waits.loads, waits.last(LOADING)) == (True, seconds)


def test_a_wait_that_was_over_at_once_is_not_worth_a_word() -> None:
    waits = Waits()
    waits.note("digits", LEAST_S / 2)
    assert waits.last("digits") is None
    waits.note("digits", 2 * LEAST_S)
    assert waits.last("digits") == 2 * LEAST_S
