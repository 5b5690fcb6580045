"""What tests of kept runs keep."""

from __future__ import annotations

import time
from typing import Any

from core.config.training_config import FIELDS, TrainingConfig


def columns_of(config: TrainingConfig | None = None, **more: Any) -> dict[str, Any]:
    """The columns of a run of `config` that took three steps."""
    config = config or TrainingConfig()
    return {
        "started": time.time(), "updated": time.time(), "state": "finished", "problem": config.problem,
        "family": config.family, "optimizer": config.optimizer, "seed": config.seed, "steps": 3, "seconds": 1.0,
        "learning_rate": config.learning_rate, "settings": {name: getattr(config, name) for name in FIELDS}, **more,
    }  # fmt: skip
