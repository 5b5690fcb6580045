"""One setting's control without a browser: real ipywidgets, driven by the messages a page would send."""

import math

import ipywidgets as ipw
import pytest

from core.config.training_config import FIELDS, TrainingConfig
from tests.support.controls_desk import Desk, config_with, from_page


def test_dragging_a_slider_moves_its_box_and_reports_a_short_number() -> None:
    desk = Desk()
    from_page(desk.slider("learning_rate"), value=10**-1.37)
    assert desk.asked == [{"learning_rate": 0.0427}]
    assert desk.text("learning_rate") == "0.0427"


def test_dragging_a_whole_number_reports_a_whole_number() -> None:
    desk = Desk()
    from_page(desk.slider("samples"), value=10**2.53)
    assert desk.asked == [{"samples": 339}]
    assert type(desk.asked[0]["samples"]) is int


def test_a_typed_number_is_handed_on_as_typed_and_moves_the_slider() -> None:
    desk = Desk()
    from_page(desk.part("learning_rate", ipw.Text), value="5e-1")
    assert desk.asked == [{"learning_rate": "5e-1"}]
    assert desk.text("learning_rate") == "0.5"
    assert desk.slider("learning_rate").value == 0.5


@pytest.mark.parametrize("typed", ["0,01", "０．０１", "０,０１", "1e−2", " 0.010 "])
def test_a_number_is_read_however_a_keyboard_writes_it_and_shown_plainly(typed: str) -> None:
    desk = Desk(TrainingConfig(learning_rate=0.5))
    from_page(desk.part("learning_rate", ipw.Text), value=typed)
    assert (desk.sentences, desk.asked) == ([], [{"learning_rate": typed}])
    assert (desk.text("learning_rate"), desk.slider("learning_rate").value) == ("0.01", 0.01)


def test_a_true_minus_is_a_minus() -> None:
    desk = Desk(TrainingConfig(problem="himmelblau"))
    from_page(desk.part("start_x", ipw.Text), value="−0.5")
    assert (desk.config.start_x, desk.text("start_x"), desk.sentences) == (-0.5, "-0.5", [])
    from_page(desk.part("learning_rate", ipw.Text), value="−0,5")
    assert len(desk.sentences) == 1
    assert desk.text("learning_rate") == "0.01"


def test_the_page_snapping_a_slider_to_its_step_does_not_replace_the_exact_value() -> None:
    desk = Desk(TrainingConfig(learning_rate=0.5))
    from_page(desk.slider("learning_rate"), value=10 ** (round(math.log10(0.5) / 0.01) * 0.01))
    assert desk.asked == []
    assert desk.text("learning_rate") == "0.5"


def test_the_next_step_of_a_slider_from_an_exact_value_counts() -> None:
    desk = Desk(TrainingConfig(learning_rate=0.5))
    from_page(desk.slider("learning_rate"), value=10**-0.29)
    assert desk.asked == [{"learning_rate": 0.513}]


def test_a_value_beyond_the_slider_stands_at_its_end_and_exactly_in_the_box() -> None:
    desk = Desk(TrainingConfig(learning_rate=2e-6, seed=2**31 - 1))
    assert desk.slider("learning_rate").value == pytest.approx(1e-5)
    assert desk.text("learning_rate") == "0.000002"
    assert desk.slider("seed").value == 100
    assert FIELDS["seed"].parse(desk.text("seed")) == 2**31 - 1


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if f.kind in ("int", "float") and not f.optional])
@pytest.mark.parametrize("end", [0, 1])
def test_both_ends_of_every_slider_are_legal(name: str, end: int) -> None:
    desk = Desk(config_with(name))
    slider = desk.slider(name)
    position = (slider.min, slider.max)[end]
    is_log = isinstance(slider, ipw.FloatLogSlider)
    from_page(slider, value=10**position if is_log else position)
    assert desk.sentences == []
    assert getattr(desk.config, name) == pytest.approx(FIELDS[name].slider_range[end])


def test_a_start_coordinate_is_a_box_that_may_be_emptied() -> None:
    desk = Desk(TrainingConfig(start_x=1.5))
    box = desk.part("start_x", ipw.Text)
    assert (box.value, box.placeholder) == ("1.5", "default")
    from_page(box, value="")
    assert desk.config.start_x is None
    assert desk.sentences == []


@pytest.mark.parametrize("typed", ["", "abc", "50", "nan", "1e999", "<script>alert(1)</script>", "x" * 5000])
def test_a_refused_text_gives_one_sentence_and_brings_the_good_value_back(typed: str) -> None:
    desk = Desk()
    from_page(desk.part("learning_rate", ipw.Text), value=typed)
    assert len(desk.sentences) == 1
    assert desk.text("learning_rate") == "0.01"
    assert desk.config == TrainingConfig()


HOSTILE = ["abc", None, [], {}, True, math.nan, math.inf, -1.0, 0, 1e300, 10**400, [1], {"a": 1}]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_a_hostile_slider_value_gives_one_sentence_and_leaves_the_good_state(value: object) -> None:
    desk = Desk()
    slider = desk.slider("learning_rate")
    sent: list[object] = []
    slider.send_state = sent.append
    from_page(slider, value=value)
    assert len(desk.sentences) == 1
    assert desk.config == TrainingConfig()
    assert slider.value == 0.01
    assert "value" in sent  # the page is shown the good state again


@pytest.mark.parametrize("index", [-1, 99, "adam", None, True, 1.5, [0]])
def test_a_hostile_menu_entry_gives_one_sentence_and_leaves_the_good_state(index: object) -> None:
    desk = Desk()
    menu = desk.part("optimizer", ipw.Dropdown)
    from_page(menu, index=index)
    assert len(desk.sentences) == 1
    assert (menu.value, desk.config.optimizer) == ("sgd", "sgd")


def test_choosing_an_entry_reports_its_name() -> None:
    desk = Desk()
    from_page(desk.part("optimizer", ipw.Dropdown), index=5)
    assert desk.asked == [{"optimizer": "adam"}]


@pytest.mark.parametrize("name", ["min", "max", "step", "description", "layout", "_model_name", "_dom_classes"])
def test_a_page_cannot_change_anything_but_the_value(name: str) -> None:
    desk = Desk()
    slider = desk.slider("learning_rate")
    before = getattr(slider, name)
    from_page(slider, **{name: "hostile"})
    assert getattr(slider, name) == before
    assert desk.asked == []


MALFORMED: list[object] = [
    *(None, 5, [], {}, {"method": 1}, {"method": "x"}),
    *({"method": "update"}, {"method": "update", "state": []}, {"method": "custom", "content": [1]}),
    {"method": "update", "state": {}, "buffer_paths": [["a"]]},
]


@pytest.mark.parametrize("data", MALFORMED, ids=repr)
def test_a_malformed_message_is_dropped_without_a_word(data: object, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.slider("learning_rate")._handle_msg({"content": {"data": data}, "buffers": []})
    assert caplog.records == []
    assert desk.config == TrainingConfig()


def test_a_start_is_called_by_the_parameter_of_the_problem() -> None:
    desk = Desk()

    def names() -> list[str]:
        return [desk.part(name, ipw.Text).description for name in ("start_x", "start_y")]

    assert names() == ["Start W", "Start b"]
    desk.change({"problem": "rosenbrock"})
    assert names() == ["Start x", "Start y"]
    assert desk.controls.labels["dl-field-start-x"] == "Start x"
    desk.change({"problem": "spiral"})
    desk.change({"problem": "regression"})
    assert names() == ["Start W", "Start b"]
