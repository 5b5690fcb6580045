"""The lines of the layers: gradient norms, ratios of update to weights, and their names."""

import numpy as np
import pytest

from core.history.layer_history import LayerHistory
from core.models.layer_name import LayerName
from tests.support.model_moments import layers_of, model_moment, setup_of
from widgets.board.encoding import encode
from widgets.charts.model_moment import ModelMoment
from widgets.charts.parts.axis_ranges import COARSE
from widgets.charts.training.layers import DEEPEST, MOST_LAYERS, MOST_NAMED, MOST_POINTS, LayersChart


def with_layers(moment: ModelMoment, **columns: np.ndarray) -> ModelMoment:
    return ModelMoment(**{**vars(moment), "layers": {**moment.layers, **columns}})


def test_each_layer_has_a_line_of_its_gradients_norm() -> None:
    moment = model_moment(400, layers=3)
    traces = LayersChart(setup_of()).update(moment)["traces"]
    assert set(traces) == set(range(1 + 2 * MOST_LAYERS))  # the rule of thumb, a line and a band each
    for i in range(3):
        assert traces[1 + i]["x"].tolist() == moment.layers["step"].tolist()
        assert traces[1 + i]["y"].tolist() == moment.layers[f"gradient_{i}"].tolist()
    assert len(traces[0]["x"]) == 0


def with_bands(moment: ModelMoment) -> ModelMoment:
    layers = LayerHistory(("gradient", "update", "weight"), 2, 100_000)
    layers.append(**{"loss": np.ones(len(moment.layers["step"])), **moment.layers})
    return ModelMoment(**{**vars(moment), "layer_bands": layers.bands_before(moment.step)})


@pytest.mark.parametrize(("shown", "layer"), [("gradient", "gradient_1"), ("update/weight", "ratio_1")])
def test_where_updates_are_too_many_a_layer_is_the_means_in_a_band_of_extremes(shown: str, layer: str) -> None:
    moment = with_bands(model_moment(400, layers=2))
    band = moment.layer_bands[layer]
    update = LayersChart(setup_of(), {"show": shown}).update(moment)
    line, area = update["traces"][2], update["traces"][1 + MOST_LAYERS + 1]
    assert line["y"].tolist() == band.mean.tolist()
    assert area["y"].tolist() == [*band.high, *band.low[::-1]]
    assert line["customdata"].tolist() == np.column_stack([band.low, band.high]).tolist()
    assert update["footer"] == f"line: mean of {band.width} steps · band: lowest to highest"
    bottom, top = update["layout"]["yaxis.range"]
    assert bottom < np.log10(band.low.min())
    assert top > np.log10(band.high.max())


def test_a_chart_that_drew_bands_takes_them_away_where_each_update_can_be_drawn() -> None:
    chart, moment = LayersChart(setup_of()), model_moment(400, layers=2)
    chart.update(with_bands(moment))
    update = chart.update(moment)
    assert all(len(update["traces"][1 + MOST_LAYERS + i]["x"]) == 0 for i in range(MOST_LAYERS))
    assert update["footer"] == ""
    assert "customdata" not in update["traces"][1]["hovertemplate"]


def test_what_a_deeper_model_left_in_the_chart_is_taken_away() -> None:
    chart = LayersChart(setup_of())
    deep, shallow = (chart.update(model_moment(400, layers=n))["traces"] for n in (5, 2))
    gone = [index for index in deep if len(deep[index]["x"]) and not len(shallow[index]["x"])]
    assert gone == [3, 4, 5]
    assert not any(shallow[index]["showlegend"] for index in gone)


def test_the_ratio_is_update_over_weights_with_the_rule_of_thumb_dotted() -> None:
    moment = model_moment(400, layers=2)
    update = LayersChart(setup_of(), {"show": "update/weight"}).update(moment)
    assert update["traces"][2]["y"] == pytest.approx(moment.layers["update_1"] / 10)
    assert update["traces"][0]["y"] == [1e-3, 1e-3]
    bottom, top = update["layout"]["yaxis.range"]
    assert bottom <= -3 <= top


def test_layers_are_numbered_from_the_input_and_named_by_their_size_or_else_by_their_name() -> None:
    names = (
        LayerName("conv2d", 16, "filters"),
        LayerName("lstm", 1, "units"),
        LayerName("multi_head_attention", 4, "heads"),
        LayerName("a_very_long_name_of_a_layer"),
    )
    moment = ModelMoment(**{**vars(model_moment(layers=5)), "layer_names": names})
    traces = LayersChart(setup_of()).update(moment)["traces"]
    assert [traces[i]["name"] for i in range(1, 6)] == [
        "layer 1 · 16 filters", "layer 2 · one unit", "layer 3 · 4 heads", "layer 4 · a_very_long_name_…", "layer 5",
    ]  # fmt: skip


def test_the_legend_names_a_few_of_many_layers_first_and_last_among_them() -> None:
    traces = LayersChart(setup_of()).update(model_moment(layers=MOST_LAYERS))["traces"]
    shown = [index for index in range(1, MOST_LAYERS + 1) if traces[index]["showlegend"]]
    assert len(shown) == MOST_NAMED
    assert (shown[0], shown[-1]) == (1, MOST_LAYERS)


@pytest.mark.parametrize("count", [1, 3, 24])
def test_the_points_of_a_frame_are_bounded_however_many_layers_there_are(count: int) -> None:
    traces = LayersChart(setup_of()).update(model_moment(20_000, layers=count))["traces"]
    assert sum(len(traces[1 + i]["y"]) for i in range(count)) <= MOST_POINTS
    assert (traces[1]["x"][0], traces[1]["x"][-1]) == (0, 19_999)
    buffers: list[memoryview] = []
    encode(traces, buffers)
    assert sum(map(len, buffers)) < 30_000


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_what_a_log_axis_cannot_hold_is_a_gap(value: float) -> None:
    moment = model_moment(400, layers=2)
    norms = layers_of(400, 2)["gradient_1"].copy()
    norms[7] = value
    update = LayersChart(setup_of()).update(with_layers(moment, gradient_1=norms))
    assert np.flatnonzero(np.isnan(update["traces"][2]["y"])).tolist() == [7]
    assert np.all(np.isfinite(update["layout"]["yaxis.range"]))


def test_weights_of_zero_have_no_ratio() -> None:
    moment = with_layers(model_moment(50, layers=1), weight_0=np.zeros(50))
    assert np.all(np.isnan(LayersChart(setup_of(), {"show": "update/weight"}).update(moment)["traces"][1]["y"]))


def test_a_dead_layer_does_not_flatten_the_others() -> None:
    moment = with_layers(model_moment(400, layers=2), gradient_0=np.full(400, 1e-35))
    bottom, top = LayersChart(setup_of()).update(moment)["layout"]["yaxis.range"]
    assert top - bottom < (1.24 + 2 * COARSE) * -np.log10(DEEPEST)  # with room and round ends on either side


def test_without_a_record_of_layers_nothing_is_drawn() -> None:
    moment = ModelMoment(**{**vars(model_moment()), "layers": {}})
    traces = LayersChart(setup_of()).update(moment)["traces"]
    assert all(len(trace["x"]) == len(trace["y"]) == 0 for trace in traces.values())


def test_each_of_the_most_layers_has_a_look_of_its_own() -> None:
    traces = LayersChart(setup_of()).update(model_moment(layers=MOST_LAYERS))["traces"]
    looks = {(traces[i]["line.color"], traces[i]["line.dash"]) for i in range(1, MOST_LAYERS + 1)}
    assert len(looks) == MOST_LAYERS
    assert len({traces[i]["line.color"] for i in range(1, 7)}) == 6  # a few layers: colours alone


def test_a_run_whose_norms_were_not_kept_says_so_until_there_are_some() -> None:
    moment = model_moment(400, layers=2)
    none = ModelMoment(**{**vars(moment), "layers": {}})
    chart = LayersChart(setup_of())
    assert chart.update(none)["note"] == "norm of each layer's gradient · those up to step 400 were not kept"
    assert chart.update(moment)["note"] == "norm of each layer's gradient"
    start = ModelMoment(**{**vars(model_moment(0, layers=2)), "layers": {}})
    assert chart.update(start)["note"] == "norm of each layer's gradient"
