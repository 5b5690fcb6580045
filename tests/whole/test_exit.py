"""A script that plays a model and falls off its end leaves no trace: no abort, no word on stderr."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.support.browser import ROOT

PATIENCE = 170  # seconds; a bound for a busy machine that imports TensorFlow and compiles, not a wait

SCRIPT = """
import sys, threading
from core.config.training_config import TrainingConfig
from widgets.dashboard import Dashboard

def is_inside(name, function):
    frames = sys._current_frames()
    stacks = [frames.get(thread.ident) for thread in threading.enumerate() if thread.name == name]
    while any(stacks):
        if any(frame and frame.f_code.co_name == function for frame in stacks):
            return True
        stacks = [frame and frame.f_back for frame in stacks]
    return False

lab = Dashboard(TrainingConfig.suited_to("spiral").replace(epochs=1_000_000))
panels = [panel["id"] for panel in lab._board.board["panels"]]
lab._board.seconds_since_ack = lambda: 0.0
lab._board._receive({{"kind": "switch", "panel": "landscape", "name": "plane", "value": "path"}})
lab._board._receive({{"kind": "view", "view": "a", "visible": panels, "hidden": False}})
lab.play()
while not ({moment}):
    assert lab._session.run.error is None
    lab._session.staged.observed.wait(0.001)
"""

# TensorFlow calls a gradient's Python function from C++: a thread that is killed in there takes the process along.
MOMENTS = {
    "right after play": "True",
    "while TensorFlow is imported": "'tensorflow' in sys.modules",
    "while the training step is traced": "is_inside('descent-lab-run', '_gradient_function')",
    "while a probe is traced": "is_inside('descent-lab-probes', '_gradient_function')",
    "while the landscape is computed": "is_inside('descent-lab-landscape', '_compute')",
}
LOGGED_BY_TENSORFLOW = re.compile(
    r"(WARNING: All log messages before absl|To enable the following instructions|[IWE]\d{4} 00:00:\d+\.\d+ ).*"
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_script_that_ends_while_its_run_plays_ends_cleanly(moment: str) -> None:
    code = SCRIPT.format(moment=MOMENTS[moment])
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    said = [line for line in run.stderr.splitlines() if not LOGGED_BY_TENSORFLOW.fullmatch(line)]
    assert (run.returncode, said) == (0, [])


def test_the_exit_code_of_a_script_that_fails_stays_its_own() -> None:
    code = "from widgets.dashboard import Dashboard\nlab = Dashboard()\nlab.play()\nraise SystemExit(3)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert run.returncode == 3
