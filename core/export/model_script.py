"""A run of a model as a short Keras script: its data from a file beside it, its layers, its optimizer, its updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.export.pruning_lines import first_sparsity, is_pruned, pruning_lines
from core.export.script_lines import (
    changes_table,
    comment,
    constants,
    first_total,
    heading,
    optimizer_line,
    optimizer_title,
)
from core.language import _
from core.learning.setup import ModelSetup
from core.optimizers.pruning import SPARSITY
from core.optimizers.schedules import SCHEDULES
from core.runs.past.setting_changes import TOTAL_STEPS

if TYPE_CHECKING:
    from core.datasets.dataset import Dataset
    from core.runs.saved_run import SavedRun

DATA = """\
data = np.load(pathlib.Path(__file__).with_name({file!r}))
x_train, y_train, x_val, y_val = (data[name] for name in ("x_train", "y_train", "x_val", "y_val"))
n = len(x_train)
per_epoch = math.ceil(n / BATCH_SIZE)"""
INHERITED = """\
weights = [data[f"weight_{place}"] for place in range(sum(name.startswith("weight_") for name in data))]
count = len(model.trainable_variables)
averages = [v for v in model.non_trainable_variables if "float" in str(v.dtype)]
beside = [value for value in weights[count:] if value.dtype.kind == "f"]
for variable, value in zip(model.trainable_variables + averages, weights[:count] + beside):
    variable.assign(value)"""
LOOP = """\
examples = np.arange(n, dtype="int32")
order = np.random.default_rng(SEED)
losses = []
for epoch in range(EPOCHS):
    rows = order.permuted(examples) if BATCH_SIZE < n else examples
    for first in range(0, n, BATCH_SIZE):{before}
        batch = rows[first : first + BATCH_SIZE]
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x_train[batch], y_train[batch]))){after}
        if not np.isfinite(losses[-1]):
            raise SystemExit(f"The loss of update {{len(losses) - 1}} is not finite: the run has diverged.")
    held_out = model.evaluate(x_val, y_val, batch_size=BATCH_SIZE, verbose=0)
    print(f"epoch {{epoch + 1}}: loss {{np.mean(losses[-per_epoch:]):.6g}}, held out {{held_out:.6g}}")"""
CHANGE = """
        for name, value in CHANGES.get(len(losses), {}).items():
            {assign}"""
ASSIGN = "setattr(optimizer, name, value)"
RECOMPILE = """
            model.make_train_function(force=True)"""
KNOWN = "settings[name] = value"
PRUNED = """
        prune(len(losses), {total}, {sparsity})"""
SCHEDULED = """
        optimizer.learning_rate = {rate} * factor(len(losses), {total}, per_epoch)"""


def model_script(run: SavedRun, data_file: str, table: Dataset | None = None) -> str:
    """The script of a run in which a model learns; `data_file` is the name of the file beside it with the data."""
    setup = ModelSetup.of(run.config, table)
    title = _("{model}, {optimizer}: a run of Descent Lab", model=setup.label, optimizer=optimizer_title(run))
    beside = _("{file} stands beside it: the data of the run, standardized, in two parts.", file=data_file)
    imports = ["import math", "import pathlib", "", "import keras", "import numpy as np", ""]
    body = [*_constants(run), *_schedule(run), *changes_table(run), "", *_data(data_file), *_model(setup),
            *_inherited(run), *_compile(run, setup), *pruning_lines(run), *_training(run)]  # fmt: skip
    return "\n".join([*heading(run, title, [beside]), *imports, *body, ""])


def _constants(run: SavedRun) -> list[str]:
    config = run.config
    return constants(seed=config.seed, epochs=config.epochs, batch_size=config.batch_size)


def _schedule(run: SavedRun) -> list[str]:
    schedule = SCHEDULES[run.config.schedule]
    if schedule.constant:
        return []
    own = constants(**{field.name: getattr(run.config, field.name) for field in schedule.fields})
    said = comment(_("The schedule: what the learning rate is multiplied by at an update."))
    lines = [f"    {line}" for line in schedule.code]
    return [*own, "", "", *said, "def factor(step, total, per_epoch):", *lines, ""]


def _data(file: str) -> list[str]:
    said = _("The data: x_train and y_train to learn from, x_val and y_val held out.")
    return [*comment(said), *DATA.format(file=file).splitlines(), ""]


def _model(setup: ModelSetup) -> list[str]:
    said = _("The model. Its weights at the start are random, and the same for the same seed.")
    seed, code = "keras.utils.set_random_seed(SEED)", setup.family.code(setup.spec)
    return [*comment(said), seed, *code, "model = keras.Model(inputs, outputs)", ""]


def _inherited(run: SavedRun) -> list[str]:
    """What gives the model of a branch the weights that it begins with, as `inherit` does."""
    if run.branch is None:
        return []
    said = _("The run is a branch: it begins with the weights that another run had at its step {step}.",
             step=run.branch.step)  # fmt: skip
    return [*comment(said), *INHERITED.splitlines(), ""]


def _compile(run: SavedRun, setup: ModelSetup) -> list[str]:
    classes = setup.spec.outputs > 1
    loss = "SparseCategoricalCrossentropy(from_logits=True)" if classes else "MeanSquaredError()"
    compiled = f"model.compile(optimizer, keras.losses.{loss}, jit_compile={_is_xla(run, setup)})"
    said = _("Dropout draws the numbers that it drew in the run, which another kind of program would not.")
    return [optimizer_line(run), *(comment(said) if setup.spec.dropout else []), compiled, ""]


def _is_xla(run: SavedRun, setup: ModelSetup) -> bool:
    """True if the script has to train by XLA: where it drew the random numbers of the run.

    Elsewhere the plain graph differs by roundings alone and compiles sooner. The gradient of an embedding took 80
    times as long by XLA.
    """
    return bool(setup.spec.dropout) and (run.program or "xla") == "xla"


def _training(run: SavedRun) -> list[str]:
    said = _("The updates. Each epoch has every example once, in an order that follows from the seed.")
    about_loss = _("The loss of an update is that before it.")
    loop = LOOP.format(before=_before(run), after=_after(run))
    return [*comment(f"{said} {about_loss}"), *_live(run), *loop.splitlines()]


def _live(run: SavedRun) -> list[str]:
    """The settings by which a schedule and pruning go, where settings change on the way."""
    names = _kept_apart(run)
    if not names or not run.changes:
        return []
    rate = run.start.get("learning_rate", run.config.learning_rate)
    known = {"learning_rate": repr(rate), SPARSITY.name: repr(first_sparsity(run)), TOTAL_STEPS: _total(run)}
    return [f"settings = {{{', '.join(f'{name!r}: {known[name]}' for name in names)}}}"]


def _kept_apart(run: SavedRun) -> tuple[str, ...]:
    """The names of the live settings that the optimizer does not have by themselves."""
    scheduled = not SCHEDULES[run.config.schedule].constant
    names = ("learning_rate",) * scheduled + (SPARSITY.name,) * is_pruned(run)
    return (*names, TOTAL_STEPS) if names else ()


def _total(run: SavedRun) -> str:
    total = first_total(run)
    return "EPOCHS * per_epoch" if total is None else repr(total)


def _before(run: SavedRun) -> str:
    """What comes before an update: settings that are changed there, and the scheduled rate."""
    changes = _change(run) if run.changes else ""
    if SCHEDULES[run.config.schedule].constant:
        return changes
    rate = "settings['learning_rate']" if run.changes else repr(run.config.learning_rate)
    return changes + SCHEDULED.format(rate=rate, total=_total_now(run))


def _after(run: SavedRun) -> str:
    """What comes after an update: the zeros of a run that prunes."""
    if not is_pruned(run):
        return ""
    sparsity = f"settings[{SPARSITY.name!r}]" if run.changes else repr(first_sparsity(run))
    return PRUNED.format(total=_total_now(run), sparsity=sparsity)


def _total_now(run: SavedRun) -> str:
    return f"settings[{TOTAL_STEPS!r}]" if run.changes else "EPOCHS * per_epoch"


def _change(run: SavedRun) -> str:
    """The lines that change settings; all but the rate are compiled into Keras' function of an update."""
    names, apart = {change.name for change in run.changes}, set(_kept_apart(run))
    own = names - apart
    if not own:
        return CHANGE.replace("{assign}", KNOWN)
    either = f"if name in settings:\n                {KNOWN}\n                continue\n            {ASSIGN}"
    recompile = RECOMPILE if own - {"learning_rate"} else ""
    return CHANGE.replace("{assign}", (either if apart else ASSIGN) + recompile)
