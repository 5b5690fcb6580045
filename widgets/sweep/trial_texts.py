"""The words for a trial of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.language import N_, _, ngettext, shown
from core.number_format import format_number
from core.number_text import significant, time_text
from core.sweeps.stopping import expected_gain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.sweeps.setting_range import SettingRange
    from core.sweeps.sweep import Sweep
    from core.sweeps.trial import Trial

STATES = {
    "waiting": N_("waiting"), "training": N_("training"), "finished": N_("finished"), "pruned": N_("given up"),
    "diverged": N_("diverged"), "failed": N_("failed"), "stopped": N_("stopped"),
}  # fmt: skip
MOST_BEST = 8  # trials in the list


def state_text(trial: Trial) -> str:
    """The state of a trial in a word or two."""
    return shown(STATES[trial.state])


def value_text(name: str, value: Any) -> str:
    """The value of a setting in words."""
    field = FIELDS[name]
    if field.kind == "choice":
        return shown(next((label for label, choice in field.options if choice == value), str(value)))
    return significant(value, 3) if isinstance(value, float) else format_number(value)


def settings_text(trial: Trial) -> str:
    """What a trial was given, setting by setting."""
    return ", ".join(
        _("{label} {value}", label=shown(FIELDS[name].label), value=value_text(name, value))
        for name, value in trial.settings.items()
    )


def label_of(each: SettingRange) -> str:
    """The name of the setting that a range is of."""
    return shown(FIELDS[each.name].label)


def trial_words(trials: Sequence[Trial]) -> list[str]:
    """What a label says of each trial."""
    return [
        _("{settings}: {state}, loss {loss}", settings=settings_text(trial), state=state_text(trial),
          loss=significant(trial.loss))
        for trial in trials
    ]  # fmt: skip


def best_trials(sweep: Sweep) -> dict[str, Any]:
    """The heads and rows of the list of the best trials, each row as number, name and cells."""
    known = [trial for trial in sweep.trials if trial.is_over and trial.repeats is None and trial.ended]
    known.sort(key=lambda trial: (not trial.counts, trial.state == "diverged", trial.loss))
    heads = ["#", *(shown(FIELDS[each.name].label) for each in sweep.plan.ranges), _("loss"), _("State")]
    return {"heads": heads, "rows": [_row(trial) for trial in known[:MOST_BEST]]}


def _row(trial: Trial) -> list[Any]:
    cells = [value_text(name, value) for name, value in trial.settings.items()]
    return [trial.number, str(trial.number + 1), [*cells, significant(trial.loss), state_text(trial)]]


def sweep_sentences(sweep: Sweep) -> list[str]:
    """How far a sweep has come, and what stopping it now would lose."""
    over = [trial for trial in sweep.trials if trial.is_over and trial.repeats is None]
    counts = {"done": format_number(len(over)), "budget": format_number(sweep.budget)}
    said: list[str] = [_("{done} of {budget} trials are over.", **counts)]
    diverged = sum(trial.state == "diverged" for trial in over)
    if diverged:
        said.append(ngettext("One trial diverged.", "{count} trials diverged.", diverged, count=diverged))
    if (left := sweep.seconds_left) is not None:
        said.append(_("About {time} left.", time=time_text(left)))
    if sweep.best is not None:
        loss = significant(sweep.best.loss)
        said.append(_("Best so far: loss {loss}, {settings}.", loss=loss, settings=settings_text(sweep.best)))
    said += _stopping(sweep, len(over))
    said += [trial.error for trial in over if trial.error][:1]
    return [*said, sweep.error] if sweep.error else said


def _stopping(sweep: Sweep, over: int) -> list[str]:
    losses = [trial.loss for trial in sweep.trials if trial.state in ("finished", "diverged") and trial.repeats is None]
    left, noise = sweep.budget - over, sweep.seed_noise
    said: list[str] = []
    gain = expected_gain(losses, left) if left > 0 and not sweep.is_over else None
    if gain is not None:
        said.append(_("Stopping now would probably lose {gain} of loss.", gain=significant(gain, 2)))
    if noise:  # a surface has no chance in it
        said.append(_("Other seeds alone move the best trial's loss by ±{noise}.", noise=significant(noise, 2)))
    return said
