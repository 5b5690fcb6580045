"""A data set: what there is to learn, where it comes from, how its arrays are had and what suits them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.datasets.baselines import OF_TASK, Baseline, Rule, Task
from core.datasets.split import Examples, Split, split
from core.field import Field
from core.language import N_, _, pgettext, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.datasets.download import Progress
    from core.datasets.series import SeriesForecast
    from core.datasets.vocabulary import Vocabulary

Kind = Literal["points", "table", "image", "sequence", "text"]

GROUPS: Mapping[Kind, str] = {
    "points": pgettext("group of problems", "Points"),
    "table": pgettext("group of problems", "Tables"),
    "image": pgettext("group of problems", "Images"),
    "sequence": pgettext("group of problems", "Series"),
    "text": pgettext("group of problems", "Text"),
}
CSV = "csv"  # the problem that is a visitor's own file

SAMPLES = Field(
    name="samples",
    label=N_("Samples"),
    default=None,
    kind="int",
    low=10,
    high=100_000,
    scale="log",
    slider_high=10_000,
    help=N_("How many examples are used, training and validation together."),
    advice=N_("Take a tenth of them and watch the gap between training and validation grow."),
)
NOISE = Field(
    name="noise",
    label=N_("Noise"),
    default=0.0,
    kind="float",
    low=0.0,
    high=0.5,
    help=N_("How much chance there is in the points or in their labels."),
    advice=N_("Raise it and see whether the boundary follows single points."),
)
TRAIN_SHARE = Field(
    name="train_share",
    label=N_("Train share"),
    default=0.8,
    kind="float",
    low=0.1,
    high=0.9,
    help=N_("The share of the examples that the model learns from; the rest tests it."),
    advice=N_("With 0.9 little is left to test on: the validation curve becomes jagged."),
)
TRAIN_EXAMPLES = Field(
    name="train_examples",
    label=N_("Training examples"),
    default=None,
    kind="int",
    low=2,
    high=100_000,
    scale="log",
    empty=N_("all"),
    unit=N_("examples"),
    help=N_("How many examples of the training part are trained on; those held out stay the same."),
    advice=N_("Take a tenth of them: both runs are judged by the same held-out examples."),
)


@dataclass(frozen=True)
class Dataset:
    """Everything that is known of one data set; `load` returns its arrays.

    `kind` says which model families fit: "points" and "table" are vectors, "image" is (height, width,
    channels), "sequence" is (time, channels) or tokens (time,), "text" is tokens (time,) each of which is to
    be predicted. `input_shape` is the shape of one example. `target` names the quantity or class that is predicted,
    `unit` is its unit, "" where it has none. `classes` are the names of the classes. `features` name the entries of a
    vector or the channels of a sequence.

    `examples` is how many there are, None where they are made up as needed; `samples` how many are used where
    nothing is said, None for all. `parameters` are the settings that `make` takes. `ordered` data are validated on
    what comes after the training part. `download_bytes` is what has to be fetched from the network the first time.

    Data that are tokens have a `vocabulary`, called when it is first needed, for it may have to read the data; a
    `prompt` is what the page's language model goes on from, "" for the beginning of the validation part. A `forecast`
    is the series in time whose changes are the targets. `baselines` are what a model has to beat, those of its task
    where there are none. `suggested` are settings of a TrainingConfig that suit the data, by name. `of_settings` makes
    the data follow a config's settings. `also` are further words by which a person may look for them.

    Points are shown at least as far as `reach` from 0, both ways.
    """

    name: str
    label: str
    task: Task
    kind: Kind
    make: Callable[..., Examples]
    input_shape: tuple[int, ...]
    target: str
    source: str
    licence: str
    unit: str = ""
    also: str = ""
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    examples: int | None = None
    samples: int | None = None
    parameters: tuple[str, ...] = ()
    ordered: bool = False
    download_bytes: int = 0
    vocabulary: Callable[[], Vocabulary] | None = None
    prompt: str = ""
    forecast: SeriesForecast | None = None
    baselines: tuple[Rule, ...] = ()
    suggested: Mapping[str, object] = field(default_factory=dict, hash=False)
    of_settings: Callable[[Dataset, Mapping[str, Any]], Dataset] | None = None
    reach: float = 0.0

    def with_settings(self, settings: Mapping[str, Any]) -> Dataset:
        """The data set under `settings` of a config: the same one, or one that follows from them."""
        return self if self.of_settings is None else self.of_settings(self, settings)

    @property
    def group(self) -> str:
        """The group of the menu of problems in which it stands."""
        return GROUPS["text" if self.vocabulary is not None else self.kind]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of all that a model chooses among: classes, of a text its tokens; () for a quantity."""
        if self.task == "text" and self.vocabulary is not None:
            return self.vocabulary().texts
        return self.classes

    @property
    def target_in_unit(self) -> str:
        """The target with its unit if it has one, as an axis names it."""
        if not self.unit:
            return shown(self.target)
        return _("{quantity}, {unit}", quantity=self.target, unit=self.unit)

    def load(
        self,
        samples: int | None = None,
        noise: float = 0.0,
        train_share: float = 0.8,
        seed: int = 3,
        progress: Progress | None = None,
        train_examples: int | None = None,
    ) -> Split:
        """Its training and validation arrays, standardized; the same for the same arguments.

        Settings that the data set does not take, such as the noise of real data, change nothing.

        Args:
            samples: examples of both parts together, 10 to 100 000; None for the data set's own number.
            noise: chance in points or labels, 0 to 0.5.
            train_share: share of the examples that is trained on, 0.1 to 0.9.
            seed: of the examples that are made up, and of the order in which they are split.
            progress: called with 0 to 1 while something is downloaded.
            train_examples: how many of the training part are trained on, 2 to 100 000; None for all.

        Raises:
            ConfigError: a setting is out of range, or a download fails.
        """
        count = SAMPLES.parse(samples) or self.samples
        given = {"samples": count, "noise": NOISE.parse(noise), "seed": seed, "progress": progress}
        own = {name: given[name] for name in self.parameters}
        share = TRAIN_SHARE.parse(train_share)
        assert isinstance(share, float)
        assert count is None or isinstance(count, int)
        taken = TRAIN_EXAMPLES.parse(train_examples)
        assert taken is None or isinstance(taken, int)
        arrays = split(self.make(**own), share, seed, count, self.ordered, taken)
        return replace(arrays, classes=self.class_names)

    def judge_baselines(self, split: Split) -> tuple[Baseline, ...]:
        """The baselines on `split`, which `load` made."""
        return tuple(rule(split) for rule in self.baselines or OF_TASK[self.task])

    def prompt_tokens(self, split: Split) -> np.ndarray:
        """The tokens int32 (length,) that a language model goes on from: one example long.

        They end with the prompt, before which stands the beginning of the validation part.
        """
        assert self.vocabulary is not None
        tokens = np.concatenate([split.x_val[0], self.vocabulary().encode(self.prompt)])
        return tokens[-self.input_shape[0] :].astype(np.int32)
