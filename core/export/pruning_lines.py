"""Pruning in a script that a person takes away: the masks of a run in plain Keras and NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.export.script_lines import comment
from core.language import _
from core.optimizers.pruning import CHOICES, MATRICES, MOST_BETWEEN, NONE, ROUNDING, SHARE_TO_RECOVER, SPARSITY, SPREAD

if TYPE_CHECKING:
    from core.runs.saved_run import SavedRun

PRUNE = f"""\
pruned = [weight for weight in model.trainable_weights if weight.name in {MATRICES!r}]
masks, chosen_by = [np.ones(weight.shape, bool) for weight in pruned], None


def prune(step, total, sparsity):
    global masks, chosen_by
    values = [weight.numpy() for weight in pruned]
    if step % min(max(total // {CHOICES}, 1), {MOST_BETWEEN}) == 0 or sparsity != chosen_by:
        chosen_by = sparsity
        rest = 1 - min(step / max({1 - SHARE_TO_RECOVER} * total, 1), 1)
        size = np.abs(np.concatenate([value.ravel() for value in values]))
        count = int(sparsity * (1 - rest * rest * rest) * len(size) + {ROUNDING})
        kept = np.ones(len(size), bool)
        kept[np.lexsort((np.arange(len(size)) * {SPREAD} % 2**31, size))[:count]] = False
        parts = np.split(kept, np.cumsum([value.size for value in values])[:-1])
        masks = [part.reshape(value.shape) for part, value in zip(parts, values)]
    for weight, value, mask in zip(pruned, values, masks):
        weight.assign(np.where(mask, value, 0))
"""


def is_pruned(run: SavedRun) -> bool:
    """True if weights of the run become zero on the way."""
    return run.config.learns and run.config.pruning != NONE


def first_sparsity(run: SavedRun) -> float:
    """The sparsity that the run began with."""
    return run.start.get(SPARSITY.name, run.config.sparsity)


def pruning_lines(run: SavedRun) -> list[str]:
    """The function `prune`, which sets weights to zero after an update; nothing where the run does not prune."""
    if not is_pruned(run):
        return []
    said = _("Pruning: after an update the smallest weights are zero, more and more of them on a cubic schedule.")
    return [*comment(said), *PRUNE.splitlines(), ""]
