from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from core.formats.description import Description
from tests.support.model_files import linear_onnx

if TYPE_CHECKING:
    from pathlib import Path

ODD = Description("odd", (2,), "float32", ("\n", "°", "“", "\x0c", "<&'>"), "logits", note="说明")


def a_model(kind: str, folder: Path) -> Path:
    if kind == ".onnx":
        return linear_onnx(folder)
    path = folder / f"model{kind}"
    if kind == ".xml":
        path.write_text('<?xml version="1.0"?>\n<net name="m"><layers/></net>\n')
    elif kind == ".tflite":
        path.write_bytes(b"\x1c\x00\x00\x00TFL3" + bytes(100))
    elif kind == ".keras":
        zipfile.ZipFile(path, "w").close()
    else:
        path.mkdir()
    return path


@pytest.mark.parametrize("kind", [".onnx", ".tflite", ".keras", ".xml", ""])
def test_labels_of_any_character_come_out_of_the_file_as_they_went_in(kind: str, tmp_path: Path) -> None:
    path = a_model(kind, tmp_path)
    ODD.write(path)
    assert Description.read(path) == ODD


@pytest.mark.parametrize("kind", [".tflite", ".keras", ".xml", ""])
def test_a_model_of_another_origin_says_nothing(kind: str, tmp_path: Path) -> None:
    assert Description.read(a_model(kind, tmp_path)) is None
