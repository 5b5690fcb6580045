"""A data set: what there is to learn, where it comes from, and how its arrays are had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from core.datasets.baselines import OF_TASK, Baseline, Rule, Task
from core.datasets.download import Progress
from core.datasets.split import Examples, Split, split
from core.field import Field

Kind = Literal["points", "table", "image", "sequence", "text"]

CSV = "csv"  # the problem that is a visitor's own file

SAMPLES = Field(
    name="samples",
    label="Samples",
    default=None,
    kind="int",
    low=10,
    high=100_000,
    scale="log",
    slider_high=10_000,
    help="How many examples are used, training and validation together.",
)
NOISE = Field(
    name="noise",
    label="Noise",
    default=0.0,
    kind="float",
    low=0.0,
    high=0.5,
    help="How much chance there is in the points or in their labels.",
)
TRAIN_SHARE = Field(
    name="train_share",
    label="Train share",
    default=0.8,
    kind="float",
    low=0.1,
    high=0.9,
    help="The share of the examples that the model learns from; the rest tests it.",
)


@dataclass(frozen=True)
class Dataset:
    """What there is to learn, and `load`, which gets it.

    `kind` says which model families fit: "points" and "table" are vectors, "image" is (height, width,
    channels), "sequence" is (time, channels) or word tokens (time,), "text" is character tokens (time,).
    `input_shape` is the shape of one example. `classes` are the names of the classes; those of a text are its
    characters and come with the Split. `features` name the entries of a vector or the channels of a sequence.
    `examples` is how many there are, None where they are made up as needed. `parameters` are the settings
    that `make` takes. `ordered` data are validated on what comes after the training part. `download_bytes`
    is what has to be fetched from the network the first time; 0 where nothing has.
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
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    examples: int | None = None
    samples: int | None = None  # how many are used where nothing is said; None means all
    parameters: tuple[str, ...] = ()
    ordered: bool = False
    download_bytes: int = 0
    baselines: tuple[Rule, ...] = ()

    def load(
        self,
        samples: int | None = None,
        noise: float = 0.0,
        train_share: float = 0.8,
        seed: int = 3,
        progress: Progress | None = None,
    ) -> Split:
        """Its training and validation arrays, standardized; the same for the same arguments.

        Settings that the data set does not take, such as the noise of real data, change nothing. `progress`
        is called with 0 to 1 while something is downloaded. Raises ConfigError for a setting out of range,
        and where a download fails.
        """
        count = SAMPLES.parse(samples) or self.samples
        given = {"samples": count, "noise": NOISE.parse(noise), "seed": seed, "progress": progress}
        own = {name: given[name] for name in self.parameters}
        share = TRAIN_SHARE.parse(train_share)
        assert isinstance(share, float)
        assert count is None or isinstance(count, int)
        arrays = split(self.make(**own), share, seed, count, self.ordered)
        return replace(arrays, classes=self.classes or arrays.classes)

    def judge_baselines(self, split: Split) -> tuple[Baseline, ...]:
        """The baselines of `split`, as `load` made it: those it names, else those of its task."""
        return tuple(rule(split) for rule in self.baselines or OF_TASK[self.task])
