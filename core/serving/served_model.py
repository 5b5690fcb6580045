"""A model file that was loaded to be served, with the shapes that its requests must have."""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING, Self

import numpy as np

from core.field import ConfigError
from core.formats.certificate import Certificate
from core.formats.clean_reader import load
from core.formats.description import Description
from core.language import _
from core.serving.refusal import RefusalError

if TYPE_CHECKING:
    from pathlib import Path

    from core.formats.clean_reader import Answer

MOST_ROWS = 1024  # of one request
WARM_CALLS, TIMED_CALLS = 5, 10


class ServedModel:
    """A model with its name, its shapes, and a function of rows to answers.

    Attributes:
        name: As addresses have it.
        description: What the file says of itself.
        seconds: What an answer to one row takes, the median of a few calls.
        output_shape: Of one answer.
        platform: The format, as `FileFormat.label` has it.
    """

    def __init__(self, name: str, description: Description, answer: Answer, platform: str = "") -> None:
        self.name, self.description, self.answer, self.platform = name, description, answer, platform
        row = np.zeros((1, *description.input_shape), description.dtype)
        for _call in range(WARM_CALLS):
            self.output_shape = tuple(int(side) for side in answer(row).shape[1:])
        self.seconds = float(np.median([_timed(answer, row) for _call in range(TIMED_CALLS)]))

    @classmethod
    def load(cls, path: Path, name: str = "", uncertified: bool = False) -> Self:
        """The model at `path`, called `name` or else what it calls itself.

        Args:
            path: A file that this program exported; any other is code of a stranger's to be trusted or not by whoever
                names it on a command line.
            name: Of the model in addresses.
            uncertified: Serve it although its report says that its answers differ.

        Raises:
            ConfigError: It cannot be loaded, says nothing of itself, or its report says that it failed.
        """
        _check(path, uncertified)
        try:
            description = Description.read(path)
            if description is None:
                raise ConfigError(_("The file does not say what its inputs are; export it from the page."))
            called = re.sub(r"[^A-Za-z0-9_-]+", "_", name or description.name) or "model"
            return cls(called, description, load(path), path.suffix.removeprefix(".") or "saved_model")
        except ConfigError:
            raise
        except Exception as error:  # whatever a runtime raises over a file that is none
            raise ConfigError(_("The file cannot be loaded as a model.")) from error

    @property
    def dtype(self) -> np.dtype:
        """Of the inputs."""
        return np.dtype(self.description.dtype)

    def rows(self, values: object) -> np.ndarray:
        """`values` as rows (n, ...) of the model's dtype; raises RefusalError if they do not fit."""
        try:
            rows = np.asarray(values, self.dtype)
        except (ValueError, TypeError, OverflowError):
            raise RefusalError(400, f"Each instance must be numbers in the shape {self._shape}.") from None
        return self.fitting(rows)

    def fitting(self, rows: np.ndarray) -> np.ndarray:
        """`rows` if their shape fits; raises RefusalError otherwise."""
        if rows.ndim == 0 or rows.shape[1:] != self.description.input_shape:
            found = list(rows.shape[1:]) if rows.ndim else "none"
            raise RefusalError(400, f"Each instance must have the shape {self._shape}; these have {found}.")
        if not 0 < len(rows) <= MOST_ROWS:
            raise RefusalError(400, f"A request has 1 to {MOST_ROWS} instances; this one has {len(rows)}.")
        return rows

    @property
    def _shape(self) -> list[int]:
        return list(self.description.input_shape)

    @property
    def outputs(self) -> int:
        """The count of numbers in an answer."""
        return math.prod(self.output_shape)


def _check(path: Path, uncertified: bool) -> None:
    if not path.exists():
        raise ConfigError(_("There is no file {name}.", name=path.name))
    report = Certificate.read(path)
    if report is None or uncertified:
        return
    if not report.is_of(path):
        raise ConfigError(_("The report beside the file is that of another file."))
    if not report.passed:
        raise ConfigError(_("Its report says that its answers differ from those of the trained model: not served."))


def _timed(answer: Answer, row: np.ndarray) -> float:
    began = time.perf_counter()
    answer(row)
    return time.perf_counter() - began
