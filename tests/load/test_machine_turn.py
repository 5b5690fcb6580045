from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from core.load.machine_turn import MOST_SERVERS, MachineTurn

if TYPE_CHECKING:
    from pathlib import Path

TAKE = "import sys; from pathlib import Path; from core.load.machine_turn import MachineTurn as T; "


def test_one_has_it_and_the_next_after_it_was_given_back(tmp_path: Path) -> None:
    first = MachineTurn.take(tmp_path)
    assert first is not None
    assert MachineTurn.take(tmp_path) is None
    first.release()
    first.release()
    second = MachineTurn.take(tmp_path)
    assert second is not None
    second.release()


def test_another_process_has_to_wait_and_one_that_was_killed_leaves_it(tmp_path: Path) -> None:
    holds = TAKE + "t = T.take(Path(sys.argv[1])); print(t is not None, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holds, str(tmp_path)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "True\n"
    assert MachineTurn.take(tmp_path) is None
    other.kill()
    other.communicate()
    mine = MachineTurn.take(tmp_path)
    assert mine is not None
    mine.release()


def test_so_many_models_are_served_on_a_machine_and_no_more(tmp_path: Path) -> None:
    places = [MachineTurn.to_serve(tmp_path) for _each in range(MOST_SERVERS)]
    assert None not in places
    assert MachineTurn.to_serve(tmp_path) is None
    assert MachineTurn.take(tmp_path) is not None  # to put load is another right
    third = places[2]
    assert third is not None
    third.release()
    again = MachineTurn.to_serve(tmp_path)
    assert again is not None
    assert MachineTurn.to_serve(tmp_path) is None
