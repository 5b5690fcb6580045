"""The definition of a run: one frozen `TrainingConfig` with a value for each setting.

Everything that sets up a run goes through here: sliders, number boxes and the page's URL. A page can
send any value whatever its slider's bounds, so a config checks itself when it is built, and an invalid
one cannot exist: the caller gets a `ConfigError` whose message is a sentence for the person at the page.
"""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass, replace
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import parse_qsl, urlencode

import numpy as np

from core.config.settings import FIELDS, SETTINGS
from core.config.start_labels import as_called
from core.config.suggested import suitable, suitable_rate
from core.datasets.dataset import CSV
from core.datasets.registry import DATASETS
from core.field import ConfigError, Value
from core.language import _, shown
from core.models.family import MODELS, families_for
from core.number_format import shortest
from core.objectives.surfaces import SURFACES

LONGEST_QUERY = 3500  # characters; every setting at its longest needs fewer than 1000, drawn points 1800

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.objectives.loss_surface import LossSurface

    _given: Any = None

    @dataclass(frozen=True)
    class _Values:
        """The settings that code may name, for type checkers. Registries bring more; `SETTINGS` has the defaults."""

        problem: str = _given
        samples: int = _given
        noise: float = _given
        start_x: float | None = _given
        start_y: float | None = _given
        examples: int | None = _given
        data_noise: float = _given
        train_share: float = _given
        train_examples: int | None = _given
        points: str = _given
        family: str = _given
        size: int = _given
        width: int | None = _given
        depth: int | None = _given
        activation: str = _given
        dropout: float = _given
        normalization: str = _given
        l1: float = _given
        l2: float = _given
        optimizer: str = _given
        learning_rate: float = _given
        schedule: str = _given
        clip_norm: float | None = _given
        pruning: str = _given
        sparsity: float = _given
        epochs: int = _given
        batch_size: int = _given
        seed: int = _given

else:
    _Values = make_dataclass("_Values", [(field.name, Value, field.default) for field in SETTINGS], frozen=True)


@dataclass(frozen=True)
class TrainingConfig(_Values):
    """Everything that defines a run: an attribute for each of `SETTINGS`, parsed and checked when it is built.

    The defaults are the linear regression the page opens with; optimizer defaults are those of
    keras.optimizers.

    >>> TrainingConfig(optimizer="adam", learning_rate=0.1).to_query()
    'optimizer=adam&learning_rate=0.1'
    >>> TrainingConfig.from_query("learning_rate=0,1&seed=soon")[1]
    ['Seed must be a number.']

    Raises:
        ConfigError: one sentence about the first setting that is wrong.
    """

    def __post_init__(self) -> None:
        for name, setting in FIELDS.items():  # the problem first
            object.__setattr__(self, name, as_called(setting, self.problem).parse(getattr(self, name)))
        fitting = families_for(self.problem)
        if fitting and self.family not in fitting:
            raise ConfigError(_misfit(self.problem, self.family))
        if self.problem in SURFACES:
            _check_start(SURFACES[self.problem], vars(self))

    @property
    def learns(self) -> bool:
        """True if a model learns from data; else a line or a surface is minimised."""
        return self.problem in DATASETS or self.problem == CSV

    def replace(self, **changes: object) -> Self:
        """The same config with some settings changed; raises ConfigError if a new value is not legal."""
        return replace(self, **cast("Any", changes))

    def changed(self, other: TrainingConfig) -> set[str]:
        """The names of the settings in which the two configs differ."""
        return {name for name in FIELDS if getattr(self, name) != getattr(other, name)}

    def is_live_change(self, other: TrainingConfig) -> bool:
        """True if a run with this config can go on with the other: no structural setting differs."""
        return all(FIELDS[name].live for name in self.changed(other))

    @classmethod
    def suited_to(cls, problem: str) -> Self:
        """The config a problem starts with: what suits it, the defaults otherwise."""
        return cls(**cast("Any", {"problem": problem, **suitable(problem)}))

    def to_query(self) -> str:
        """The settings that differ from those the problem starts with as a URL query, e.g. "optimizer=adam&seed=7".

        Without a leading "?", the problem first unless it is the page's own, in declaration order, each
        number in the fewest digits that are exact.
        """
        suited = self.suited_to(self.problem)
        changed = self.changed(suited._resized(self)._with_optimizer_of(self))
        changed |= ({"optimizer"} & self.changed(suited)) | ({"problem"} & self.changed(TrainingConfig()))
        values = ((name, getattr(self, name)) for name in FIELDS if name in changed)
        return urlencode([(name, _as_text(v)) for name, v in values])

    @classmethod
    def from_query(cls, text: str) -> tuple[TrainingConfig, list[str]]:
        """The config a URL query describes, and one sentence for each setting that could not be used.

        Such settings, and those it does not name, are as the problem starts with them; but a family or size of its
        own chooses width and depth anew, and an optimizer the rate that suits it, as they do in the menu. Names that
        are no setting are ignored, since the URL also carries other programs' parameters. Of a repeated name the last
        counts.

        >>> config, refused = TrainingConfig.from_query("?optimizer=adam&learning_rate=0.05&momentum=2")
        >>> config.optimizer, config.learning_rate, len(refused)
        ('adam', 0.05, 1)
        """
        if len(text) > LONGEST_QUERY:
            return cls(), [_("The link is too long to be read, so every setting is at its default.")]
        good: dict[str, Value] = {}
        sentences = []
        said = dict(parse_qsl(text.removeprefix("?"), keep_blank_values=True))
        problem = said.get("problem", FIELDS["problem"].default)
        for name, value in said.items():
            if name not in FIELDS:
                continue
            try:
                good[name] = as_called(FIELDS[name], problem).parse(value)
            except ConfigError as error:
                sentences.append(error.sentence)
        suited = cls.suited_to(cast("str", good.pop("problem", FIELDS["problem"].default)))
        fitting = families_for(suited.problem)
        if fitting and good.get("family", suited.family) not in fitting:
            sentences.append(_misfit(suited.problem, cast("str", good.pop("family"))))
        try:
            named = suited.replace(**good)
            return suited._resized(named)._with_optimizer_of(named).replace(**good), sentences
        except ConfigError as error:  # each is legal by itself
            return suited, [*sentences, error.sentence]

    def _resized(self, other: TrainingConfig) -> Self:
        """This config with the size and family of `other`, and width and depth by that size if it is another one."""
        sized = {"size": other.size, "family": other.family}
        return self if not self.changed(self.replace(**sized)) else self.replace(width=None, depth=None)

    def _with_optimizer_of(self, other: TrainingConfig) -> Self:
        """This config with the optimizer of `other`, and the rate that suits it on the surface that `other` makes."""
        if self.optimizer == other.optimizer and self.problem not in SURFACES:
            return self
        rate = suitable_rate(self.problem, other.optimizer, vars(other))
        return self.replace(optimizer=other.optimizer, learning_rate=rate)


def _check_start(surface: LossSurface, settings: Mapping[str, Any]) -> None:
    """Refuses a surface that has no value where it would begin."""
    if surface.of_settings is None:
        return
    shaped = surface.with_settings(settings)
    start = [
        own if given is None else given
        for own, given in zip(shaped.start, (settings["start_x"], settings["start_y"]), strict=True)
    ]
    with np.errstate(all="ignore"):
        if not np.isfinite(shaped(*map(np.float64, start), **settings)):
            raise ConfigError(_("The formula has no finite value at the start; choose another start."))


def _misfit(problem: str, family: str) -> str:
    names = ", ".join(shown(MODELS[name].label) for name in families_for(problem))
    model = MODELS[family].label
    if problem == CSV:
        return _("Model {model} cannot read your CSV; choose one of {names}.", model=model, names=names)
    data = DATASETS[problem].label
    return _("Model {model} cannot read {data}; choose one of {names}.", model=model, data=data, names=names)


def _as_text(value: Value) -> str:
    """A value as a link writes it; an empty one, where the problem starts with a number, as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else shortest(value)
