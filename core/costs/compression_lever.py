"""Compression as a lever: what each artifact bought over its original, and what its making cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.artifacts.artifact import Artifact, Measured

MOST = 6  # artifacts of which it is said, the newest


@dataclass(frozen=True)
class Compressed:
    """An artifact beside its original; both were measured.

    Attributes:
        artifact, original: Both.
        made, before: What was measured of them.
    """

    artifact: Artifact
    original: Artifact
    made: Measured
    before: Measured

    @property
    def service(self) -> tuple[float, float] | None:
        """Seconds of an answer to one example, of the original and of the artifact; None where not measured."""
        times = [each.latency.get(1) for each in (self.before, self.made)]
        return None if times[0] is None or times[1] is None else (times[0].median, times[1].median)

    @property
    def is_sure(self) -> bool:
        """True if the difference of their answers is more than chance: McNemar's test, or a paired bootstrap."""
        return self.made.error_change.is_sure if self.made.is_quantity else self.made.difference.is_sure


def compressed(artifacts: Sequence[Artifact]) -> list[Compressed]:
    """The newest artifacts that were made, oldest first, each with the original of the same model."""
    found = []
    for artifact in artifacts:
        original = _original_of(artifact, artifacts) if artifact.steps else None
        if original is not None and artifact.measured is not None and original.measured is not None:
            found.append(Compressed(artifact, original, artifact.measured, original.measured))
    return found[-MOST:]


def _original_of(artifact: Artifact, artifacts: Sequence[Artifact]) -> Artifact | None:
    """The original that was made last of the model that `artifact` is of."""
    model = artifact.run, artifact.subject
    alike = [each for each in artifacts if not each.steps and each.measured and (each.run, each.subject) == model]
    return alike[-1] if alike else None
