"""The balance: of artifacts and kept runs the cheapest that is good and fast enough for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.costs.balance import Variant, offers
from core.costs.kept_variants import KeptVariants, comparable
from core.costs.levers import levers
from core.field import ConfigError
from core.language import _, language, ngettext
from widgets.balance.balance_chart import corner_panel
from widgets.balance.balance_texts import balance_sentences, lever_sentences
from widgets.balance.demand import demand_of, fields_of
from widgets.compare.drawn_board import DrawnBoard
from widgets.compress.artifact_texts import name_of
from widgets.controls.validated_widgets import Column
from widgets.experiments.experiment_form import ExperimentForm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.artifacts.artifact import Artifact
    from core.store.run_store import RunStore
    from widgets.balance.demand import Demand


class BalancePart:
    """A part of a tab, see `widgets.part`: the form, the corner, and sentences."""

    def __init__(
        self, artifacts: Callable[[], Sequence[Artifact]], store: Callable[[], RunStore], wake: Callable[[], None],
        problem: Callable[[], str] = str, kept: KeptVariants | None = None,
    ) -> None:  # fmt: skip
        """`wake` is called when there is something new to draw.

        `problem` returns the one of whose runs those that were kept are weighed too, once a person weighs.
        """
        self._artifacts, self._store, self._wake, self._problem = artifacts, store, wake, problem
        self._kept = kept or KeptVariants(wake)
        self._form, self._board = ExperimentForm(self._on_press), DrawnBoard(lambda kind, payload: None)
        self.widget = Column([self._form, self._board.widget])
        self.widget.add_class("dl-experiments").add_class("dl-balance")
        self._demand: Demand | None = None
        self._refusal: ConfigError | None = None
        self._drawn: tuple[object, ...] = ()

    def retranslate(self) -> None:
        """Writes the board's own words in the language in use; `draw` does the rest."""
        self._board.widget.retranslate()

    def close(self) -> None:
        """Measures no further runs."""
        self._kept.close()

    def draw(self) -> None:
        """Shows the balance of the artifacts that were made, if anything is new."""
        store = self._store()
        runs = comparable(store.runs(), self._problem())
        variants = [found for each in self._artifacts() if (found := variant_of(each)) is not None]
        variants += self._kept.variants(runs)
        left = self._kept.left
        state = variants, self._demand, self._refusal, left, len(runs), store.version, language()
        if state == self._drawn:
            return
        self._drawn = state
        self._form.show(
            fields_of(variants), self._texts(), self._says(variants, store, left), can_start=bool(variants or runs),
            is_running=False, progress=0.0,
        )  # fmt: skip
        wish = None if self._demand is None else self._demand.wish
        met = [] if self._demand is None else offers(variants, self._demand.wish, self._demand.prices)
        chosen = met[0].variant if met else None
        self._board.show((tuple(variants), self._demand), lambda: [corner_panel(variants, wish, chosen)])

    def _texts(self) -> dict[str, str]:
        return {
            "title": _("Which one to serve?"),
            "about": _("The cheapest artifact or kept run of this problem that is accurate and fast enough at the rate "
                       "offered, with idle time. A kept run has no weights: its structure is timed with the first "
                       "ones. Counted is the computing time of one answer at a time on one core, as measured; a "
                       "server's own work for each request comes on top."),
            "start": _("Weigh"), "cancel": _("Cancel"), "progress": _("Progress"),
        }  # fmt: skip

    def _says(self, variants: Sequence[Variant], store: RunStore, left: int) -> list[str]:
        if self._refusal is not None:
            return [self._refusal.sentence]
        said = [] if self._demand is None or not variants else balance_sentences(variants, self._demand)
        if left:
            said.insert(
                0,
                ngettext(
                    "The structure of {count} kept run is still measured.",
                    "The structures of {count} kept runs are still measured.",
                    left,
                    count=left,
                ),
            )
        return [*said, *lever_sentences(levers(store.runs()))]

    def _on_press(self, kind: str, values: dict[str, str]) -> None:
        if kind != "start":
            return
        try:
            self._demand, self._refusal = demand_of(values), None
            self._kept.ask(comparable(self._store().runs(), self._problem()))
        except ConfigError as error:
            self._refusal = error
        self._wake()


def variant_of(artifact: Artifact) -> Variant | None:
    """The artifact as one that could be served; None until it is made, or without latency or right answers."""
    measured = artifact.measured
    latency = None if measured is None else measured.latency.get(1)
    if measured is None or latency is None or artifact.state != "made" or measured.is_quantity:
        return None
    return Variant(
        name_of(artifact), measured.accuracy.value, latency.median, measured.sizes.dense, artifact.training_seconds
    )
