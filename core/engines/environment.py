"""The environment variables of the programs in which models train."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.engines.turns import FILE
from core.forking.server_process import with_packages

if TYPE_CHECKING:
    from pathlib import Path

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "1"}  # else all TensorFlow's news stand in a notebook cell


def engine_environment(shared: Path) -> dict[str, str]:
    """Return this process' variables, with which another finds the same packages and trains with TensorFlow.

    Args:
        shared: A folder of what the engines share.
    """
    quiet = {name: os.environ.get(name, value) for name, value in QUIET.items()}
    return with_packages({**quiet, "KERAS_BACKEND": "tensorflow", FILE: str(shared / "turns")})
