"""What the process that engines are forked from has imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_engines_are_forked_without_scipy_which_they_can_still_import() -> None:
    code = (
        "import sys\n"
        "from core.engines.fork_server import preload\n"
        "preload()\n"
        "print('tensorflow' in sys.modules, [name for name in sys.modules if name.startswith('scipy')])\n"
        "import scipy.sparse\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "True []\n"
