"""How a finding reaches a chart: drawn once, dated when old, hidden when there is none."""

from dataclasses import replace

from core.learning.learner import Learner
from core.optimizers.optimizer import Optimizer
from core.probes.definition import ProbeDefinition
from core.probes.finding import Finding
from core.training.probe import Probe
from tests.support.model_moments import model_moment
from widgets.charts.chart import Update
from widgets.charts.finding_update import AWAITED, FindingUpdate, dated


def no_probe(learner: Learner, optimizer: Optimizer) -> Probe[float]:
    raise AssertionError("no run, no probe")


PROBE = ProbeDefinition("probe", no_probe)


class Drawer:
    def __init__(self) -> None:
        self.drawn: list[float] = []

    def __call__(self, value: float) -> Update:
        self.drawn.append(value)
        return {"traces": {1: {"y": [value]}}, "note": f"value {value}"}


def test_before_the_first_finding_all_traces_are_hidden_and_the_note_says_that_it_will_come() -> None:
    drawer = Drawer()
    update = FindingUpdate(PROBE, 2, "of the validation part", drawer).update(model_moment())
    hidden = {0: {"visible": False}, 1: {"visible": False}}
    assert update == {"traces": hidden, "note": AWAITED, "is_empty": True}
    assert drawer.drawn == []


def test_where_there_is_nothing_to_find_or_no_way_to_no_look_is_promised() -> None:
    nothing = model_moment(findings={"probe": None})
    assert FindingUpdate(PROBE, 1, "too many classes", Drawer()).update(nothing)["note"] == "too many classes"
    failed = replace(model_moment(), failed=frozenset({"probe"}))
    assert (
        FindingUpdate(PROBE, 1, "of the validation part", Drawer()).update(failed)["note"] == "of the validation part"
    )


def test_a_finding_shows_all_traces_and_what_was_drawn() -> None:
    update = FindingUpdate(PROBE, 2, "", Drawer()).update(model_moment(findings={"probe": 3.0}))
    traces = {0: {"visible": True}, 1: {"visible": True, "y": [3.0]}}
    assert update == {"traces": traces, "note": "value 3.0", "footer": ""}


def test_many_frames_of_one_finding_draw_it_once_and_a_newer_one_again() -> None:
    drawer = Drawer()
    found = FindingUpdate(PROBE, 2, "", drawer)
    first, second = (model_moment(1000, {"probe": value}) for value in (1.0, 2.0))
    for moment in (first, first, first, second, second):
        found.update(moment)
    assert drawer.drawn == [1.0, 2.0]


def test_a_reset_hides_what_was_found_before_it() -> None:
    found = FindingUpdate(PROBE, 1, "blank", Drawer())
    found.update(model_moment(findings={"probe": 1.0}))
    assert found.update(model_moment(0))["traces"] == {0: {"visible": False}}


def test_only_a_finding_of_another_step_is_dated() -> None:
    moment = model_moment(1200)
    assert dated("words", Finding(1200, None, 0.0), moment) == {"note": "words", "footer": ""}
    assert dated("words", Finding(950, None, 0.0), moment) == {"note": "words", "footer": "as of step 950"}
