"""The control column without a browser: real ipywidgets, driven by the messages a page would send."""

import math

import ipywidgets as ipw
import pytest

from core.config import FIELDS, FIELDS_OF_OPTIMIZER, FIELDS_OF_PROBLEM, ConfigError, TrainingConfig
from widgets.controls import Controls


class Desk:
    """Controls whose owner validates and answers, as a dashboard does."""

    def __init__(self, config: TrainingConfig | None = None) -> None:
        self.config = config or TrainingConfig()
        self.asked: list[dict[str, object]] = []
        self.sentences: list[str] = []
        self.controls = Controls(self.config, self.change)

    def change(self, values: dict[str, object]) -> None:
        self.asked.append(values)
        try:
            self.config = self.config.replace(**values)
        except ConfigError as error:
            self.sentences.append(str(error))
        self.controls.set(self.config)

    def boxes(self, name: str) -> list[ipw.Widget]:
        css_class = f"dl-field-{name.replace('_', '-')}"
        return [w for w in widgets_in(self.controls.widget) if css_class in w._dom_classes]

    def part(self, name: str, kind: type) -> ipw.Widget:
        return next(w for box in self.boxes(name) for w in widgets_in(box) if isinstance(w, kind))

    def slider(self, name: str) -> ipw.Widget:
        return self.part(name, ipw.FloatSlider | ipw.FloatLogSlider)

    def text(self, name: str) -> str:
        return self.part(name, ipw.Text).value

    def shown(self) -> set[str]:
        return {name for name in FIELDS if any(box.layout.display != "none" for box in self.boxes(name))}


def widgets_in(box: ipw.Widget) -> list[ipw.Widget]:
    children = getattr(box, "children", ())
    return [box, *(widget for child in children for widget in widgets_in(child))]


def from_page(widget: ipw.Widget, **state: object) -> None:
    """What the kernel gets when a page says a widget has this state."""
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})


def test_every_setting_has_exactly_one_control_and_a_name() -> None:
    desk = Desk()
    assert {name: len(desk.boxes(name)) for name in FIELDS} == dict.fromkeys(FIELDS, 1)
    assert sorted(desk.controls.labels.values()) == sorted(field.label for field in FIELDS.values())


def test_building_and_setting_call_nobody_back() -> None:
    desk = Desk()
    desk.controls.set(TrainingConfig(learning_rate=1e-6, epochs=100_000_000, seed=12345, optimizer="adam"))
    assert desk.asked == []


@pytest.mark.parametrize("optimizer", FIELDS_OF_OPTIMIZER)
def test_only_the_fields_of_the_optimizer_are_shown(optimizer: str) -> None:
    every = {name for names in FIELDS_OF_OPTIMIZER.values() for name in names}
    shown = Desk(TrainingConfig(optimizer=optimizer)).shown()
    assert shown & every == set(FIELDS_OF_OPTIMIZER[optimizer])


@pytest.mark.parametrize("problem", FIELDS_OF_PROBLEM)
def test_only_the_fields_of_the_problem_are_shown(problem: str) -> None:
    every = {name for names in FIELDS_OF_PROBLEM.values() for name in names}
    shown = Desk(TrainingConfig(problem=problem)).shown()
    assert shown & every == set(FIELDS_OF_PROBLEM[problem])
    assert {"problem", "optimizer", "epochs"} <= shown


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


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if f.kind != "choice" and not f.optional])
@pytest.mark.parametrize("end", [0, 1])
def test_both_ends_of_every_slider_are_legal(name: str, end: int) -> None:
    desk = Desk(TrainingConfig(problem="bowl"))
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


def test_controls_share_their_layouts_since_each_model_costs_load_time() -> None:
    parts = widgets_in(Desk().controls.widget)
    models = {w.model_id for w in parts}
    models |= {w.layout.model_id for w in parts} | {w.style.model_id for w in parts if hasattr(w, "style")}
    assert len(models) < 80
