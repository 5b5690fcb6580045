"""The environment variables of the programs in which models train."""

from __future__ import annotations

import os
from pathlib import Path

from core.engines.turns import FILE

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "1"}  # else all TensorFlow's news stand in a notebook cell
ROOT = Path(__file__).resolve().parents[2]


def engine_environment(shared: Path) -> dict[str, str]:
    """Return this process' variables, with which another finds the same packages and trains with TensorFlow.

    Args:
        shared: A folder of what the engines share.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {"PYTHONPATH": os.pathsep.join(paths), "KERAS_BACKEND": "tensorflow", FILE: str(shared / "turns")}
    return {**QUIET, **os.environ, **ours}
