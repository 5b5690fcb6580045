"""The control column without a browser: real ipywidgets, driven by the messages a page would send."""

import re
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import pytest

from core.config.relevance import (
    FIELDS_OF_FAMILY,
    FIELDS_OF_OPTIMIZER,
    FIELDS_OF_PROBLEM,
    relevant_fields,
)
from core.config.training_config import FIELDS, TrainingConfig
from core.datasets.registry import DATASETS
from core.models.family import families_for
from core.number_format import format_number
from tests.support.controls_desk import EVERY_CONFIG, Desk, from_page, widgets_in
from tests.support.pseudo_locale import in_use
from widgets.controls import controls as controls_module
from widgets.controls.controls import Controls
from widgets.controls.setting_controls import Choice, Exact, control_for
from widgets.controls.validated_widgets import Html

SPIRAL = TrainingConfig(problem="spiral", optimizer="adam")


def test_every_setting_gets_exactly_one_control_however_often_it_comes_and_goes_and_a_name() -> None:
    desk = Desk()
    for config in EVERY_CONFIG * 2:
        desk.controls.set(config)
        assert desk.shown() == relevant_fields(config)
    assert {name: len(desk.boxes(name)) for name in FIELDS} == dict.fromkeys(FIELDS, 1) | {
        "points": 0
    }  # drawn in a chart
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


@pytest.mark.parametrize(("problem", "most"), [("regression", 70), ("digits", 110)])
def test_controls_share_their_layouts_since_each_model_costs_load_time(problem: str, most: int) -> None:
    parts = Desk(TrainingConfig(problem=problem)).widgets()
    models = {w.model_id for w in parts}
    models |= {w.layout.model_id for w in parts} | {w.style.model_id for w in parts if hasattr(w, "style")}
    assert len(models) < most
