"""The words for what is kept of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import N_, _, shown
from core.models.family import families_for
from core.number_format import format_number
from core.store.run_title import value_text

if TYPE_CHECKING:
    from core.store.kept_run import KeptRun

STATES = {
    "playing": N_("playing"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "diverged": N_("diverged"),
    "failed": N_("failed"),
}


def state_text(run: KeptRun) -> str:
    """The state of `run` in a word."""
    return shown(STATES.get(run.state, run.state))


def choice_text(run: KeptRun, name: str) -> str:
    """The value of a setting of `run` in words; what another version wrote stands as it is."""
    if name == "problem" and run.data:
        return run.data
    return value_text(name, run.settings.get(name))


def parent_text(run: KeptRun) -> str:
    """Where a run left another one, as a fork or a branch; "" for one that began by itself."""
    if run.left_at is None:
        return ""
    step = format_number(run.left_at)
    if run.left_number is None:
        return _("step {step} of a run no longer kept", step=step)
    return _("step {step} of run {number}", step=step, number=run.left_number)


def descends_surface(run: KeptRun) -> bool:
    """True for a run on a surface or of the line, False for one of a model."""
    return not families_for(str(run.settings.get("problem")))


def literal(text: str) -> str:
    """`text` as Plotly shows it literally: no markup, and no place of a template."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")
