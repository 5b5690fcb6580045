"""How each change is made: a Keras model goes in, another one comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.compression.distillation import DistillationLoss, QuantityDistillationLoss, most_examples, targets
from core.compression.low_rank import low_rank_model
from core.compression.prune_steps import prune, prune_to, prune_units, train_pruned
from core.compression.race import race
from core.compression.rounded import coarse, rounded_objective, shrunk
from core.field import ConfigError
from core.language import _, shown
from core.learning.judgement import OF_TASK
from core.learning.setup import ModelSetup
from core.models.family import MODELS, fits
from core.number_text import count_text
from core.pruning.fine_tuning import objective_of
from core.pruning.zeros import kept_weights, zeros_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from core.artifacts.change import Step
    from core.compression.work import Work

SMALLEST_SIDE = 3  # pixels of a picture


def low_rank(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model with dense layers of a lower rank."""
    thinner, names = low_rank_model(model, step.whole("rank"))
    work.notes.append(_("Taken apart at rank {rank}: {layers}.", rank=step.whole("rank"), layers=", ".join(names)))
    work.tune(work.objective(thinner), step.whole("updates"))
    return thinner


def distill(_model: keras.Model, step: Step, work: Work) -> keras.Model:
    """A student that has learned from the subject's answers."""
    setup = _student_setup(step, work)
    x, y = _lessons(step, work)
    _check_pictures(x, step.whole("shrink"))
    work.report(0.0, _("The teacher answers"))
    lessons = targets(work.teacher, x, y)
    if step.whole("shrink") > 1:
        x, setup = _shrunk(x, setup, step, work)
    if work.own is not None:
        _take_place(setup, work)
    student = setup.family.build(setup.spec)
    kind = QuantityDistillationLoss if y.dtype.kind == "f" else DistillationLoss
    loss = kind(step.number("temperature"), step.number("mix"))
    objective = objective_of(student, x, lessons, loss)

    def follow(_done: int) -> None:
        asked = work.live()
        loss.temperature.assign(asked.get("temperature", step.number("temperature")))
        loss.mix.assign(asked.get("mix", step.number("mix")))

    work.tune(objective, step.whole("updates"), follow)
    work.notes.append(
        _("The student is a {family} of {count} parameters.", family=setup.family.label,
          count=count_text(student.count_params()))
    )  # fmt: skip
    return student


def _check_pictures(x: np.ndarray, times: int) -> None:
    """Raises ConfigError where the inputs `x` cannot be made so many times smaller."""
    if times > 1 and x.ndim != 4:
        raise ConfigError(_("Only pictures can be made smaller."))
    if times > 1 and min(x.shape[1:3]) // times < SMALLEST_SIDE:
        raise ConfigError(_("These pictures are too small to be made {times} times smaller.", times=times))


def _shrunk(x: np.ndarray, setup: ModelSetup, step: Step, work: Work) -> tuple[np.ndarray, ModelSetup]:
    """Smaller pictures `x` and a student of its size that reads them; from here on the work's data are smaller too."""
    times, split = step.whole("shrink"), work.split
    work.split = replace(split, x_train=shrunk(split.x_train, times), x_val=shrunk(split.x_val, times))
    work.notes.append(_("Pictures are {times} times smaller on each side.", times=times))
    small = shrunk(x, times)
    spec = setup.family.of_size(step.whole("size"), replace(setup.spec, input_shape=small.shape[1:]))
    return small, replace(setup, spec=spec)


def _student_setup(step: Step, work: Work) -> ModelSetup:
    teacher = work.setup
    is_same = step.choice("family") == "same"
    if is_same and work.own is not None:
        raise ConfigError(_("A smaller model of your own kind is not known: choose another student."))
    family = teacher.config.family if is_same else step.choice("family")
    if not fits(family, teacher.dataset):
        raise ConfigError(_("A {family} cannot read these data: choose another student.", family=MODELS[family].label))
    if work.own is not None:
        spec = MODELS[family].of_size(step.whole("size"), teacher.spec)
        return replace(teacher, family=MODELS[family], spec=spec, judgement=OF_TASK[teacher.dataset.task])
    size = {"family": family, "size": step.whole("size"), "width": None, "depth": None}
    return ModelSetup.of(teacher.config.replace(**size), teacher.dataset)


def _take_place(student: ModelSetup, work: Work) -> None:
    """Has a student of the page's own families take the place of a person's own model, targets as it has them."""
    y_train, y_val = (work.truths(np.asarray(y)) for y in (work.split.y_train, work.split.y_val))
    work.split = replace(work.split, y_train=y_train, y_val=y_val)
    work.setup, work.own = replace(work.setup, judgement=student.judgement), None


def _lessons(step: Step, work: Work) -> tuple[np.ndarray, np.ndarray]:
    """The examples that the student sees: all, but those of a class that is left out."""
    x, y = work.split.x_train, work.truths(work.split.y_train)
    unseen = step.values["unseen"]
    if unseen is not None:
        names = work.split.classes
        if y.ndim > 1 or not 0 <= int(unseen) < len(names):
            raise ConfigError(_("There is no class {number} to leave out.", number=unseen))
        x, y = x[y != unseen], y[y != unseen]
        work.extra["unseen"] = int(unseen)
        work.notes.append(_("The student saw no example of “{name}”.", name=names[int(unseen)]))
    most = most_examples((*y.shape[1:], work.setup.spec.outputs + 1))
    return x[:most], y[:most]


def coarser_inputs(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model, which from here on sees inputs of a few bits."""
    split, bits = work.split, step.whole("bits")
    if split.x_train.dtype.kind != "f":
        raise ConfigError(_("Tokens have no precision to lose."))
    low, high = float(split.x_train.min()), float(split.x_train.max())
    work.split = replace(
        split, x_train=coarse(split.x_train, bits, low, high), x_val=coarse(split.x_val, bits, low, high)
    )
    work.notes.append(
        _("Inputs have {count} values: the file is as it was, what is sent to it is smaller.", count=2**bits)
    )
    work.tune(work.objective(model), step.whole("updates"))
    return model


def quantization_aware(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model after training with weights that are rounded in each call."""
    objective = rounded_objective(work.objective(model), step.whole("weight_bits"))
    work.tune(objective, step.whole("updates"))
    return model


APPLY: dict[str, Callable[[keras.Model, Step, Work], keras.Model]] = {
    "distill": distill,
    "prune": prune,
    "train_pruned": train_pruned,
    "race": race,
    "prune_to": prune_to,
    "prune_units": prune_units,
    "low_rank": low_rank,
    "inputs": coarser_inputs,
    "quantization_aware": quantization_aware,
}
PRUNING = frozenset({"prune", "prune_to", "train_pruned", "race"})  # what makes zeros that are to last
ANEW = frozenset({"distill", "train_pruned", "race"})  # what begins a new model


def apply(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model after `step`. Zeros of a pruning before it stay; where they cannot, a note says how many do."""
    before = zeros_in(work.kept)
    if step.name in ANEW:
        work.kept = {}
    changed = _changed(model, step, work)
    work.kept = kept_weights(changed) if work.kept or step.name in PRUNING else {}
    after = zeros_in(work.kept)
    if after < before:
        work.notes.append(
            _("Of {before} zeros of the pruning before it, “{change}” has left {after}.", before=count_text(before),
              change=shown(step.kind.label), after=count_text(after))
        )  # fmt: skip
    return changed


def _changed(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model after `step`; a person's own may be built in any way, so that whatever goes wrong is one sentence."""
    try:
        return APPLY[step.name](model, step, work)
    except ConfigError:
        raise
    except (AttributeError, KeyError, NotImplementedError, TypeError, ValueError) as error:  # what foreign layers raise
        if work.own is None:
            raise
        raise ConfigError(
            _("“{change}” cannot be done with a model that is built as yours is.", change=shown(step.kind.label))
        ) from error
