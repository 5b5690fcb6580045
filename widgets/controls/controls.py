"""The control column: cards with one control for each setting of a `TrainingConfig` that matters now.

A control is built when its setting first matters, or ahead of that once the page stands, since each one costs
page load time. The cards hand what was dragged or typed to `on_change` and show the config they are given back,
so that a refused value is replaced by the last good one.
"""

import threading
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets as ipw

from core.config.relevance import relevant_fields
from core.config.start_labels import start_labels
from core.config.training_config import FIELDS, TrainingConfig
from core.datasets.dataset import CSV
from core.field import Field
from core.language import N_, _, in_every_language, language, shown
from core.models.family import families_for
from core.objectives.surfaces import surface_fields
from core.optimizers.pruning import PRUNING, SPARSITY
from core.optimizers.registry import hyperparameters
from core.optimizers.schedules import schedule_fields
from widgets.controls.preset_menu import MENU, PresetMenu
from widgets.controls.setting_controls import Choice, Exact, Looks, control_for, css_class
from widgets.controls.validated_widgets import Column, Html

OnChange = Callable[[dict[str, object]], None]

RATE = "learning_rate"  # stands in the page's bar, where it stays in sight: the setting that is moved while a run plays
CARDS: Mapping[str, tuple[str, ...]] = {
    N_("Problem"): (
        "problem", "examples", "data_noise", "train_share", "train_examples",
        "samples", "noise", *(field.name for field in surface_fields()), "start_x", "start_y",
    ),
    N_("Model"): ("family", "size", "activation", "width", "depth", "dropout", "normalization", "l1", "l2"),
    N_("Optimizer"): (
        "optimizer", *(field.name for field in hyperparameters() if field.name != RATE),
        "schedule", *(field.name for field in schedule_fields()), "clip_norm", PRUNING.name, SPARSITY.name,
    ),
    N_("Run"): ("epochs", "batch_size", "seed"),
}  # fmt: skip
FOLDED = ("width", "depth", "dropout", "normalization", "l1", "l2")  # out of sight until asked for
NOTES = {
    RATE: '<div class="dl-rate-note" data-dl-slot="rate-note"></div>',
    "size": '<div class="dl-rate-note" data-dl-slot="size-note"></div>',
}
FOLD = '<details><summary class="{name}"></summary></details>'  # its state decides by CSS what follows it shows
SUMMARY = "dl-fold-summary"  # gets its text from `labels`, since replacing the HTML would close the fold


class Controls:
    """The controls of one page.

    `on_change({name: raw value})` is called for each change by a person; the receiver answers with
    `set(config)`: the new config, or the old one if it refused. `on_preset(config)` is called, if it is given, when
    a preset is chosen. `widget` is the column, `rate` the learning rate by itself. `upload` is shown where the
    problem is a visitor's file. The text of the slot "size-note", under the model's size, is the owner's.
    """

    def __init__(
        self,
        config: TrainingConfig,
        on_change: OnChange,
        upload: ipw.Widget | None = None,
        left_out: frozenset[str] = frozenset(),
        on_preset: Callable[[TrainingConfig], None] | None = None,
    ) -> None:
        """Controls of all settings but those `left_out`."""
        looks = Looks()
        self._cards = [
            _Card(title, tuple(name for name in names if name not in left_out), looks, on_change)
            for title, names in CARDS.items()
        ]
        rate = _Card("", (RATE,), looks, on_change)
        self.rate = rate.widget
        self._all_cards = (rate, *self._cards)
        self._building = threading.Lock()
        self._upload = upload
        self._looks = looks
        self._upload_place = Column([], layout=looks.hidden)
        self._upload_place.add_class("dl-control-card")
        self._presets = [] if on_preset is None else [PresetMenu(looks, on_preset)]
        problem, *others = (card.widget for card in self._cards)
        above = [menu.widget for menu in self._presets]
        self.widget = Column([*above, problem, self._upload_place, *others], layout=looks.shown)
        self.widget.add_class("dl-controls")
        self.set(config)

    @property
    def labels(self) -> dict[str, str]:
        """The accessible name of each control by its CSS class, in the language in use."""
        own = start_labels(self._config.problem)
        names = {css_class(name): shown(own.get(name, field.label)) for name, field in FIELDS.items()}
        presets = {css_class(MENU.name): shown(MENU.label)} if self._presets else {}
        return {**names, **presets, SUMMARY: _("More settings")}

    @property
    def groups(self) -> dict[str, list[list[Any]]]:
        """The groups of menus by their CSS classes, as [label, how many entries], in the language in use."""
        grouped = (field for field in FIELDS.values() if field.groups)
        return {css_class(field.name): [[shown(label), count] for label, count in field.groups] for field in grouped}

    @property
    def search_words(self) -> dict[str, list[str]]:
        """What each entry of a menu can be found by, in every language, of menus with such words, by their classes."""
        return {css_class(field.name): _search_words(field) for field in FIELDS.values() if field.words}

    @property
    def explanations(self) -> dict[str, str]:
        """What each control means and what to try with it, by its CSS class, in the language in use."""
        explained = [*FIELDS.values(), *([MENU] if self._presets else [])]
        return {css_class(field.name): _explained(field) for field in explained}

    def retranslate(self) -> None:
        """Write every text in the language in use. Calls nobody back; the owner hands the other texts on."""
        with self._building:
            for menu in self._presets:
                menu.retranslate()
            for card in self._all_cards:
                card.retranslate()

    def set(self, config: TrainingConfig) -> None:
        """Show a config. Calls nobody back."""
        self._config = config
        with self._building:
            for menu in self._presets:
                menu.show(config)
            for card in self._all_cards:
                card.show(config)
            self._show_upload(config.problem == CSV)

    def build(self, config: TrainingConfig) -> None:
        """Build, out of sight and in any thread, the controls that a config would show and that are not there yet."""
        for card in self._all_cards:
            with self._building:
                card.build(config, self._looks.hidden)

    def _show_upload(self, wanted: bool) -> None:
        if self._upload is None:
            return
        if wanted:
            self._upload_place.children = (self._upload,)
        self._upload_place.layout = self._looks.shown if wanted else self._looks.hidden


class _Card:
    """A group of controls, hidden where none of them matters; a card if it has a title."""

    def __init__(self, title: str, names: tuple[str, ...], looks: Looks, on_change: OnChange) -> None:
        self._names = names
        self._heading = title
        self._looks = looks
        self._on_change = on_change
        self._controls: dict[str, Choice | Exact] = {}
        self._languages: dict[str, str] = {}  # that each control is in
        self._title = [self._html(_title(title))] if title else []
        self._notes = {name: self._html(NOTES[name]) for name in names if name in NOTES}
        self._fold: Column | None = None
        self.widget = Column([*self._title], layout=looks.hidden)
        self.widget.add_class("dl-control-card" if title else "dl-rate")

    def show(self, config: TrainingConfig) -> None:
        """Show the settings that matter in `config`, building the controls that are not there yet."""
        relevant, own = relevant_fields(config), start_labels(config.problem)
        self.build(config, self._looks.shown)
        for name, control in self._controls.items():
            control.widget.layout = self._looks.shown if name in relevant else self._looks.hidden
            if name not in relevant:
                continue
            self._bring_up_to_date(name, control)
            if isinstance(control, Exact) and name in own:
                control.rename(own[name])
            if isinstance(control, Choice) and name == "family":
                control.offer(_family_menu(config.problem))
            control.show(getattr(config, name))
        self.widget.layout = self._looks.shown if relevant & set(self._names) else self._looks.hidden

    def retranslate(self) -> None:
        """Write the title and all controls in sight in the language in use; the others follow when they are shown."""
        for title in self._title:
            title.value = _title(self._heading)
        for name, control in self._controls.items():
            if control.widget.layout is self._looks.shown:
                self._bring_up_to_date(name, control)

    def _bring_up_to_date(self, name: str, control: Choice | Exact) -> None:
        if self._languages[name] != language():
            self._languages[name] = language()
            control.retranslate()

    def build(self, config: TrainingConfig, layout: ipw.Layout) -> None:
        """Build the controls of the settings that matter in `config` and are not there yet."""
        relevant = relevant_fields(config)
        missing = [name for name in self._names if name in relevant and name not in self._controls]
        for name in missing:
            control = self._control(name, getattr(config, name))
            control.widget.layout = layout
            self._controls[name], self._languages[name] = control, language()
        if missing:
            self.widget.children = self._rows()

    def _control(self, name: str, value: object) -> Choice | Exact:
        def tell(raw: object) -> None:
            self._on_change({name: raw})

        named = name != self._names[0]  # the first one is what the card is called for
        control = control_for(FIELDS[name], value, self._looks, tell, named)
        control.show(value)
        return control

    def _rows(self) -> list[ipw.Widget]:
        rows: list[ipw.Widget] = [*self._title]
        for name in self._names:
            if name in self._controls and name not in FOLDED:
                rows.append(self._controls[name].widget)
            if name in self._notes:
                rows.append(self._notes[name])
        folded = [self._controls[name].widget for name in self._names if name in FOLDED and name in self._controls]
        return [*rows, self._folded(folded)] if folded else rows

    def _folded(self, rows: list[ipw.Widget]) -> Column:
        if self._fold is None:
            self._fold = Column([self._html(FOLD.format(name=SUMMARY))], layout=self._looks.shown)
            self._fold.add_class("dl-fold")
        self._fold.children = (self._fold.children[0], *rows)
        return self._fold

    def _html(self, text: str) -> Html:
        return Html(text, layout=self._looks.shown, style=self._looks.html)


def _title(heading: str) -> str:
    return f"<h2>{escape(shown(heading))}</h2>"


def _search_words(field: Field) -> list[str]:
    """For each option its label and its words in all languages, as one text."""
    labels = (label for label, _value in field.options)
    entries = zip(labels, field.words, strict=True)
    return [" ".join((*in_every_language(label), *in_every_language(words))) for label, words in entries]


def _family_menu(problem: str) -> tuple[tuple[str, str], ...]:
    fitting = families_for(problem)
    return tuple((label, name) for label, name in FIELDS["family"].options if name in fitting)


def _explained(field: Field) -> str:
    return _("{meaning} {advice}", meaning=field.help, advice=field.advice) if field.advice else shown(field.help)
