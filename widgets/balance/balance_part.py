"""The balance: of artifacts and kept runs the cheapest that is good and fast enough for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.costs.balance import Variant, offers
from core.costs.compression_lever import compressed
from core.costs.goal import ACCURACY, Goal
from core.costs.kept_variants import KeptVariants, comparable
from core.costs.levers import levers
from core.field import ConfigError
from core.language import _, language, ngettext
from core.metric import metric as facts
from widgets.balance.balance_chart import corner_panel
from widgets.balance.balance_texts import balance_sentences
from widgets.balance.demand import demand_of, fields_of
from widgets.balance.lever_texts import compression_sentences, lever_sentences
from widgets.compare.drawn_board import DrawnBoard
from widgets.compress.artifact_texts import name_of
from widgets.controls.validated_widgets import Column
from widgets.experiments.experiment_form import ExperimentForm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.artifacts.artifact import Artifact
    from core.store.kept_run import KeptRun
    from core.store.run_store import RunStore
    from widgets.balance.demand import Demand


class BalancePart:
    """A part of a tab, see `widgets.part`: the form, the corner, and sentences."""

    def __init__(
        self, artifacts: Callable[[], Sequence[Artifact]], store: Callable[[], RunStore], wake: Callable[[], None],
        goal: Callable[[], Goal] = lambda: Goal(""), kept: KeptVariants | None = None,
    ) -> None:  # fmt: skip
        """`wake` is called when there is something new to draw.

        `artifacts` returns those that are weighed, all of one problem. `goal` returns that problem and what it is
        measured by; of its runs those that were kept are weighed too, once a person weighs.
        """
        self._artifacts, self._store, self._wake, self._goal = artifacts, store, wake, goal
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
        store, goal = self._store(), self._goal()
        if self._demand is not None and self._demand.wish.metric not in goal.metrics:
            self._demand = None  # another problem
        metric = goal.metrics[0] if self._demand is None else self._demand.wish.metric
        runs = comparable(store.runs(), goal.problem, metric)
        artifacts = self._artifacts()
        variants = [found for each in artifacts if (found := variant_of(each, metric)) is not None]
        variants += self._kept.variants(runs)
        left = self._kept.left
        state = variants, self._demand, self._refusal, left, len(runs), store.version, goal, language()
        if state == self._drawn:
            return
        self._drawn = state
        self._form.show(
            fields_of(goal, self._best(artifacts, runs, goal)), self._texts(), self._says(variants, store, left, goal),
            can_start=bool(variants or runs), is_running=False, progress=0.0,
        )  # fmt: skip
        wish = None if self._demand is None else self._demand.wish
        met = [] if self._demand is None else offers(variants, self._demand.wish, self._demand.prices)
        chosen = met[0].variant if met else None
        self._board.show(
            (tuple(variants), self._demand, goal),
            lambda: [corner_panel(variants, wish, chosen, metric, goal.unit)],
        )

    @staticmethod
    def _best(artifacts: Sequence[Artifact], runs: Sequence[KeptRun], goal: Goal) -> dict[str, float]:
        """The best value there is of each metric of `goal`."""
        found = {}
        for name in goal.metrics:
            made = [variant.quality for each in artifacts if (variant := variant_of(each, name)) is not None]
            kept = [run.validation_metric for run in runs if run.metric == name]
            values = [value for value in (*made, *kept) if value is not None]
            if values:
                found[name] = min(values) if facts(name).falls else max(values)
        return found

    def _texts(self) -> dict[str, str]:
        return {
            "title": _("Which one to serve?"),
            "about": _("The cheapest artifact or kept run of this problem that is good and fast enough at the rate "
                       "offered, with idle time. A million answers cost replicas × (price of a core second + GB of a "
                       "replica × price of a GB second) × 1 000 000 / rate. Counted are the computing time of one "
                       "answer at a time on one core and the memory of a process that does nothing else, both as "
                       "measured; a server's own work and memory come on top. A kept run is timed by its structure: "
                       "which numbers its weights are takes no time."),
            "start": _("Weigh"), "cancel": _("Cancel"), "progress": _("Progress"),
        }  # fmt: skip

    def _says(self, variants: Sequence[Variant], store: RunStore, left: int, goal: Goal) -> list[str]:
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
        metric = goal.metrics[0]
        is_other = self._demand is not None and self._demand.wish.metric != metric
        if is_other and comparable(store.runs(), goal.problem, metric):
            label = facts(metric).label
            said.append(_("Kept runs are weighed by {metric} alone, which was recorded of them.", metric=label))
        of_compression = compression_sentences(compressed(self._artifacts()), metric)
        return [*said, *lever_sentences(levers(store.runs())), *of_compression]

    def _on_press(self, kind: str, values: dict[str, str]) -> None:
        if kind != "start":
            return
        try:
            goal = self._goal()
            self._demand, self._refusal = demand_of(values, goal), None
            self._kept.ask(comparable(self._store().runs(), goal.problem, self._demand.wish.metric))
        except ConfigError as error:
            self._refusal = error
        self._wake()


def variant_of(artifact: Artifact, metric: str = ACCURACY) -> Variant | None:
    """The artifact as one that could be served; None until it is made, without latency, and for other answers."""
    measured = artifact.measured
    latency = None if measured is None else measured.latency.get(1)
    if measured is None or latency is None or artifact.state != "made":
        return None
    if measured.is_quantity != (metric != ACCURACY):
        return None
    computed = None if artifact.training_cpu is None else artifact.training_cpu + artifact.making_cpu
    return Variant(
        name_of(artifact), measured.score(metric), latency.median, measured.sizes.dense, measured.resident,
        artifact.training_seconds, computed,
    )  # fmt: skip
