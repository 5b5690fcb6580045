"""What a page asks of the upload: a file, another target, another way to read the file.

A page may send anything at all; what is none of these is refused in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.columns.cell_parsing import clean_text
from core.columns.column import KINDS
from core.delimited.character_sets import ENCODINGS
from core.delimited.text_table import LARGEST_FILE
from core.field import ConfigError
from core.language import N_, Text, _, shown
from core.tables.csv_reader import ReadingChoices

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_FILE = N_("What the page sent is not a file.")
NO_CHOICE = N_("The page asked for something that this table does not offer.")
A_MODEL = N_("A trained model from elsewhere is not loaded here, since its file may hold a program. In a notebook of "
             "your own, Dashboard(model=…, data=…) takes yours.")  # fmt: skip
UNNAMED = N_("Your file")
OF_MODELS = (".keras", ".h5", ".hdf5", ".onnx", ".tflite", ".pt", ".pth", ".ckpt", ".safetensors", ".gguf", ".pkl",
             ".pickle", ".joblib")  # fmt: skip


@dataclass(frozen=True)
class FileSent:
    """A file, as it was dropped or chosen."""

    name: str
    data: bytes


@dataclass(frozen=True)
class TargetChosen:
    """A choice of what to predict, as the page sent it: anything at all."""

    target: object
    task: object


@dataclass(frozen=True)
class ReadingChosen:
    """Another way to read the file: an encoding, whether the first row is names, or the kind of a column."""

    encoding: str | None = None
    has_names: bool | None = None
    column: str | None = None
    kind: str | None = None

    def added_to(self, choices: ReadingChoices) -> ReadingChoices:
        """`choices` with this one; kinds of columns are forgotten where the columns may be others."""
        if self.column is not None and self.kind is not None:
            kinds = {**choices.kinds, self.column: self.kind}
            return ReadingChoices(choices.encoding, choices.has_names, kinds)
        encoding = choices.encoding if self.encoding is None else self.encoding
        has_names = choices.has_names if self.has_names is None else self.has_names
        return ReadingChoices(encoding, has_names)


@dataclass(frozen=True)
class TableKept:
    """A file that the browser has kept, how it was read, and what was predicted from it."""

    file: FileSent
    choices: ReadingChoices
    chosen: TargetChosen


Request = FileSent | TargetChosen | ReadingChosen | TableKept


def request_in(content: dict[str, Any], buffers: object) -> Request:
    """The request in a message of the page.

    Raises:
        ConfigError: it holds none.
    """
    match content.get("kind"):
        case "file":
            sent = FileSent(_file_name(content.get("name")), _bytes_in(buffers))
            if sent.name.lower().endswith(OF_MODELS):
                raise ConfigError(shown(A_MODEL))
            return sent
        case "choose":
            return TargetChosen(content.get("target"), content.get("task"))
        case "read":
            return _reading_in(content)
        case "too-large":
            raise ConfigError(_too_large())
    raise ConfigError(shown(NO_FILE))


def _reading_in(content: dict[str, Any]) -> ReadingChosen:
    match content:
        case {"encoding": str(encoding)} if encoding in ENCODINGS:
            return ReadingChosen(encoding=encoding)
        case {"has_names": bool(has_names)}:
            return ReadingChosen(has_names=has_names)
        case {"column": str(column), "as": str(kind)} if kind in KINDS:
            return ReadingChosen(column=column, kind=kind)
    raise ConfigError(shown(NO_CHOICE))


def table_kept_in(table: Mapping[str, object]) -> TableKept:
    """The table that a browser has kept, out of anything at all.

    Raises:
        ConfigError: it is none.
    """
    match table:
        case {"encoding": str() | None as encoding, "has_names": bool() | None as has_names, "kinds": dict(kinds)} if (
            encoding in (None, *ENCODINGS) and all(kind in (*KINDS,) for kind in kinds.values())
        ):
            file = FileSent(_file_name(table.get("name")), _bytes_in([table.get("data")]))
            chosen = TargetChosen(table.get("target"), table.get("task"))
            return TableKept(file, ReadingChoices(encoding, has_names, kinds), chosen)
    raise ConfigError(shown(NO_CHOICE))


def _too_large() -> Text:
    """The refusal of a file beyond the limit."""
    return _("The file is larger than {megabytes} MB, which is the limit.", megabytes=LARGEST_FILE // 1_000_000)


def _bytes_in(buffers: object) -> bytes:
    if not isinstance(buffers, list) or len(buffers) != 1 or not isinstance(buffers[0], bytes | memoryview):
        raise ConfigError(shown(NO_FILE))
    return bytes(buffers[0])


def _file_name(name: object) -> str:
    return (clean_text(name) if isinstance(name, str) else "") or UNNAMED
