"""Every setting of a run in one table: its range, its label, its meaning.

The order is that of links. Surfaces, optimizers and schedules bring their own settings, which stand here in their
places: a registry's new entry needs no line in this file.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from core.datasets.dataset import CSV, NOISE, SAMPLES, TRAIN_EXAMPLES, TRAIN_SHARE
from core.datasets.registry import DATASETS
from core.drawn.points import DrawnPoints
from core.drawn.two_moons import two_moons
from core.field import Field, each_once
from core.language import N_, _, pgettext
from core.models.family import DEEPEST, LARGEST, MODELS, SMALLEST, WIDEST
from core.objectives.linear_regression import LinearRegression
from core.objectives.surfaces import SURFACES, surface_fields
from core.optimizers.pruning import PRUNING, SPARSITY
from core.optimizers.registry import OPTIMIZERS, hyperparameters
from core.optimizers.schedules import SCHEDULES, schedule_fields

# Menus, as (label, value).
PROBLEMS_BY_GROUP = (
    (pgettext("group of problems", "Regression"), ((LinearRegression.label, LinearRegression.name),)),
    (pgettext("group of problems", "Surfaces"), tuple((surface.label, name) for name, surface in SURFACES.items())),
    *(
        (group, tuple((_("Data: {data}", data=dataset.label), dataset.name) for dataset in datasets))
        for group, datasets in groupby(DATASETS.values(), lambda dataset: dataset.group)
    ),
    (pgettext("group of problems", "Yours"), ((N_("Data: Your CSV"), CSV),)),
)
PROBLEM_MENU = tuple(entry for _group, entries in PROBLEMS_BY_GROUP for entry in entries)
PROBLEM_WORDS = (
    LinearRegression.also,
    *(surface.also for surface in SURFACES.values()),
    *(dataset.also for dataset in DATASETS.values()),
    N_("upload file table Excel spreadsheet pandas own data"),
)
PROBLEM_GROUPS = tuple((group, len(entries)) for group, entries in PROBLEMS_BY_GROUP)
FAMILY_MENU = tuple((family.label, name) for name, family in MODELS.items())
ACTIVATION_MENU = (
    (N_("ReLU"), "relu"),
    (N_("tanh"), "tanh"),
    (N_("Sigmoid"), "sigmoid"),
    (N_("GELU"), "gelu"),
    (N_("ELU"), "elu"),
)
NORMALIZATION_MENU = (
    (pgettext("normalization", "None"), "none"),
    (pgettext("normalization", "Batch"), "batch"),
    (pgettext("normalization", "Layer"), "layer"),
)
OPTIMIZER_MENU = tuple((optimizer.label, name) for name, optimizer in OPTIMIZERS.items())
SCHEDULE_MENU = tuple((schedule.label, name) for name, schedule in SCHEDULES.items())

# The settings read as a table: first what is legal, then what it means.
# fmt: off
SETTINGS: tuple[Field, ...] = each_once((
    Field("problem", N_("Problem"), LinearRegression.name, "choice", options=PROBLEM_MENU,
        groups=PROBLEM_GROUPS, words=PROBLEM_WORDS,
        help=N_("What is minimised: a line's error, a known surface, or a model's error on data."),
        advice=N_("Start with the regression, then see the same optimizer on Rosenbrock's valley and on the spiral.")),
    Field("samples", N_("Samples"), 100, "int", 2, 10_000, scale="log", unit=N_("points"),
        help=N_("How many points the data has."),
        advice=N_("Take two points: the line goes through both, whatever the noise.")),
    Field("noise", N_("Noise"), 1.0, "float", 0, 5,
        help=N_("Width of the uniform noise that is added to each y."),
        advice=N_("Set it to 0 and the loss can fall to 0; with noise it stays above the dotted line.")),
    *surface_fields(),
    Field("start_x", N_("Start, first coordinate"), None, "float", -1000, 1000, slider_low=-5, slider_high=5,
        help=N_("Where the first parameter starts; empty means the problem's own start."),
        advice=N_("Start far away and watch how many steps the way back takes.")),
    Field("start_y", N_("Start, second coordinate"), None, "float", -1000, 1000, slider_low=-5, slider_high=5,
        help=N_("Where the second parameter starts; empty means the problem's own start."),
        advice=N_("Click on the surface instead: both starts follow.")),
    # A data set checks these as well when it is loaded, so both have one range.
    replace(SAMPLES, name="examples", label=N_("Examples"), slider_high=None),
    replace(NOISE, name="data_noise", label=N_("Data noise")),
    replace(TRAIN_SHARE, name="train_share"),
    TRAIN_EXAMPLES,
    Field("points", N_("Drawn points"), two_moons().text, "text", read=lambda text: DrawnPoints.read(text).text,
        help=N_("The points of two classes that were drawn, three characters each."),
        advice=N_("Press the pencil of the decision boundary and draw.")),
    Field("family", N_("Model"), "mlp", "choice", options=FAMILY_MENU,
        help=N_("The kind of model that learns from the data."),
        advice=N_("Train a linear model first: what it cannot do shows what the others are for.")),
    Field("size", N_("Model size"), 1000, "int", SMALLEST, LARGEST, scale="log", unit=N_("parameters"),
        help=N_("About how many parameters the model has; width and depth follow from it."),
        advice=N_("Make it ten times larger: compare validation loss and steps per second.")),
    Field("width", N_("Width"), None, "int", 1, WIDEST, empty=N_("by size"),
        help=N_("Units of a layer, channels of the first stage or the transformer's dimension; empty means by size."),
        advice=N_("Halve it at the same depth and see which features are given up.")),
    Field("depth", N_("Depth"), None, "int", 1, DEEPEST, empty=N_("by size"),
        help=N_("How many layers, stages or blocks the model has; empty means by size."),
        advice=N_("Try eight layers with sigmoid: the first ones hardly learn.")),
    Field("activation", N_("Activation"), "relu", "choice", options=ACTIVATION_MENU,
        help=N_("The function that follows each hidden layer."),
        advice=N_("Change ReLU to tanh on the spiral and watch the boundary become smooth.")),
    Field("dropout", N_("Dropout"), 0.0, "float", 0, 0.9,
        help=N_("The share of the hidden units that each update leaves out at random."),
        advice=N_("Raise it where validation loss turns up while training loss still falls.")),
    Field("normalization", N_("Normalization"), "none", "choice", options=NORMALIZATION_MENU,
        help=N_("Whether hidden values are scaled to mean 0 and variance 1, over the batch or over the layer."),
        advice=N_("Switch it on in a deep net and try a rate three times larger.")),
    Field("l1", N_("L1"), 0.0, "float", 0, 1, slider_high=0.1,
        help=N_("What the loss adds for each unit of the weights' absolute values."),
        advice=N_("A small value sets many weights to nearly 0; too large a one leaves nothing.")),
    Field("l2", N_("L2"), 0.0, "float", 0, 1, slider_high=0.1,
        help=N_("What the loss adds for each unit of the weights' squares."),
        advice=N_("Raise it until training and validation loss lie close together.")),
    Field("optimizer", N_("Optimizer"), "sgd", "choice", options=OPTIMIZER_MENU,
        help=N_("The rule that turns gradients into updates."),
        advice=N_("Run SGD, then Adam from the same start: the runs stand side by side below.")),
    *hyperparameters(),
    Field("schedule", N_("Schedule"), "constant", "choice", options=SCHEDULE_MENU,
        help=N_("How the learning rate changes in the course of the run."),
        advice=N_("Choose cosine with a rate twice as large: fast at first, calm at the end.")),
    *schedule_fields(),
    Field("clip_norm", N_("Clip norm"), None, "float", 1e-6, 1e6, empty=N_("off"),
        help=N_("The largest norm of the whole gradient, to which longer ones are cut; empty means any."),
        advice=N_("Set it below the gradient norm shown above, and a rate that diverged may hold.")),
    PRUNING,
    SPARSITY,
    Field("epochs", N_("Epochs"), 1000, "int", 1, 1_000_000_000, scale="log", live=True, slider_high=1e6,
        help=N_("How many passes over the data the run makes before it stops."),
        advice=N_("Raise it while the run plays: it simply goes on.")),
    Field("batch_size", N_("Batch size"), 100, "int", 1, 10_000, scale="log", unit=N_("examples"),
        help=N_("How many examples each update looks at; more than there are means all of them."),
        advice=N_("Take 1, then all: the first path shakes, the second is smooth and slower per step.")),
    Field("seed", N_("Seed"), 3, "int", 0, 2**31 - 1, slider_high=100,
        help=N_("Which random data and batches are drawn; the same seed gives the same run."),
        advice=N_("Change it three times before you believe that one setting is better than another.")),
))
# fmt: on
FIELDS: dict[str, Field] = {setting.name: setting for setting in SETTINGS}
