"""The process that writes a trained model in a format: the page's kernel imports no TensorFlow.

python -m core.formats.export_process FOLDER FORMAT    # reads trained.pickle, writes the model and expected.npy
"""

from __future__ import annotations

import logging
import pickle
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.field import ConfigError
from core.formats.file_format import convert, format_called
from core.language import N_, shown, use

if TYPE_CHECKING:
    import keras

    from core.formats.trained_model import TrainedModel

log = logging.getLogger(__name__)

TRAINED, EXPECTED, REFUSAL, LANGUAGE = "trained.pickle", "expected.npy", "refusal.txt", "language.txt"
KERAS = "keras"  # the format that is made of the layers themselves
OWN_LAYERS = N_("The model has layers of its own, which no other program knows.")


def expected_answers(model: keras.Model, trained: TrainedModel) -> np.ndarray:
    """What the trained model answers to its held-out rows (n, ...), in the units of the source."""
    answers = np.asarray(model.predict(trained.x, batch_size=256, verbose=0))
    return answers if trained.y_scaling is None else trained.y_scaling.undo(answers)


def write(trained: TrainedModel, format: str, path: Path) -> np.ndarray:
    """Writes the model with its units and its description inside; returns the answers that are to be expected."""
    from core.formats.portable import with_scaling

    if format == KERAS and trained.code is not None and trained.code.has_own_parts:
        raise ConfigError(shown(OWN_LAYERS))  # whoever loads it would need their code
    model = _loaded(trained)
    scaled = with_scaling(model, trained.x_scaling, trained.y_scaling, trained.may_miss)
    note = convert(scaled, format, path)
    replace(trained.description, note=note).write(path)
    return expected_answers(model, trained)


def _loaded(trained: TrainedModel) -> keras.Model:
    import keras

    from core.formats.portable import with_input
    from core.models.layers import Positions

    if trained.code is not None:
        return with_input(trained.code.load(trained.archive), trained.x)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(trained.archive)
        try:
            return keras.saving.load_model(path, custom_objects={"Positions": Positions}, compile=False)
        except (TypeError, ValueError) as error:
            raise ConfigError(shown(OWN_LAYERS)) from error


def main(folder: Path, format: str) -> None:
    """Writes what `folder` asks for, or why it cannot be."""
    use((folder / LANGUAGE).read_text())
    trained: TrainedModel = pickle.loads((folder / TRAINED).read_bytes())
    path = folder / f"{trained.name}{format_called(format).ending}"
    try:
        np.save(folder / EXPECTED, write(trained, format, path))
    except ConfigError as error:
        (folder / REFUSAL).write_text(error.sentence, encoding="utf8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
