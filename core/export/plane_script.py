"""A run on a line or a surface as a short Keras script: two parameters, a formula, an optimizer."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from core.export.script_lines import changes_table, comment, constants, heading, optimizer_line, optimizer_title
from core.language import _, shown
from core.objectives.linear_regression import TRUE_INTERCEPT, TRUE_SLOPE, LinearRegression
from core.objectives.surfaces import SURFACES
from core.objectives.typed_surface import FORMULA, TYPED, read_formula
from core.training.build import build_objective

if TYPE_CHECKING:
    from core.objectives.loss_surface import LossSurface
    from core.runs.saved_run import SavedRun

SIGNATURE = re.compile(r"def \w+\(.*?\) -> Any:", re.DOTALL)
LINE_DATA = f"""\
x = rng.random(SAMPLES).astype("float32")
y = ({TRUE_SLOPE!r} * x + {TRUE_INTERCEPT!r} + NOISE * rng.random(SAMPLES)).astype("float32")"""
LINE_LOSS = """\
def loss_at(point, rows):
    return tf.reduce_mean(tf.square(x[rows] * point[0] + point[1] - y[rows]))"""
BATCHES = """\
def batches():
    order = np.random.default_rng(SEED)
    while True:
        rows = np.arange(SAMPLES, dtype="int32")
        if BATCH_SIZE < SAMPLES:
            rows = order.permuted(rows)
        for first in range(0, SAMPLES, BATCH_SIZE):
            yield rows[first : first + BATCH_SIZE]"""
LOOP = """\
losses = []
for step in range(STEPS):{changes}
    with tf.GradientTape() as tape:
        loss = loss_at(point.value{rows})
    losses.append(float(loss))
    if not np.isfinite(losses[-1]):
        break
    optimizer.apply(tape.gradient(loss, [point.value]), [point])
    if step % max(1, STEPS // 20) == 0 or step == STEPS - 1:
        print(f"step {{step}}: loss {{losses[-1]:.6g}}, point {{point.numpy().tolist()}}")"""
CHANGE = """
    for name, value in CHANGES.get(step, {}).items():
        setattr(optimizer, name, value)"""


def plane_script(run: SavedRun) -> str:
    """The script of a run on two parameters."""
    is_line = run.config.problem == LinearRegression.name
    body = _line(run) if is_line else _surface(run)
    text = "\n".join(body)
    imports = ["import math", ""] if "math." in text.replace("tf.math.", "") else []
    title = _("{problem}, {optimizer}: a run of Descent Lab", problem=_label(run), optimizer=optimizer_title(run))
    head = [*heading(run, title), *imports, "import keras", "import numpy as np", "import tensorflow as tf", ""]
    return "\n".join([*head, *body, ""])


def _label(run: SavedRun) -> str:
    return shown(build_objective(run.config).label)


def _line(run: SavedRun) -> list[str]:
    config = run.config
    per_epoch = -(-config.samples // min(config.batch_size, config.samples))
    said = constants(seed=config.seed, samples=config.samples, noise=config.noise, batch_size=config.batch_size)
    return [
        *said, *constants(steps=config.epochs * per_epoch), *changes_table(run), "",
        *comment(_("The data: points along a line, y = 3 x + 2, with noise that is not centred.")),
        "rng = np.random.default_rng(SEED)", *LINE_DATA.splitlines(), "", "",
        *comment(_("The rows of each batch: every epoch has every point once.")), *BATCHES.splitlines(), "", "",
        *comment(_("The mean squared error of the line point[0] x + point[1].")), *LINE_LOSS.splitlines(), "", "",
        "next_rows = batches()", *_training(run, rows=", next(next_rows)"),
    ]  # fmt: skip


def _surface(run: SavedRun) -> list[str]:
    surface = SURFACES[run.config.problem]
    function = _typed_code(run) if surface is TYPED else function_code(surface, vars(run.config))
    call = ["", "", "def loss_at(point):", "    return height(point[0], point[1])", "", ""]
    source = comment(surface.source) if surface.source else []
    return [
        *constants(steps=run.config.epochs),
        *changes_table(run),
        "",
        "",
        *source,
        *function,
        *call,
        *_training(run),
    ]


def function_code(surface: LossSurface, settings: dict[str, object]) -> list[str]:
    """The surface's own function in TensorFlow; its settings are defaults of its arguments."""
    own = "".join(f", {field.name}={settings[field.name]!r}" for field in surface.fields)
    source = inspect.getsource(surface.function)
    return SIGNATURE.sub(f"def height(x, y{own}):", source).replace("xp.", "tf.").rstrip().splitlines()


def _typed_code(run: SavedRun) -> list[str]:
    formula = read_formula(getattr(run.config, FORMULA.name))
    return ["def height(x, y):", f"    return {formula.code}"]


def _training(run: SavedRun, rows: str = "") -> list[str]:
    start = [float(value) for value in build_objective(run.config).initial[0]]
    loop = LOOP.format(rows=rows, changes=CHANGE if run.changes else "")
    return [
        *comment(_("The start, and the optimizer.")), f"point = keras.Variable({start!r}, dtype='float32')",
        optimizer_line(run), "",
        *comment(_("The updates; each loss is the one before its update.")), *loop.splitlines(),
    ]  # fmt: skip
