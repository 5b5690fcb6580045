"""Work behind a page runs at a lower priority than what is seen, by itself and by its session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.engines.launcher import EngineLauncher
from core.giving_way import NICENESS

SAID = "import os; from core.giving_way import give_way; give_way(); print(os.nice(0)); print(open({path!r}).read())"
AUTOGROUP = "/proc/self/autogroup"

pytestmark = pytest.mark.skipif(not Path(AUTOGROUP).exists(), reason="this kernel does not schedule by sessions")


def niceness_of_session(text: str) -> int | None:
    """Of what the kernel says: `/autogroup-12 nice 5`, and nothing of a session that it does not group."""
    return int(text.split("nice")[1]) if text.strip() else None


def after_giving_way(new_session: bool) -> tuple[int, int | None]:
    command = [sys.executable, "-c", SAID.format(path=AUTOGROUP)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, start_new_session=new_session).stdout
    own, session = said.split("\n", 1)
    return int(own), niceness_of_session(session)


def test_a_process_with_a_session_of_its_own_lowers_both() -> None:
    assert after_giving_way(new_session=True) == (NICENESS, NICENESS)


def test_a_process_in_a_session_of_others_leaves_that_alone() -> None:
    before = niceness_of_session(Path(AUTOGROUP).read_text())
    assert after_giving_way(new_session=False) == (NICENESS, before)


def test_an_engine_gives_way_by_its_session() -> None:
    launcher = EngineLauncher()
    try:
        connection = launcher.connect()
        pid = connection.recv()
        assert niceness_of_session(Path(f"/proc/{pid}/autogroup").read_text()) == NICENESS
    finally:
        launcher.close()
