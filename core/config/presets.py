"""Presets: named starting points, each of which shows one thing that optimizers and models do.

A definition here adds one to the menu; what it says is tested by training it.

>>> PRESETS["overshoot"].config.optimizer
'momentum'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from core.config.training_config import TrainingConfig
from core.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Preset:
    """A starting point: a problem with the settings in which it differs from what the problem starts with.

    `watch` is one or two sentences: what will be seen after Play, and what to try then.
    """

    label: str
    watch: str
    problem: str
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def config(self) -> TrainingConfig:
        """The whole config."""
        return TrainingConfig.suited_to(self.problem).replace(**cast("Any", self.settings))


_LARGE_NET = {"width": 64, "depth": 3, "l2": 0.0, "epochs": 100}

PRESETS: dict[str, Preset] = {
    "too_large": Preset(
        N_("Too large a rate"),
        N_("Every step lands higher than it began, and the loss grows without bound. Move the rate below the mark."),
        "regression",
        {"learning_rate": 0.85, "epochs": 300},
    ),
    "edge": Preset(
        N_("Just below the limit"),
        N_("Each step jumps to the other side of the valley and still lands a little lower: the limit is 0.2."),
        "bowl",
        {"learning_rate": 0.19, "epochs": 100},
    ),
    "overshoot": Preset(
        N_("Momentum overshoots"),
        N_("The point runs past the minimum, turns round and swings back. With momentum 0.5 it hardly does."),
        "bowl",
        {"optimizer": "momentum", "momentum": 0.95, "learning_rate": 0.02, "epochs": 400},
    ),
    "ravine": Preset(
        N_("A narrow ravine"),
        N_("Across the ravine all is done in a few steps; along it 1000 steps are not enough. Momentum is what helps."),
        "bowl",
        {"condition": 1000.0, "learning_rate": 0.0015},
    ),
    "adam_arrives": Preset(
        N_("Adam on Rosenbrock that arrives"),
        N_("Adam turns into the curved valley and follows it to its minimum, where plain descent is still half way."),
        "rosenbrock",
        {"optimizer": "adam", "learning_rate": 0.11, "epochs": 2000},
    ),
    "local_minimum": Preset(
        N_("Stuck in a local minimum"),
        N_("Plain descent stops in the nearest hollow, far from the minimum. SGD with momentum rolls out of it."),
        "three_hump_camel",
        {"learning_rate": 0.05, "epochs": 300},
    ),
    "saddle": Preset(
        N_("Held up by a saddle"),
        N_("The gradient nearly vanishes although nothing is solved; then the point leaves along the way down."),
        "saddle",
        {"start_x": -1.8, "start_y": 1e-4, "learning_rate": 0.05, "epochs": 110},
    ),
    "noise": Preset(
        N_("One example at a time"),
        N_("With batches of one the path shakes around the minimum and never rests; a smaller rate makes it calmer."),
        "regression",
        {"batch_size": 1, "learning_rate": 0.2, "epochs": 20},
    ),
    "straight_line": Preset(
        N_("A straight line is not enough"),
        N_("A linear model cannot part a disc from its ring. Choose the MLP: its hidden units bend the line."),
        "circle",
        {"family": "linear", "epochs": 60},
    ),
    "vanishing": Preset(
        N_("Gradients that vanish"),
        N_("Eight layers of sigmoids: the chart of layers shows the first ones learn almost nothing. Try ReLU."),
        "spiral",
        {"activation": "sigmoid", "depth": 8, "width": 16, "epochs": 40},
    ),
    "overfit": Preset(
        N_("Overfitting"),
        N_("Training loss goes on falling while validation loss turns and rises: the net learns by heart."),
        "diabetes",
        _LARGE_NET,
    ),
    "cure": Preset(
        N_("Overfitting, cured"),
        N_("The same net, half of its units left out at random: validation loss falls with the training loss."),
        "diabetes",
        {**_LARGE_NET, "dropout": 0.5},
    ),
}
