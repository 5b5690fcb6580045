"""A full disk is told from whatever else may go wrong in a converter."""

from __future__ import annotations

import errno
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import keras
import pytest

from core.artifacts.litert import write_litert
from core.artifacts.onnx_file import write_onnx
from core.compression.orders import sentence_of
from core.field import ConfigError
from core.formats import full_disk
from core.formats.full_disk import refuse_full_disk

if TYPE_CHECKING:
    from pathlib import Path

FULL = "The disk is full, so the file could not be written: delete artifacts or make room."


def from_a_cause() -> RuntimeError:
    error = RuntimeError("the converter failed")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    return error


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), RuntimeError("a.tmp; No space left on device"), from_a_cause()]
)
def test_an_error_that_comes_of_it_is_it(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        refuse_full_disk(error, tmp_path)
    assert sentence_of(caught.value) == FULL


@pytest.mark.parametrize("error", [ValueError("an operation"), None])
def test_any_other_error_is_not_as_long_as_there_is_room(
    error: Exception | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_full_disk(error, tmp_path)
    monkeypatch.setattr(full_disk.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1000))
    with pytest.raises(OSError, match="No space left"):
        refuse_full_disk(error, tmp_path)


@pytest.mark.parametrize("write", [write_litert, write_onnx])
def test_a_converter_that_finds_no_room_does_not_blame_the_model(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])

    def fails(*_asked: Any, **_more: Any) -> None:
        raise RuntimeError("variables/variables.data; No space left on device")

    monkeypatch.setattr(keras.Sequential, "export", fails)
    with pytest.raises(OSError, match="No space left"):
        write(model, tmp_path / "model")

    def cannot(*_asked: Any, **_more: Any) -> None:
        raise RuntimeError("an unknown operation")

    monkeypatch.setattr(keras.Sequential, "export", cannot)
    with pytest.raises(ConfigError, match="cannot hold this model"):
        write(model, tmp_path / "model")
