"""The words for what is kept of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.language import N_, shown
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


def literal(text: str) -> str:
    """`text` as Plotly shows it literally: no markup, and no place of a template."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")
