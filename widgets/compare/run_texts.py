"""The words for what is kept of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.config.training_config import FIELDS
from core.language import N_, shown
from core.number_format import format_number

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


def value_text(name: str, value: Any) -> str:
    """The value of the setting `name` in words."""
    field = FIELDS.get(name)
    if value is None:
        return "" if field is None else shown(field.empty)
    if field is not None and field.kind == "choice":
        return shown(next((label for label, choice in field.options if choice == value), str(value)))
    return format_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def literal(text: str) -> str:
    """`text` as Plotly shows it literally: no markup, and no place of a template."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")
