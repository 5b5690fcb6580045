"""What the page and the process that makes artifacts say to each other."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.field import ConfigError
from core.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.artifacts.artifact import Artifact
    from core.compression.subject import Subject


@dataclass(frozen=True)
class MakeOrder:
    """An order to make `artifact` of `subject` in the empty folder `folder`, with sentences in `language`."""

    artifact: Artifact
    subject: Subject
    folder: str
    language: str


@dataclass(frozen=True)
class LiveOrder:
    """New values of settings that may change while an artifact is made."""

    settings: Mapping[str, float]


@dataclass(frozen=True)
class SpectraOrder:
    """An order to find the singular values of a subject's dense layers."""

    subject: Subject


@dataclass(frozen=True)
class Spectra:
    """The singular values of each dense layer, descending, by the layer's name."""

    values: Mapping[str, Any]


def sentence_of(error: Exception) -> str:
    """One sentence for a person on what went wrong."""
    from core.learning.memory import ran_out_of_memory

    if isinstance(error, ConfigError):
        return error.sentence
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full, so the file could not be written: delete artifacts or make room.")
    if ran_out_of_memory(error):
        return _("There is not enough memory for this.")
    return _("This could not be made, for a reason that is not known.")
