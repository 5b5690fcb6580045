"""The making of one artifact: changes, the file, what is measured of it."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.artifacts.artifact import BESIDE, Measured, Sizes
from core.artifacts.change import CALIBRATED, ONNX_FLOAT
from core.artifacts.latency import NotMeasured, latency
from core.artifacts.litert import check_calibration, layers_in, layers_of
from core.artifacts.runtime import constants_in, loaded, write, write_quantized
from core.compression.applying import apply
from core.compression.distillation import as_logits, corrected_for
from core.compression.opened import OpenedSubject
from core.compression.work import Work
from core.field import ConfigError
from core.formats.exporting import NOT_FINITE
from core.language import _
from core.number_text import percent
from core.optimizers.pruning import NONE
from core.pruning.zeros import kept_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import keras

    from core.artifacts.artifact import Artifact
    from core.artifacts.litert import Constant
    from core.compression.subject import Subject

SHARE_OF_CHANGES = 0.6  # of the progress, where there are any
FEW = 6  # examples of a change of mind that are shown
LATENCY_ROWS = 256
QUANTIZED = ("INT8", "UINT8", "INT4", "FLOAT16")
WHOLE_MODEL = "whole"  # extra: the name under which a changed layer of a student is said


class Workbench:
    """A subject, loaded, of which artifacts are made one by one."""

    def __init__(self, subject: Subject) -> None:
        """Loads model and data, and has the original answer the held-out examples.

        Raises:
            ConfigError: It answers with numbers that are not finite.
        """
        self._subject, self._opened = subject, OpenedSubject.of(subject)
        self._setup, self._split = self._opened.setup, self._opened.split
        self.model = self._opened.model()
        self._truths = subject.truths(self._split)
        outputs = self._outputs(self._split.x_val)
        if not np.isfinite(outputs).all():
            raise ConfigError(NOT_FINITE)
        self._original = subject.answers(outputs, self._split, subject.reading)

    def _outputs(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.model.predict(x, batch_size=256, verbose=0))

    def _teach(self, x: np.ndarray) -> np.ndarray:
        return as_logits(self._outputs(x), self._subject.reading)

    def make(
        self,
        artifact: Artifact,
        folder: Path,
        report: Callable[[float, str], None],
        live: Callable[[], Mapping[str, float]] = dict,
    ) -> Artifact:
        """`artifact` with its files in `folder` and what was measured.

        Raises:
            ConfigError: It cannot be made; the sentence says why.
            OSError: A file cannot be written.
        """
        count = len(artifact.steps)
        work = Work(
            self._setup, self._split, self._teach, float((self._original == self._truths).mean()), live=live,
            own=self._opened.own,
        )  # fmt: skip
        model = self._opened.model()
        work.kept = {} if self._setup.config.pruning == NONE else kept_weights(model)
        began = time.process_time()
        for place, step in enumerate(artifact.steps):
            if step.kind.is_format:
                continue
            work.report = _part(report, SHARE_OF_CHANGES * place / count, SHARE_OF_CHANGES / count)
            work.report(0.0, step.kind.label)
            model = apply(model, step, work)
        computed = time.process_time() - began
        report(SHARE_OF_CHANGES, _("Writing the file"))
        kept = folder / "model.keras"
        model.save(kept)
        file, measured, seconds = self._in_form(model, artifact, folder, work, report)
        if work.beside is not None:
            beside = folder / BESIDE
            beside.mkdir()
            work.extra[BESIDE] = self._in_form(work.beside, artifact, beside, work, report)[1]
        return replace(
            artifact, state="made", progress=1.0, doing="", file=str(file), keras_file=str(kept), measured=measured,
            extra=work.extra, making_cpu=computed + seconds,
        )  # fmt: skip

    def _in_form(
        self, model: keras.Model, artifact: Artifact, folder: Path, work: Work, report: Callable[[float, str], None]
    ) -> tuple[Path, Measured, float]:
        """The file of `model` in the form that is asked for, what was measured of it, and the seconds that took."""
        plain = folder / f"model{_ending(artifact)}"
        work.notes += write(model, plain)
        exact = constants_in(plain)
        began = time.process_time()
        file = self._quantized(artifact, plain, work)
        computed = time.process_time() - began
        report(0.75, _("Answering the held-out examples"))
        return file, self._measured(model, file, exact, work, report), computed

    def _quantized(self, artifact: Artifact, plain: Path, work: Work) -> Path:
        """The file in the form of the last step, or as it is."""
        scheme = _scheme(artifact)
        if scheme in ("", ONNX_FLOAT):
            return plain
        step, split = artifact.steps[-1], work.split
        rows = min(step.whole("examples"), len(split.x_train))
        if scheme in CALIBRATED:
            check_calibration(work.truths(split.y_train[:rows]))
        file = plain.with_name(f"{scheme}{plain.suffix}")
        write_quantized(plain, file, scheme, split.x_train[:rows])
        plain.unlink()
        return file

    def _measured(
        self,
        model: keras.Model,
        file: Path,
        exact: Mapping[str, Constant],
        work: Work,
        report: Callable[[float, str], None],
    ) -> Measured:
        split = work.split
        outputs = loaded(file).outputs(split.x_val)
        if not np.isfinite(outputs).all():
            raise ConfigError(_("The file answers with numbers that are not finite."))
        answers = self._subject.answers(outputs, split, work.reading)
        work.notes += _corrected(outputs, work)
        report(0.85, _("Measuring latency"))
        inputs = file.with_name("inputs.npy")
        np.save(inputs, split.x_val[:LATENCY_ROWS])
        try:
            times, memory, resident = latency(file, inputs)
        except NotMeasured:
            times, memory, resident = {}, None, None
            work.notes.append(_("Its latency could not be measured."))
        inputs.unlink()
        held = constants_in(file)
        owners = layers_of(list(exact.values()), model)
        changed = self._changed(model, {owners[name] for name in owners if _is_quantized(held, name)})
        return Measured(
            sizes=_sizes(model, file, exact, held, owners),
            answers=answers,
            truths=self._truths,
            classes=0 if self._subject.is_quantity else len(self._setup.classes),
            original=self._original,
            latency=times,
            memory=memory,
            resident=resident,
            changed_layers=changed,
            all_layers=sum(bool(layer.weights) for layer in layers_in(self.model)),
            notes=tuple(work.notes),
            shifted=_shifted(self._original, answers, split.x_val),
            reading=work.reading,
        )

    def _changed(self, model: keras.Model, quantized: set[str]) -> tuple[str, ...]:
        """The layers with parameters that are others than the original's, or stand in fewer bits."""
        before = {layer.name: layer.get_weights() for layer in layers_in(self.model)}
        return tuple(
            layer.name
            for layer in layers_in(model)
            if layer.weights and (layer.name in quantized or not _same(layer.get_weights(), before.get(layer.name)))
        )


def _scheme(artifact: Artifact) -> str:
    """The form of the last step; "" where that is none."""
    is_form = bool(artifact.steps) and artifact.steps[-1].kind.is_format
    return artifact.steps[-1].choice("scheme") if is_form else ""


def _ending(artifact: Artifact) -> str:
    return ".onnx" if _scheme(artifact).startswith(ONNX_FLOAT) else ".tflite"


def _corrected(outputs: np.ndarray, work: Work) -> list[str]:
    """What a student gets right of a class it never saw, once that class is answered as often as it occurs."""
    unseen, truths = work.extra.get("unseen"), work.truths(work.split.y_val)
    if unseen is None:
        return []
    answers = corrected_for(outputs, unseen, float((work.truths(work.split.y_train) == unseen).mean())).argmax(-1)
    of_class = truths == unseen
    return [
        _("With the bias of that class raised until it is answered as often as it occurs: {right} of {total}, "
          "and {share} of all.", right=int((answers[of_class] == unseen).sum()), total=int(of_class.sum()),
          share=percent(float((answers == truths).mean())))
    ]  # fmt: skip


def _part(report: Callable[[float, str], None], begin: float, length: float) -> Callable[[float, str], None]:
    return lambda share, doing: report(begin + length * share, doing)


def _same(weights: list[np.ndarray], others: list[np.ndarray] | None) -> bool:
    return others is not None and len(weights) == len(others) and all(map(np.array_equal, weights, others))


def _is_quantized(held: Mapping[str, Constant], name: str) -> bool:
    return name in held and held[name].type in QUANTIZED


def _sizes(
    model: keras.Model,
    file: Path,
    exact: Mapping[str, Constant],
    held: Mapping[str, Constant],
    owners: Mapping[str, str],
) -> Sizes:
    content = file.read_bytes()
    non_zeros = sum(int(np.count_nonzero(weight)) for weight in model.get_weights())
    for name in owners:
        if _is_quantized(held, name):  # a small number may have become zero
            non_zeros += held[name].non_zeros - exact[name].non_zeros
    return Sizes(len(content), len(gzip.compress(content, 9)), model.count_params(), non_zeros)


def _shifted(original: np.ndarray, answers: np.ndarray, x: np.ndarray) -> tuple[tuple[int, np.ndarray], ...]:
    """The first examples on which answers differ, of a quantity those that differ most, with their inputs."""
    if answers.dtype.kind == "f":
        rows = np.argsort(-np.abs(answers - original), kind="stable")[:FEW]
        rows = rows[answers[rows] != original[rows]]
    else:
        differs: Any = original != answers
        rows = np.flatnonzero(differs.reshape(len(differs), -1).any(1))[:FEW]
    return tuple((int(row), x[row]) for row in rows)
