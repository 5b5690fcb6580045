"""A chart: one card of the page, with all the facts that the page has to know of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from widgets.board.panel import Offer, Panel, Role

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from widgets.charts.choice import Choice

Update = dict[str, Any]  # {"traces": {...}, "layout": {...}, "note": ...} of a panel, as LiveBoard.draw takes it
Chosen = Mapping[str, str]  # choice -> option, where one was chosen
Switches = Mapping[tuple[str, str], str]  # (chart, choice) -> option
DEFAULTS: Chosen = MappingProxyType({})
SetupT = TypeVar("SetupT")
MomentT = TypeVar("MomentT")


class Chart(ABC, Generic[SetupT, MomentT]):
    """One card of the page. Subclasses state their facts as class attributes.

    Attributes:
        id: Names the card on the page; charts with the same id take each other's place.
        title: The card's heading.
        shows: One sentence that says what the chart shows; it stands in its place until there is something to show.
        advice: One sentence that says what to try with it, or to look for in it.
        role: Its place on the page, which may depend on the problem.
        shows_at_once: True if its figure says something before any update.
        choices: The variants of the chart that a person chooses among.
        seconds_between: Least time between two frames that draw it, for a chart that is expensive to draw.
    """

    id: ClassVar[str]
    title: str
    shows: str = ""
    advice: str = ""
    role: Role = Role.ORDINARY
    shows_at_once: ClassVar[bool] = False
    choices: tuple[Choice, ...] = ()
    seconds_between: ClassVar[float] = 0.0

    def __init__(self, setup: SetupT, chosen: Chosen = DEFAULTS) -> None:
        """A chart of `setup` in the variant that is `chosen`; options that it does not have are passed over."""
        self.chosen = {choice.name: choice.option(chosen) for choice in self.choices}

    @classmethod
    def fits(cls, setup: SetupT, chosen: Chosen = DEFAULTS) -> bool:
        """True if the page of `setup` has this chart when its variant is `chosen`."""
        return True

    @abstractmethod
    def panel(self) -> Panel:
        """The card with its figure as it is before any step."""

    @abstractmethod
    def update(self, moment: MomentT) -> Update:
        """The changes in the figure that show `moment`."""

    def card(self, figure: Figure, note: str, offer: Offer | None = None, html: str = "") -> Panel:
        """The card around `figure` or `html`, with its heading and the buttons of its choices."""
        switches = tuple(choice.switch(self.chosen[choice.name]) for choice in self.choices)
        placeholder = "" if self.shows_at_once else self.shows
        return Panel(
            self.id, self.title, figure, note, switches, self.role, placeholder, offer, html, self.shows, self.advice
        )


AnyChart = TypeVar("AnyChart", bound=Chart[Any, Any])


def charts_for(charts: Iterable[type[AnyChart]], setup: Any, switches: Switches) -> list[AnyChart]:
    """Those of `charts` that fit `setup`, in the variants chosen in `switches`."""
    chosen = {chart: chosen_of(switches, chart.id) for chart in charts}
    return [chart(setup, options) for chart, options in chosen.items() if chart.fits(setup, options)]


def chosen_of(switches: Switches, id: str) -> Chosen:
    """The options that were chosen of the chart `id`."""
    return {name: option for (chart, name), option in switches.items() if chart == id}
