"""What a model file says of itself: its labels and how its answers are read, kept inside the file."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

MEMBER = "descent_lab.json"  # in a file that is, or ends in, a ZIP archive, and in a SavedModel's folder
LABELS = "labels.txt"  # one a line: where programs that read LiteRT files look for them
EXTRA = "assets.extra"  # a SavedModel's folder for what TensorFlow itself does not read
KEY = "descent_lab"


@dataclass(frozen=True)
class Description:
    """What a client has to know of a model beside its numbers.

    Attributes:
        name: What the model is called in an address; letters, digits, - and _.
        input_shape: Of one example.
        dtype: Of the inputs, "float32" or "int32".
        labels: The names of the classes, in the order of the answers; () for a quantity.
        answers: "logits" of the classes, "quantity", or "other" for a person's own model.
        target: What is predicted, with its unit; "" if that has no name.
        note: What had to be changed in the model for the format, a sentence; "" for nothing.
    """

    name: str
    input_shape: tuple[int, ...]
    dtype: str
    labels: tuple[str, ...] = ()
    answers: str = "other"
    target: str = ""
    note: str = field(default="")

    def write(self, path: Path) -> None:
        """Puts the description into the model at `path`, where its format has a place for such things."""
        if path.suffix == ".onnx":
            self._write_onnx(path)
        elif path.suffix == ".xml":
            self._write_openvino(path)
        elif path.is_dir():
            folder = path / EXTRA
            folder.mkdir(exist_ok=True)
            for name, text in self._members.items():
                (folder / name).write_text(text, encoding="utf8")
        else:
            with zipfile.ZipFile(path, "a") as archive:  # a LiteRT file has the archive behind its own end
                for name, text in self._members.items():
                    archive.writestr(name, text)

    @classmethod
    def read(cls, path: Path) -> Description | None:
        """The description in the model at `path`; None for a model of another origin."""
        text = _text_in(path)
        return None if text is None else cls._parsed(json.loads(text))

    @classmethod
    def _parsed(cls, values: dict[str, Any]) -> Description:
        shape, labels = tuple(values.pop("input_shape")), tuple(values.pop("labels"))
        return cls(input_shape=shape, labels=labels, **values)

    @property
    def _json(self) -> str:
        return json.dumps(asdict(self))  # in ASCII: XML has no place for some characters of texts

    @property
    def _members(self) -> dict[str, str]:
        return {MEMBER: self._json, LABELS: "".join(f"{label}\n" for label in self.labels)}

    def _write_onnx(self, path: Path) -> None:
        import onnx

        model = onnx.load(path)
        onnx.helper.set_model_props(model, {KEY: self._json, "labels": "\n".join(self.labels)})
        onnx.save(model, path)

    def _write_openvino(self, path: Path) -> None:
        tree = ElementTree.parse(path)
        root = tree.getroot()
        place = root.find("rt_info")
        place = ElementTree.SubElement(root, "rt_info") if place is None else place
        ElementTree.SubElement(place, KEY, value=self._json)
        tree.write(path, encoding="utf-8", xml_declaration=True)


def _text_in(path: Path) -> str | None:
    if path.suffix == ".onnx":
        import onnx

        return {entry.key: entry.value for entry in onnx.load(path).metadata_props}.get(KEY)
    if path.suffix == ".xml":
        place = ElementTree.parse(path).getroot().find(f"rt_info/{KEY}")
        return None if place is None else place.get("value")
    if path.is_dir():
        file = path / EXTRA / MEMBER
        return file.read_text(encoding="utf8") if file.exists() else None
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        return archive.read(MEMBER).decode() if MEMBER in archive.namelist() else None
