"""The table of settings: its texts can be translated, and what type checkers are told of a config is true."""

from __future__ import annotations

import ast
import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from core import language
from core.config import training_config
from core.config.settings import FIELDS, SETTINGS
from core.config.training_config import TrainingConfig
from core.datasets.registry import DATASETS
from core.field import ConfigError, Field
from core.language import Text, shown
from core.models.family import MODELS
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.optimizers.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = [name for name, setting in FIELDS.items() if setting.kind in ("int", "float")]
TYPES = {"int": "int", "float": "float", "choice": "str", "text": "str"}


class Bracketed(gettext.NullTranslations):
    """A language that writes each text in brackets."""

    def gettext(self, message: str) -> str:
        return f"[{message}]"

    def pgettext(self, context: str, message: str) -> str:
        return f"[{context}: {message}]"


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Switches to the language of brackets when it is called."""
    return lambda: monkeypatch.setattr(language, "_catalogue", lambda name: Bracketed())


def texts_of(setting: Field) -> Iterator[str]:
    yield from (setting.label, setting.help, setting.empty, *(label for label, _value in setting.options))
    if setting.unit:
        yield setting.unit


@pytest.mark.parametrize("name", FIELDS)
def test_every_text_of_a_setting_can_be_translated(name: str) -> None:
    assert all(isinstance(text, Text) and text for text in texts_of(FIELDS[name]))


def test_every_text_of_a_registry_can_be_translated() -> None:
    registries: tuple[dict[str, Any], ...] = (OPTIMIZERS, SCHEDULES, SURFACES, MODELS)
    labels = [entry.label for registry in registries for entry in registry.values()]
    others = [text for rule in OPTIMIZERS.values() for text in (rule.threshold, rule.without_limit) if text]
    assert all(isinstance(text, Text) for text in (*labels, *others))


def test_a_menu_is_shown_in_the_language_in_use_now(brackets: Any) -> None:
    menus = {name: {value: label for label, value in FIELDS[name].options} for name in ("problem", "schedule")}
    brackets()
    assert shown(menus["problem"]["bowl"]) == "[Quadratic bowl]"
    assert shown(menus["problem"]["digits"]).startswith("[Data: [")
    assert shown(menus["schedule"]["step"]) == "[learning-rate schedule: Step]"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seed": "soon"}, "[[Seed] must be a number.]"),
        ({"momentum": 2}, "[[Momentum] must be between 0 and 0.999; 2 is too large.]"),
        ({"epochs": "1,000"}, "[[Epochs] may be 1\u00a0000 or 1; write one of these.]"),
        (
            {"problem": "csv", "family": "cnn"},
            "[Model [CNN] cannot read your CSV; choose one of Linear, MLP.]",
        ),
    ],
)
def test_a_refusal_is_shown_in_the_language_in_use_now(
    changes: dict[str, object], sentence: str, brackets: Any
) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainingConfig().replace(**changes)
    brackets()
    assert caught.value.sentence == sentence


def test_what_type_checkers_are_told_of_a_config_is_what_the_table_says() -> None:
    tree = ast.parse(Path(training_config.__file__).read_text())
    (told,) = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == "_Values")
    types = {
        line.target.id: ast.unparse(line.annotation)
        for line in told.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }
    assert types == {name: TYPES[FIELDS[name].kind] + (" | None" if FIELDS[name].optional else "") for name in types}
    assert list(types) == [setting.name for setting in SETTINGS if setting.name in types]
    assert len(types) > 20


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_has_a_legal_default_a_label_and_a_sentence_each_of_help_and_advice(name: str) -> None:
    setting = FIELDS[name]
    assert setting.name == name
    assert setting.parse(setting.default) == setting.default
    assert setting.label
    for sentence in (setting.help, setting.advice):
        assert sentence.endswith((".", "?"))
        assert sentence.count(". ") == 0


@pytest.mark.parametrize("name", NUMBERS)
def test_a_slider_shows_no_more_than_what_is_legal_and_its_default(name: str) -> None:
    setting = FIELDS[name]
    low, high = setting.slider_range
    assert setting.low <= low < high <= setting.high
    if not setting.optional:
        assert low <= cast("float", setting.default) <= high
    assert low > 0 or setting.scale == "linear"


def test_labels_are_unique_since_they_are_the_controls_accessible_names() -> None:
    labels = [setting.label for setting in FIELDS.values()]
    assert len(set(labels)) == len(labels)


def test_the_groups_of_the_menu_of_problems_have_every_entry_once_and_in_order() -> None:
    problem = FIELDS["problem"]
    labels = [str(label) for label, _count in problem.groups]
    assert labels == ["Regression", "Surfaces", "Points", "Tables", "Images", "Series", "Text", "Yours"]
    assert sum(count for _label, count in problem.groups) == len(problem.options)
    kinds = [DATASETS[name].group for name in problem.choices if name in DATASETS]
    in_menu = [label for label, count in problem.groups[2:-1] for _entry in range(count)]
    assert kinds == in_menu
