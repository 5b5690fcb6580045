"""The table of what differs between runs: settings and versions, and nothing that is the same in all."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from core.config.relevance import relevant_fields
from core.config.training_config import FIELDS
from core.field import ConfigError
from core.language import _, shown
from core.store.run_title import value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.store.kept_run import KeptRun

MOST_RUNS = 12  # side by side; a wider table is read by nobody


def differing(runs: Sequence[KeptRun]) -> list[tuple[str, list[str]]]:
    """The settings and versions in which `runs` differ: their labels, and the value of each run in words.

    A setting that means nothing in a run is a dash there, and no difference.
    """
    relevant = [_relevant(run) for run in runs]
    rows = []
    for name, field in FIELDS.items():
        if len({run.settings.get(name) for run, known in zip(runs, relevant, strict=True) if name in known}) > 1:
            values = [
                value_text(name, run.settings.get(name)) if name in known else "–"
                for run, known in zip(runs, relevant, strict=True)
            ]
            rows.append((shown(field.label), values))
    for program in dict.fromkeys(name for run in runs for name in run.versions):
        if len({run.versions.get(program) for run in runs}) > 1:
            rows.append((program, [run.versions.get(program, "–") for run in runs]))
    return rows


def _relevant(run: KeptRun) -> frozenset[str]:
    try:
        return frozenset(relevant_fields(run.config)) | {"problem", "optimizer"}
    except ConfigError:  # of another version
        return frozenset(run.settings)


def differences_html(runs: Sequence[KeptRun]) -> str:
    """The table as HTML; a sentence where there is nothing to compare, or no difference."""
    compared = runs[:MOST_RUNS]
    if len(compared) < 2:
        return ""
    title, rows = escape(_("What differs")), differing(compared)
    if not rows:
        said = escape(_("These runs have the same settings."))
        return f'<div class="dl-differences"><h2>{title}</h2><p>{said}</p></div>'
    heads = "".join(f'<th scope="col">{_swatch(run)}{escape(run.title)}</th>' for run in compared)
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>{"".join(f"<td>{escape(value)}</td>" for value in values)}</tr>'
        for label, values in rows
    )
    return (
        f'<div class="dl-differences"><h2>{title}</h2><div class="dl-compare-scroll" role="region" '
        f'aria-label="{title}" tabindex="0"><table><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></div>"
    )


def _swatch(run: KeptRun) -> str:
    return f'<span class="dl-swatch" style="--dl-run:var(--dl-run-{run.colour})"></span>'
