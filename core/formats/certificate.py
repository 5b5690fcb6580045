"""The report on an exported model: how equal its answers are to those of the model that was trained.

The file is loaded in a process that imports nothing of this project, and asked for all held-out rows, at batch 1 and
at batch 32.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.learning.answers import Answers

ENDING = ".report.json"
FLOAT_TOLERANCE = 1e-5  # of the largest answer, or of 1 where that is smaller: float32 has seven digits
EQUAL_SHARE = 0.99  # of the answers of a quantized model
TYPICAL_ERROR = "root mean squared error"


@dataclass(frozen=True)
class Certificate:
    """What was found when the file was tried.

    Attributes:
        passed: Whether it may be served.
        sentence: Why it failed; "" if it passed.
        format: A key of FORMATS.
        sha256: Of the file's content, so that the report cannot stand beside another.
        size: Bytes of the file, or of all files of the folder.
        rows: How many held-out examples were asked.
        largest_difference: Between an answer and that of the trained model, at either batch size.
        largest_answer: Of the trained model, in magnitude.
        equal_answers: The share of rows with the same class, or of quantities within the tolerance.
        score_name: "accuracy" or "root mean squared error", in the unit of the target.
        score: Of the file.
        trained_score: Of the trained model.
        seconds: What all rows took, by batch size.
        quantized: Whether classes instead of numbers have to be equal.
        clean: Whether the process that tried it had imported nothing of this project.
        note: What was changed in the model for this format.
    """

    passed: bool
    sentence: str
    format: str
    sha256: str
    size: int
    rows: int
    largest_difference: float
    largest_answer: float
    equal_answers: float
    score_name: str
    score: float
    trained_score: float
    seconds: dict[str, float]
    quantized: bool
    clean: bool
    note: str = ""

    def write(self, model: Path) -> Path:
        """Writes the report beside the model at `model`; returns its path."""
        path = report_path(model)
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", encoding="utf8")
        return path

    @classmethod
    def read(cls, model: Path) -> Certificate | None:
        """The report beside the model at `model`; None if there is none."""
        path = report_path(model)
        return cls(**json.loads(path.read_text(encoding="utf8"))) if path.exists() else None

    def is_of(self, model: Path) -> bool:
        """True if the file at `model` is the one that was tried."""
        return digest(model) == self.sha256


def report_path(model: Path) -> Path:
    """Where the report on the model at `model` stands.

    >>> from pathlib import Path
    >>> str(report_path(Path("digits.onnx")))
    'digits.onnx.report.json'
    """
    return model.with_name(model.name + ENDING)


def digest(model: Path) -> str:
    """The SHA-256 of a file, or of all files of a folder, their names included."""
    found = sha256()
    for path in files_of(model):
        found.update(path.relative_to(model.parent).as_posix().encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def files_of(model: Path) -> list[Path]:
    """The files that make up the model at `model`, the named one first."""
    if model.is_dir():
        return sorted(path for path in model.rglob("*") if path.is_file())
    return [model, *(model.with_suffix(".bin") for _once in [0] if model.suffix == ".xml")]


def compared(
    expected: np.ndarray, found: dict[int, np.ndarray], y: np.ndarray, answers: Answers, quantized: bool
) -> dict[str, Any]:
    """The numbers of a certificate, and whether they suffice.

    Args:
        expected: The trained model's answers (n, ...).
        found: Those of the file by batch size, of the same shape.
        y: The targets (n, ...), in the unit of the answers.
        answers: How answers are read.
        quantized: Classes instead of numbers have to be equal: in 99 % of the rows.
    """
    largest = float(np.abs(expected).max())
    tolerance = FLOAT_TOLERANCE * max(1.0, largest)
    difference = max(float(np.abs(each.astype(np.float64) - expected).max()) for each in found.values())
    equal = min(_equal(expected, each, answers, tolerance) for each in found.values())
    name, score, trained = _scores(expected, next(iter(found.values())), y, answers)
    enough = equal >= EQUAL_SHARE if quantized else difference <= tolerance
    return {
        "passed": bool(enough), "largest_difference": difference, "largest_answer": largest, "equal_answers": equal,
        "score_name": name, "score": score, "trained_score": trained, "quantized": quantized, "rows": len(expected),
    }  # fmt: skip


def _equal(expected: np.ndarray, found: np.ndarray, answers: Answers, tolerance: float) -> float:
    if answers.classifies:
        return float((answers.chosen(expected) == answers.chosen(found)).mean())
    return float((np.abs(found - expected) <= tolerance).mean())


def _scores(expected: np.ndarray, found: np.ndarray, y: np.ndarray, answers: Answers) -> tuple[str, float, float]:
    if answers.classifies:
        truths = answers.truths(y)
        return "accuracy", *_each(lambda each: float((answers.chosen(each) == truths).mean()), found, expected)
    target = y.reshape(expected.shape).astype(np.float64)
    return TYPICAL_ERROR, *_each(lambda each: float(np.sqrt(((each - target) ** 2).mean())), found, expected)


def _each(score: Callable[[np.ndarray], float], found: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    return score(found), score(expected)
