"""The model families: counts against Keras, sizes that are met, cards, and what each reads and returns."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.datasets.registry import DATASETS
from core.learning.setup import ModelSetup
from core.models.card import ModelCard
from core.models.family import DEEPEST, LARGEST, MODELS, SMALLEST, ModelFamily, fits
from core.models.spec import ModelSpec
from core.tables.csv_reader import read_csv
from core.tables.dataset import csv_dataset
from core.tables.preparation import prepare

SHAPES = {
    "points": ModelSpec((2,), 2),
    "table": ModelSpec((30,), 1),
    "image": ModelSpec((8, 8, 1), 10),
    "sequence": ModelSpec((29, 12), 9),
    "text": ModelSpec((64,), 90, vocabulary=90),
}
FITTING = [(name, kind) for name, family in MODELS.items() for kind in family.kinds]
EVERY_FIT = pytest.mark.parametrize(("name", "kind"), FITTING)
SIZES = np.geomspace(SMALLEST, LARGEST, 23).astype(int)
QUARTER_DECADES = [round(10 ** (quarters / 4)) for quarters in range(8, 30)]


@EVERY_FIT
def test_the_closed_form_counts_what_keras_counts(name: str, kind: str) -> None:
    for spec in (
        replace(SHAPES[kind], width=16, depth=2),
        replace(SHAPES[kind], width=5, depth=3, normalization="batch"),
    ):
        assert MODELS[name].build(spec).count_params() == MODELS[name].count(spec)


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("mlp", ModelSpec((4,), 3, width=7, depth=2, normalization="layer", dropout=0.2, l1=0.1, l2=0.1)),
        ("cnn", ModelSpec((28, 28, 3), 10, width=4, depth=4, normalization="layer")),
        ("cnn", ModelSpec((3, 2, 1), 2, width=3, depth=2)),
        ("transformer", ModelSpec((28, 28, 1), 10, width=24, depth=1)),
        ("transformer", ModelSpec((30, 31, 3), 10, width=8, depth=1)),
        ("transformer", ModelSpec((40,), 2, width=8, depth=1, vocabulary=500)),
        ("rnn_lstm", ModelSpec((40,), 2, width=8, depth=2, vocabulary=500, normalization="layer")),
        ("rnn_gru", ModelSpec((28, 28, 1), 10, width=8, depth=1)),
    ],
)
def test_unusual_shapes_and_options_are_counted_too(name: str, spec: ModelSpec) -> None:
    assert MODELS[name].build(spec).count_params() == MODELS[name].count(spec)


@EVERY_FIT
def test_a_size_is_met_within_ten_per_cent_once_it_is_above_the_smallest(name: str, kind: str) -> None:
    family, spec = MODELS[name], SHAPES[kind]
    if not family.depths:
        assert family.count(family.of_size(10_000, spec)) == family.count(spec)
        return
    # A unit more or less is a large share of a narrow model: the promise holds from four units on.
    smallest = family.count(replace(spec, width=4, depth=family.depths[0]))
    sizes = [size for size in SIZES if size >= smallest]
    assert len(sizes) >= 14
    for size in sizes:
        assert family.count(family.of_size(int(size), spec)) == pytest.approx(size, rel=0.1)


def reachable(family: ModelFamily, size: int, spec: ModelSpec) -> bool:
    """Whether any width and depth that can be set by hand comes within 10 %: tries one width after the other."""
    for depth in range(1, DEEPEST + 1):
        for width in count(1):
            parameters = family.count(replace(spec, width=width, depth=depth))
            if parameters > 1.1 * size:
                break
            if parameters >= 0.9 * size:
                return True
    return False


@pytest.mark.parametrize(
    ("name", "data"), [(f, d) for f in MODELS for d in DATASETS if MODELS[f].depths and fits(f, DATASETS[d])]
)
def test_a_size_is_missed_by_more_only_where_no_width_and_depth_would_meet_it(name: str, data: str) -> None:
    for size in QUARTER_DECADES:
        setup = ModelSetup.of(TrainingConfig(problem=data, family=name, size=size))
        met = abs(setup.parameters / size - 1) <= 0.1
        assert met or not reachable(setup.family, size, setup.spec), (size, setup.parameters)


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("rnn_lstm", "digits", 100),
        ("rnn_gru", "mnist", 178),
        ("rnn_lstm", "cifar_10", 562),
        ("mlp", "diabetes", 178),
        ("cnn", "digits", 562),
        ("transformer", "co2", 1000),
        ("decoder", "python_help", 562),
    ],
)
def test_a_small_model_has_within_ten_per_cent_as_many_parameters_by_keras_count(
    name: str, data: str, size: int
) -> None:
    setup = ModelSetup.of(TrainingConfig(problem=data, family=name, size=size))
    assert setup.family.build(setup.spec).count_params() == pytest.approx(size, rel=0.1)


@EVERY_FIT
def test_a_larger_wish_never_gives_a_smaller_model(name: str, kind: str) -> None:
    family, spec = MODELS[name], SHAPES[kind]
    counts = [family.count(family.of_size(int(size), spec)) for size in SIZES]
    assert counts == sorted(counts)


@EVERY_FIT
def test_outputs_are_one_row_of_logits_an_example_or_a_position(name: str, kind: str) -> None:
    spec = replace(SHAPES[kind], width=8, depth=2)
    shape = (3, *spec.input_shape)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 90, shape) if spec.vocabulary else rng.normal(size=shape).astype("float32")
    outputs = MODELS[name].build(spec)(x).numpy()
    assert outputs.shape == ((3, 64, 90) if kind == "text" else (3, spec.outputs))
    assert np.isfinite(outputs).all()


@pytest.mark.parametrize("name", ["decoder", "rnn_text"])
def test_a_text_model_does_not_see_the_characters_it_predicts(name: str) -> None:
    model = MODELS[name].build(replace(SHAPES["text"], width=8, depth=2))
    x = np.random.default_rng(0).integers(0, 90, (1, 64))
    changed = x.copy()
    changed[0, 40:] = (changed[0, 40:] + 1) % 90
    before, after = model(x).numpy(), model(changed).numpy()
    assert after[0, :40] == pytest.approx(before[0, :40], abs=1e-5)
    assert not np.allclose(after[0, 40:], before[0, 40:], atol=1e-3)


def test_a_float64_spec_gives_a_float64_model() -> None:
    for name, kind in FITTING:
        model = MODELS[name].build(replace(SHAPES[kind], width=4, depth=1, dtype="float64"))
        assert {w.dtype for w in model.trainable_variables} == {"float64"}


def test_the_card_of_an_mlp_is_the_one_worked_out_by_hand() -> None:
    card = ModelCard.of(MODELS["mlp"].build(ModelSpec((30,), 1, width=16, depth=2)))
    assert card.parameters == 31 * 16 + 17 * 16 + 17
    assert card.flops == 2 * (30 * 16 + 16 * 16 + 16)
    assert card.weight_bytes == 4 * card.parameters
    assert card.training_bytes(moments=2) == 16 * card.parameters
    dense = [(layer.shape, layer.parameters) for layer in card.layers if layer.kind == "Dense"]
    assert dense == [((16,), 496), ((16,), 272), ((1,), 17)]


@pytest.mark.parametrize(
    ("name", "spec", "flops"),
    [
        ("cnn", ModelSpec((8, 8, 1), 10, width=4, depth=2), 2 * (9 * 4 * 64 + 9 * 4 * 8 * 16 + 80)),
        ("rnn_lstm", ModelSpec((29, 12), 9, width=8), 2 * (4 * (12 + 8) * 8 * 29 + 72)),
        (
            "transformer",
            ModelSpec((29, 12), 9, width=8),
            2 * (29 * 12 * 8 + 29 * 4 * 64 + 2 * 29 * 29 * 8 + 29 * 8 * 64 + 72),
        ),
    ],
)
def test_flops_are_twice_the_multiply_adds_of_the_products(name: str, spec: ModelSpec, flops: int) -> None:
    assert ModelCard.of(MODELS[name].build(spec)).flops == flops


def test_the_layers_of_a_card_account_for_every_parameter() -> None:
    for name, kind in FITTING:
        card = ModelCard.of(MODELS[name].build(replace(SHAPES[kind], width=8, depth=2)))
        assert sum(layer.parameters for layer in card.layers) == card.parameters


def test_choosing_a_size_imports_no_tensorflow() -> None:
    code = (
        "import sys; from core.models.family import MODELS; from core.models.spec import ModelSpec;"
        "MODELS['cnn'].of_size(10**6, ModelSpec((28, 28, 1), 10));"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("dataset", "families"),
    [
        ("spiral", {"linear", "mlp"}),
        ("diabetes", {"linear", "mlp"}),
        ("digits", {"linear", "mlp", "cnn", "rnn_simple", "rnn_lstm", "rnn_gru", "transformer"}),
        ("co2", {"linear", "mlp", "cnn", "rnn_simple", "rnn_lstm", "rnn_gru", "transformer"}),
        ("imdb", {"rnn_simple", "rnn_lstm", "rnn_gru", "transformer"}),
        ("python_help", {"decoder", "rnn_text"}),
    ],
)
def test_a_family_fits_data_of_its_kinds_and_tokens_if_it_embeds_them(dataset: str, families: set[str]) -> None:
    assert {name for name in MODELS if fits(name, DATASETS[dataset])} == families


def test_a_visitors_table_suits_the_same_families_as_ours() -> None:
    table = read_csv(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(20)))
    assert {name for name in MODELS if fits(name, csv_dataset(prepare(table)))} == {"linear", "mlp"}
