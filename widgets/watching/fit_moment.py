"""One moment of a `fit`, which its charts draw."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.charts.model_moment import ModelMoment


@dataclass(frozen=True)
class FitMoment(ModelMoment):
    """A moment of a model's run; `no_step_look` says why nothing was found along an update, if nothing will be soon."""

    no_step_look: str = ""
