"""A dashboard from a link: its settings, its lesson, and the curve of the page that it was copied from."""

from __future__ import annotations

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.versions import versions_in_link
from widgets.dashboard import Dashboard

CONFIG = TrainingConfig(optimizer="momentum", learning_rate=0.05, batch_size=20, seed=11, epochs=12)


def test_a_link_of_the_same_versions_makes_the_same_curve() -> None:
    labs = [Dashboard(CONFIG), Dashboard.from_link(f"https://lab.example/?{CONFIG.to_query()}&{versions_in_link()}")]
    try:
        for lab in labs:
            lab.play()
            assert lab.wait(60)
        first, other = (lab.history["loss"] for lab in labs)
        assert len(first) == 60
        np.testing.assert_allclose(other, first, rtol=1e-6)
    finally:
        for lab in labs:
            lab.close()


def test_a_query_that_cannot_be_used_is_refused_in_its_sentence() -> None:
    with pytest.raises(ConfigError, match=r"Seed must be a number\."):
        Dashboard.from_query("seed=soon")


def test_what_a_lesson_hides_reaches_the_page() -> None:
    lab = Dashboard.from_query("hide=seed,batch_size&open=diagnostics")
    assert lab._header.lesson == {"hide": ["seed", "batch_size"], "open": ["diagnostics"]}
    lab.close()
