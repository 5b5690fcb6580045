"""How each change is made: a Keras model goes in, another one comes out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.compression.distillation import DistillationLoss, most_examples, targets
from core.compression.low_rank import low_rank_model
from core.compression.rounded import coarse, rounded_objective
from core.field import ConfigError
from core.language import _
from core.learning.setup import ModelSetup
from core.models.family import MODELS, fits
from core.number_text import count_text, percent
from core.pruning.fine_tuning import FineTuningFailed, fine_tune, objective_of
from core.pruning.masks import Masks
from core.pruning.schedule import CubicSchedule
from core.pruning.units import UnitMasks, parameters_left, share_of_units, unit_groups, without_units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import keras
    import numpy as np

    from core.artifacts.change import Step
    from core.datasets.split import Split
    from core.learning.model_objective import ModelObjective
    from core.pruning.fine_tuning import OnUpdates


@dataclass
class Work:
    """One artifact while it is made.

    Attributes:
        setup: The setup of the subject.
        split: Its data; a change of the inputs replaces them.
        teacher: The logits of the subject's model for inputs.
        report: Called with 0 to 1 and what is being done.
        live: Returns the settings that were changed since, by name.
        notes: Sentences on what was done.
        extra: Numbers for charts.
    """

    setup: ModelSetup
    split: Split
    teacher: Callable[[np.ndarray], np.ndarray]
    report: Callable[[float, str], None] = lambda _share, _doing: None
    live: Callable[[], Mapping[str, float]] = dict
    notes: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def tune(self, objective: ModelObjective, updates: int, on_updates: OnUpdates = lambda _done: None) -> None:
        """Fine-tunes and reports; raises ConfigError where that diverges."""

        def said(done: int) -> None:
            on_updates(done)
            self.report(done / max(updates, 1), _("Fine-tuning: {done} of {all} updates", done=done, all=updates))

        try:
            fine_tune(objective, updates, said)
        except FineTuningFailed as error:
            raise ConfigError(_("The fine-tuning diverged: its loss is no longer a number.")) from error

    def objective(self, model: keras.Model) -> ModelObjective:
        """The objective of `model` on the training data."""
        return objective_of(model, self.split.x_train, self.split.y_train)


def prune(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model with the smallest weights at zero."""
    masks, plan = Masks(model), _plan(step)
    by_layer = step.choice("scope") == "layer"

    def follow(done: int) -> None:
        final = work.live().get("sparsity", plan.final)
        masks.prune(replace(plan, final=final).sparsity(done), by_layer)
        work.extra.setdefault("sparsity", []).append((done, masks.sparsity()))

    work.tune(work.objective(model), step.whole("updates"), follow)
    masks.lift()
    return model


def prune_units(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The smaller model without the least important units."""
    if not unit_groups(model):
        raise ConfigError(_("No unit of this model can be removed: none feeds one layer alone."))
    total = model.count_params()
    possible = 1 - parameters_left(model, 1.0) / total
    if step.number("sparsity") > possible:
        raise ConfigError(_("At most {share} of this model can be removed as whole units.", share=percent(possible)))
    masks, plan = UnitMasks(model), _plan(step)
    share = share_of_units(model, plan.final)

    def follow(done: int) -> None:
        masks.prune(share * plan.sparsity(done) / plan.final if plan.final else 0.0)
        work.extra.setdefault("sparsity", []).append((done, plan.sparsity(done)))

    work.tune(work.objective(model), step.whole("updates"), follow)
    masks.lift()
    smaller = without_units(model, masks.kept)
    work.notes.append(
        _("{share} of the units of {count} layers are gone: {before} parameters became {after}.",
          share=percent(share), count=len(masks.kept), before=count_text(total),
          after=count_text(smaller.count_params()))
    )  # fmt: skip
    return smaller


def _plan(step: Step) -> CubicSchedule:
    """The cubic schedule of a step, or one that is at its end from the start."""
    updates, sparsity = step.whole("updates"), step.number("sparsity")
    return CubicSchedule.over(updates if step.choice("when") == "gradual" else 0, sparsity)


def low_rank(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model with dense layers of a lower rank."""
    thinner, names = low_rank_model(model, step.whole("rank"))
    work.notes.append(_("Taken apart at rank {rank}: {layers}.", rank=step.whole("rank"), layers=", ".join(names)))
    work.tune(work.objective(thinner), step.whole("updates"))
    return thinner


def distill(_model: keras.Model, step: Step, work: Work) -> keras.Model:
    """A student that has learned from the subject's answers."""
    setup = _student_setup(step, work.setup)
    x, y = _lessons(step, work)
    student = setup.family.build(setup.spec)
    loss = DistillationLoss(step.number("temperature"), step.number("mix"))
    work.report(0.0, _("The teacher answers"))
    objective = objective_of(student, x, targets(work.teacher, x, y), loss)

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


def _student_setup(step: Step, teacher: ModelSetup) -> ModelSetup:
    family = teacher.config.family if step.choice("family") == "same" else step.choice("family")
    if not fits(family, teacher.dataset):
        raise ConfigError(_("A {family} cannot read these data: choose another student.", family=MODELS[family].label))
    size = {"family": family, "size": step.whole("size"), "width": None, "depth": None}
    return ModelSetup.of(teacher.config.replace(**size), teacher.dataset)


def _lessons(step: Step, work: Work) -> tuple[np.ndarray, np.ndarray]:
    """The examples that the student sees: all, but those of a class that is left out."""
    x, y = work.split.x_train, work.split.y_train
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
    "prune_units": prune_units,
    "low_rank": low_rank,
    "inputs": coarser_inputs,
    "quantization_aware": quantization_aware,
}
