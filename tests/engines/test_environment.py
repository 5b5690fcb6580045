"""The environment of engines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.engines.environment import engine_environment

if TYPE_CHECKING:
    import pytest


def test_engines_train_with_tensorflow_whatever_keras_is_told_to_compute_with_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("OTHER", "1")
    environment = engine_environment(Path("folder"))
    assert (environment["KERAS_BACKEND"], environment["OTHER"]) == ("tensorflow", "1")


def test_tensorflows_news_are_not_written_into_a_notebook_unless_it_is_asked_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    assert engine_environment(Path("folder"))["TF_CPP_MIN_LOG_LEVEL"] == "1"
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    assert engine_environment(Path("folder"))["TF_CPP_MIN_LOG_LEVEL"] == "0"
