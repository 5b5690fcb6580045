"""What would not fit in memory is said before it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest
import tensorflow as tf

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.learning import memory
from core.learning.memory import GIB, check_memory, free_bytes, ran_out_of_memory, total_bytes, training_bytes
from core.learning.setup import ModelSetup

if TYPE_CHECKING:
    from pathlib import Path

LARGE = ModelSetup.of(TrainingConfig(problem="digits", size=30_000_000))


def test_a_model_that_needs_more_than_is_free_is_refused_with_both_numbers() -> None:
    with pytest.raises(
        ConfigError, match=r"^29.* need about .* GiB of memory .* and 0\.5 GiB is free: choose a smaller"
    ):
        check_memory(LARGE, moments=2, free=GIB // 2)


def test_a_model_that_fits_is_let_through() -> None:
    check_memory(LARGE, moments=2, free=64 * GIB)


def test_what_is_needed_covers_weights_gradient_and_moments() -> None:
    assert training_bytes(LARGE, 2) >= (1 + 1 + 2) * 4 * LARGE.parameters
    assert training_bytes(LARGE, 2) > training_bytes(LARGE, 0)


def test_this_machine_has_some_memory_free() -> None:
    assert 10_000_000 < free_bytes() <= psutil.virtual_memory().total


def test_free_memory_is_what_the_machine_has_left_and_no_more_than_a_containers_limit_leaves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    available = psutil.virtual_memory().available
    assert free_bytes() == pytest.approx(available, rel=0.2)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert free_bytes() == pytest.approx(available, rel=0.2)
    (tmp_path / "memory.max").write_text("5000000\n")
    assert free_bytes() == 4_000_000


def test_a_container_has_no_more_memory_than_its_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert total_bytes() == psutil.virtual_memory().total
    (tmp_path / "memory.max").write_text("5000000\n")
    assert total_bytes() == 5_000_000


def test_memory_that_runs_out_is_told_from_other_faults() -> None:
    huge = tf.constant(1.0)
    with pytest.raises(tf.errors.ResourceExhaustedError) as refused:
        tf.zeros((10**6, 10**9)) + huge
    assert ran_out_of_memory(refused.value)
    assert ran_out_of_memory(MemoryError())
    assert not ran_out_of_memory(ValueError("no such layer"))


def test_a_services_own_limit_counts_and_those_around_it_and_what_files_take_is_free(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "system.slice" / "lab.service"
    own.mkdir(parents=True)
    (tmp_path / "own").write_text("1:name=systemd:/elsewhere\n0::/system.slice/lab.service\n")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    monkeypatch.setattr(memory, "_OWN_GROUP", tmp_path / "own")
    (own / "memory.max").write_text("5000000\n")
    (own / "memory.current").write_text("3000000\n")
    (own / "memory.stat").write_text("anon 2000000\ninactive_file 500000\nactive_file 300000\n")
    assert free_bytes() == 2_500_000
    (own.parent / "memory.max").write_text("9000000\n")
    (own.parent / "memory.current").write_text("8000000\n")
    assert free_bytes() == 1_000_000
