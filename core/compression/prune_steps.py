"""The changes that prune: a Keras model goes in, another one comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.compression.work import DIVERGED
from core.field import ConfigError
from core.language import _
from core.learning.learner import build_learner
from core.number_text import count_text, percent
from core.optimizers.pruning import NONE
from core.pruning.fine_tuning import FineTuningFailed, fine_tune
from core.pruning.masks import Masks
from core.pruning.schedule import CubicSchedule
from core.pruning.smallest import smallest, tuning_rows
from core.pruning.units import UnitMasks, parameters_left, share_of_units, unit_groups, without_units
from core.training.build import build_trainer

if TYPE_CHECKING:
    import keras

    from core.artifacts.change import Step
    from core.compression.work import Work
    from core.pruning.smallest import Found


def prune(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model with the smallest weights at zero."""
    masks, plan = Masks(model, work.kept), _plan(step)
    by_layer = step.choice("scope") == "layer"

    def follow(done: int) -> None:
        final = work.live().get("sparsity", plan.final)
        masks.prune(replace(plan, final=final).sparsity(done), by_layer)
        work.extra.setdefault("sparsity", []).append((done, masks.sparsity()))

    work.tune(work.objective(model), step.whole("updates"), follow)
    masks.lift()
    return model


def train_pruned(_model: keras.Model, step: Step, work: Work) -> keras.Model:
    """A model trained anew as the subject was, with its own optimizer, that loses weights on the way."""
    setup = work.setup
    objective = (build_learner(setup) if work.own is None else work.own.learner(setup)).objective
    config = setup.config.replace(pruning=NONE)  # the masks of this step take the place of the run's
    trainer, masks = build_trainer(config, objective), Masks(objective.model)
    updates = step.whole("updates")
    trainer.set_total(updates)
    plan = CubicSchedule.over(updates, step.number("sparsity"))

    def follow(done: int) -> None:
        final = work.live().get("sparsity", plan.final)
        masks.prune(replace(plan, final=final).sparsity(done))
        work.extra.setdefault("sparsity", []).append((done, masks.sparsity()))

    follow(0)
    work.train(trainer, updates, follow)
    masks.lift()
    return objective.model


def prune_to(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The model with as few weights as keep the original's accuracy but for some points.

    It is judged on training examples that are held back from tuning.
    """
    x, y = work.split.x_train, work.truths(work.split.y_train)
    if work.reading.kind == "quantity":
        raise ConfigError(
            _("This search counts right answers, and the model predicts a quantity: prune it to a share instead.")
        )
    judged = tuning_rows(len(x))
    trained = np.setdiff1d(np.arange(len(x)), judged)
    objective = work.objective(model, trained)

    def right() -> int:
        return int((work.reading.chosen(objective.predict(x[judged])) == y[judged]).sum())

    # The original was trained on these rows and knows them by heart: what it has right of unseen ones is the measure.
    needed = int((work.accuracy - step.number("points") / 100) * y[judged].size)
    most = step.whole("updates")
    rounds = [0]

    def begin(number: int) -> None:
        rounds[0] = number
        work.report(1 - 0.9**number, _("Search: try {number}", number=number))

    def tune() -> None:
        try:
            fine_tune(objective, most)  # its masks hold the zeros that there were
        except FineTuningFailed as error:
            raise ConfigError(DIVERGED) from error

    work.report(0.0, _("Pruning each layer by itself"))
    found = smallest(model, right, needed, tune, begin, work.kept)
    total = y[judged].size
    shares = {path: [count / total for count in counts] for path, counts in found.sensitivity.items()}
    work.extra["sensitivity"] = shares
    work.extra["shares"] = found.shares
    work.notes.append(_search_note(found, total))
    return model


def _search_note(found: Found, total: int) -> str:
    counts = {"right": found.right, "needed": found.needed, "total": total, "count": found.rounds}
    if found.right < found.needed:
        return _("After {count} tries {right} of {total} tuning examples are right, fewer than {needed}.", **counts)
    return _("After {count} tries {right} of {total} tuning examples are right; {needed} were needed.", **counts)


def prune_units(model: keras.Model, step: Step, work: Work) -> keras.Model:
    """The smaller model without the least important units."""
    if not unit_groups(model):
        raise ConfigError(_("No unit of this model can be removed: none feeds one layer alone."))
    total = model.count_params()
    possible = 1 - parameters_left(model, 1.0) / total
    if step.number("sparsity") > possible:
        raise ConfigError(_("At most {share} of this model can be removed as whole units.", share=percent(possible)))
    masks, plan = UnitMasks(model, work.kept), _plan(step)
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
