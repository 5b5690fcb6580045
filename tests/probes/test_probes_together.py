"""What the page shows side by side is found at one copy of the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.probes.probe_schedule import ProbeSchedule
from tests.support.slow_probes import Clock, Slow, at

if TYPE_CHECKING:
    import pytest


def test_what_is_shown_side_by_side_is_found_at_one_copy_of_the_weights_and_published_at_once(
    shown: ProbeSchedule,
) -> None:
    assert shown.next_group(5, None, apart_from={"curvature"}) == ("validation", "boundary")
    before = shown.findings
    found = shown.look_together(("validation", "boundary"), at(5))
    assert {name: finding.step for name, finding in found.items()} == {"validation": 5, "boundary": 5}
    assert {name: finding.step for name, finding in before.items()} == {"validation": 0, "boundary": 0, "curvature": 0}
    assert {name: finding.step for name, finding in shown.findings.items()} == {**found_steps(found), "curvature": 0}


def found_steps(found: Any) -> dict[str, int]:
    return {name: finding.step for name, finding in found.items()}


def test_at_rest_only_those_look_again_that_have_not_seen_this_step(shown: ProbeSchedule) -> None:
    shown.look("validation", at(5))
    assert shown.next_group(5, None, apart_from={"curvature"}) == ("boundary",)
    shown.look("boundary", at(5))
    assert shown.next_group(5, None, apart_from={"curvature"}) == ()


def test_a_group_goes_on_without_the_one_that_fails(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Slow):
        def look(self, snapshot: Any) -> int:
            raise ZeroDivisionError

    probes = ProbeSchedule({"a": Broken(clock, 1.0), "b": Slow(clock, 1.0)}, clock, together=frozenset("ab"))
    assert found_steps(probes.look_together("ab", at(3))) == {"b": 3}
    assert probes.failed == {"a"}
    assert "the probe a failed" in caplog.text
