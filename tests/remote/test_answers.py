"""What an engine answers: a value, nothing once it is gone, or the fault of a disk that it met with."""

from __future__ import annotations

import errno

import pytest

from core.remote.answers import Answers


def test_a_full_disk_that_an_engine_met_with_is_raised_where_it_was_asked() -> None:
    answers = Answers()
    first, wait = answers.expect()
    second, wait_too = answers.expect()
    answers.take(first, OSError(errno.ENOSPC, "No space left on device"))
    answers.take(second, b"a file")
    with pytest.raises(OSError, match="No space left") as caught:
        wait()
    assert caught.value.errno == errno.ENOSPC
    assert wait_too() == b"a file"
    _ticket, never = answers.expect()
    answers.give_up()
    assert never() is None
