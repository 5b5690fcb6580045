"""The hyperparameters that optimizers share; one that a single optimizer needs stands beside that optimizer."""

from __future__ import annotations

from core.field import Field
from core.language import N_

LEARNING_RATE = Field(
    name="learning_rate",
    label=N_("Learning rate"),
    symbol=r"\alpha",
    default=0.01,
    kind="float",
    low=1e-6,
    high=10,
    scale="log",
    slider_low=1e-5,
    live=True,
    help=N_("How far each update goes for a given gradient."),
    advice=N_("Drag it while the run plays, up to the black mark and beyond."),
)
MOMENTUM = Field(
    name="momentum",
    label=N_("Momentum"),
    symbol=r"\mu",
    default=0.9,
    kind="float",
    low=0,
    high=0.999,
    live=True,
    help=N_("The share of the last update that is kept in the next."),
    advice=N_("Set it to 0.95 on a bowl: the point runs past the minimum and swings back."),
)
RHO = Field(
    name="rho",
    label=N_("Rho"),
    symbol=r"\rho",
    default=0.9,
    kind="float",
    low=0,
    high=0.9999,
    live=True,
    help=N_("The share of the old mean of squared gradients that each step keeps."),
    advice=N_("Lower it to 0.5 and the steps follow the newest gradients only."),
)
BETA_1 = Field(
    name="beta_1",
    label=N_("Beta 1"),
    symbol=r"\beta_1",
    default=0.9,
    kind="float",
    low=0,
    high=0.999,
    live=True,
    help=N_("The share of the old mean gradient that each step keeps."),
    advice=N_("Set it to 0: what is left of the momentum that smoothed the path?"),
)
BETA_2 = Field(
    name="beta_2",
    label=N_("Beta 2"),
    symbol=r"\beta_2",
    default=0.999,
    kind="float",
    low=0,
    high=0.99999,
    live=True,
    help=N_("The share of the old second average that each step keeps."),
    advice=N_("Lower it to 0.9 and the step length reacts within ten steps."),
)
EPSILON = Field(
    name="epsilon",
    label=N_("Epsilon"),
    symbol=r"\epsilon",
    default=1e-7,
    kind="float",
    low=1e-12,
    high=1,
    scale="log",
    live=True,
    help=N_("A small number that keeps the division by the gradient's size finite."),
    advice=N_("Raise it to 0.1 and small gradients make small steps again."),
)
WEIGHT_DECAY = Field(
    name="weight_decay",
    label=N_("Weight decay"),
    symbol=r"\lambda",
    default=0.004,
    kind="float",
    low=0,
    high=1,
    live=True,
    help=N_("The share of each parameter, times the learning rate, that every update takes away."),
    advice=N_("Raise it and watch the weights, and with them the curve, become flatter."),
)

SHARED = (LEARNING_RATE, MOMENTUM, RHO, BETA_1, BETA_2, EPSILON, WEIGHT_DECAY)  # in the order of page and links
