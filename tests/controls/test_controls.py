"""The control column without a browser: real ipywidgets, driven by the messages a page would send."""

import math
import re
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import pytest

from core.config.relevance import (
    FIELDS_OF_FAMILY,
    FIELDS_OF_OPTIMIZER,
    FIELDS_OF_PROBLEM,
    FIELDS_OF_SCHEDULE,
    relevant_fields,
)
from core.config.training_config import FIELDS, TrainingConfig
from core.datasets.registry import DATASETS
from core.field import ConfigError
from core.models.family import families_for
from core.number_format import format_number
from tests.support.pseudo_locale import in_use
from widgets.controls import controls as controls_module
from widgets.controls.controls import Controls
from widgets.controls.setting_controls import Choice, Exact, control_for
from widgets.controls.validated_widgets import Html


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

    def widgets(self) -> list[ipw.Widget]:
        return [*widgets_in(self.controls.rate), *widgets_in(self.controls.widget)]

    def boxes(self, name: str) -> list[ipw.Widget]:
        css_class = f"dl-field-{name.replace('_', '-')}"
        return [w for w in self.widgets() if css_class in w._dom_classes]

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


def every_config() -> list[TrainingConfig]:
    """Configs in which, together, every choice is made once."""
    of_problems = [
        TrainingConfig(problem=problem, family=(*families_for(problem), "mlp")[0]) for problem in FIELDS_OF_PROBLEM
    ]
    return [
        *of_problems,
        *(TrainingConfig(optimizer=optimizer) for optimizer in FIELDS_OF_OPTIMIZER),
        *(TrainingConfig(problem="digits", schedule=schedule) for schedule in FIELDS_OF_SCHEDULE),
    ]


EVERY_CONFIG = every_config()
SPIRAL = TrainingConfig(problem="spiral", optimizer="adam")


def config_with(name: str) -> TrainingConfig:
    """A config in which this setting matters."""
    return next(config for config in EVERY_CONFIG if name in relevant_fields(config))


def test_every_setting_gets_exactly_one_control_however_often_it_comes_and_goes_and_a_name() -> None:
    desk = Desk()
    for config in EVERY_CONFIG * 2:
        desk.controls.set(config)
        assert desk.shown() == relevant_fields(config)
    assert {name: len(desk.boxes(name)) for name in FIELDS} == dict.fromkeys(FIELDS, 1)
    names = [*(field.label for field in FIELDS.values()), "More settings"]
    assert sorted(desk.controls.labels.values()) == sorted(names)
    assert desk.asked == []


def test_a_control_that_does_not_matter_is_not_built() -> None:
    assert Desk().boxes("family") == Desk().boxes("condition") == []


def test_controls_built_ahead_stay_out_of_sight_until_they_matter_and_are_not_built_again() -> None:
    desk = Desk()
    before = desk.shown()
    desk.controls.build(SPIRAL)
    assert desk.shown() == before
    built = {widget.model_id for widget in desk.widgets()}
    desk.controls.set(SPIRAL)
    assert desk.shown() == relevant_fields(SPIRAL)
    assert {widget.model_id for widget in desk.widgets()} == built
    assert desk.asked == []


def test_controls_built_ahead_show_the_config_that_comes() -> None:
    desk = Desk()
    desk.controls.build(SPIRAL)
    desk.controls.set(TrainingConfig(problem="digits", family="cnn", size=12_345))
    assert (desk.part("family", ipw.Dropdown).value, desk.text("size")) == ("cnn", format_number(12_345))


def test_no_control_is_built_by_two_threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    alone: list[bool] = []

    def build_here(*given: Any) -> Choice | Exact:
        alone.append(desk.controls._building.locked())
        return control_for(*given)

    monkeypatch.setattr(controls_module, "control_for", build_here)
    desk.controls.build(SPIRAL)
    desk.controls.set(TrainingConfig(optimizer="rmsprop"))
    assert len(alone) > 10
    assert all(alone)


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
    shown = Desk(TrainingConfig(problem=problem, family=(*families_for(problem), "mlp")[0])).shown()
    assert shown & every == set(FIELDS_OF_PROBLEM[problem])
    assert {"problem", "optimizer", "epochs"} <= shown


@pytest.mark.parametrize("family", [name for name in FIELDS_OF_FAMILY if name in families_for("digits")])
def test_only_the_fields_of_the_model_are_shown(family: str) -> None:
    every = {name for names in FIELDS_OF_FAMILY.values() for name in names}
    assert Desk(TrainingConfig(problem="digits", family=family)).shown() & every == set(FIELDS_OF_FAMILY[family])


@pytest.mark.parametrize("problem", [*DATASETS, "csv"])
def test_the_menu_of_models_offers_those_that_fit_the_data_and_asks_for_none_itself(problem: str) -> None:
    desk = Desk(TrainingConfig(problem="digits", family="cnn"))
    family = families_for(problem)[-1]
    desk.controls.set(TrainingConfig(problem=problem, family=family))
    menu = desk.part("family", ipw.Dropdown)
    assert tuple(name for _, name in menu.options) == families_for(problem)
    assert menu.value == family
    assert desk.asked == []


def test_what_is_picked_from_the_menu_of_models_is_reported() -> None:
    desk = Desk(TrainingConfig(problem="imdb", family="rnn_lstm"))
    from_page(desk.part("family", ipw.Dropdown), index=3)
    assert desk.asked == [{"family": "transformer"}]


def card_titled(desk: Desk, title: str) -> ipw.Widget:
    cards = (card for card in desk.controls.widget.children if card.children)
    return next(card for card in cards if card.children[0].value == f"<h2>{title}</h2>")


@pytest.mark.parametrize(("problem", "display"), [("regression", "none"), ("bowl", "none"), ("spiral", None)])
def test_the_models_card_is_there_only_where_a_model_learns(problem: str, display: str | None) -> None:
    assert card_titled(Desk(TrainingConfig(problem=problem)), "Model").layout.display == display


def test_the_size_has_a_place_for_its_note_right_under_it() -> None:
    desk = Desk(TrainingConfig(problem="spiral"))
    rows = card_titled(desk, "Model").children
    below = rows[rows.index(desk.boxes("size")[0]) + 1]
    assert isinstance(below, Html)
    assert 'data-dl-slot="size-note"' in below.value


def test_rarely_used_settings_of_the_model_are_folded_behind_a_summary() -> None:
    desk = Desk(TrainingConfig(problem="spiral"))
    fold = card_titled(desk, "Model").children[-1]
    assert "dl-fold" in fold._dom_classes
    assert '<summary class="dl-fold-summary">' in fold.children[0].value
    assert Desk().controls.labels["dl-fold-summary"] == "More settings"
    names = ("width", "depth", "dropout", "normalization", "l1", "l2")
    assert list(fold.children[1:]) == [desk.boxes(name)[0] for name in names]


@pytest.mark.parametrize(("name", "shown"), [("width", "by size"), ("clip_norm", "off"), ("examples", "default")])
def test_an_empty_box_says_what_empty_means(name: str, shown: str) -> None:
    assert Desk(TrainingConfig(problem="spiral")).part(name, ipw.Text).placeholder == shown


def written(desk: Desk, names: set[str]) -> dict[str, list[str]]:
    """Every text that the controls of these settings show or say."""
    return {
        name: [
            text
            for box in desk.boxes(name)
            for part in widgets_in(box)
            for text in (
                *(getattr(part, trait, None) or "" for trait in ("description", "tooltip", "placeholder")),
                *(label for label, _ in getattr(part, "options", ())),
            )
            if text
        ]
        for name in names
    }


def test_retranslating_changes_every_text_keeps_what_is_chosen_and_asks_for_nothing(catalogues: Path) -> None:
    desk = Desk(TrainingConfig(problem="digits", family="cnn", optimizer="adam", learning_rate=0.0123))
    desk.controls.set(desk.config)
    names = desk.shown()
    before = written(desk, names), {name: desk.boxes(name) for name in names}
    with in_use(catalogues):
        desk.controls.retranslate()
        renamed = [text for texts in written(desk, {"learning_rate", "optimizer", "family"}).values() for text in texts]
        assert renamed
        assert card_titled(desk, "⟦Ruun⟧")
        assert re.fullmatch("⟦.*⟧", desk.controls.labels["dl-fold-summary"])
        assert desk.part("family", ipw.Dropdown).value == "cnn"
        assert (desk.part("optimizer", ipw.Dropdown).value, desk.text("learning_rate")) == ("adam", "0.0123")
        from_page(desk.part("optimizer", ipw.Dropdown), index=0)  # they go on reporting what a person does
    assert desk.asked == [{"optimizer": "sgd"}]
    desk.config = desk.config.replace(optimizer="adam")
    desk.controls.set(desk.config)
    desk.controls.retranslate()
    assert (written(desk, names), {name: desk.boxes(name) for name in names}) == before


def test_a_control_that_was_out_of_sight_is_in_the_language_in_use_when_it_is_shown(catalogues: Path) -> None:
    desk = Desk(TrainingConfig(problem="digits", family="mlp"))
    desk.controls.set(TrainingConfig())
    with in_use(catalogues):
        desk.controls.retranslate()
        desk.controls.set(desk.config)
        texts = [text for texts in written(desk, {"depth", "dropout", "normalization"}).values() for text in texts]
        assert texts
        assert [text for text in texts if not text.startswith("⟦")] == []


def test_the_upload_is_shown_for_a_csv_and_hidden_for_all_else() -> None:
    upload = Html("")
    controls = Controls(TrainingConfig(), lambda _: None, upload)
    place = controls.widget.children[1]
    assert place.layout.display == "none"
    assert place.children == ()
    controls.set(TrainingConfig(problem="csv"))
    assert place.layout.display is None
    assert place.children == (upload,)
    controls.set(TrainingConfig())
    assert place.layout.display == "none"


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


@pytest.mark.parametrize(("problem", "most"), [("regression", 70), ("digits", 110)])
def test_controls_share_their_layouts_since_each_model_costs_load_time(problem: str, most: int) -> None:
    parts = Desk(TrainingConfig(problem=problem)).widgets()
    models = {w.model_id for w in parts}
    models |= {w.layout.model_id for w in parts} | {w.style.model_id for w in parts if hasattr(w, "style")}
    assert len(models) < most


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
