"""Races in engines: every racer takes the steps of plain gradient descent on the bowl, whatever the others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.config.training_config import TrainingConfig
from core.field import ConfigError
from core.runs.recorded_columns import RecordedColumns
from core.runs.status import Status
from core.sweeps.race import MOST_RACERS, Race
from tests.support.waiting import WAIT_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engines.launcher import EngineLauncher

KAPPA, STEPS, START = 10.0, 40, (-4.0, 2.0)
CONFIG = TrainingConfig.suited_to("bowl").replace(optimizer="sgd", epochs=STEPS, condition=KAPPA)
RATES = (0.15, 0.05, 0.25)  # the limit is 2 / KAPPA: the last one climbs out of the bowl


@pytest.fixture(scope="module", params=[True, False], ids=["in step", "each at its own speed"])
def race(request: pytest.FixtureRequest, launcher: EngineLauncher) -> Iterator[Race]:
    entries = [{"learning_rate": rate} for rate in RATES]
    race = Race(CONFIG, entries, launcher.connect, in_step=request.param)
    race.start()
    assert race.wait(WAIT_S)
    yield race
    race.close()


def test_each_racer_takes_the_steps_of_its_rate_from_one_start(race: Race) -> None:
    assert [racer.settings["learning_rate"] for racer in race.racers] == list(RATES)
    steps = np.arange(STEPS)
    for racer, rate in zip(race.racers, RATES, strict=True):
        x, y = START[0] * (1 - rate) ** steps, START[1] * (1 - KAPPA * rate) ** steps
        expected = (x**2 + KAPPA * y**2) / 2
        losses = RecordedColumns.of(racer.run)["loss"]
        assert len(losses) == STEPS
        np.testing.assert_allclose(losses, expected, rtol=2e-4)


def test_the_race_is_over_when_all_are(race: Race) -> None:
    assert race.has_begun
    assert race.is_over
    assert {racer.run.status for racer in race.racers} <= {Status.FINISHED, Status.PAUSED}
    assert [racer.run.step for racer in race.racers] == [STEPS] * len(RATES)


def test_a_race_that_is_stopped_keeps_what_was_run(launcher: EngineLauncher) -> None:
    race = Race(CONFIG.replace(epochs=100_000), [{"learning_rate": rate} for rate in RATES[:2]], launcher.connect)
    race.start()
    assert not race.wait(3.0)
    race.stop()
    assert race.wait(WAIT_S)
    assert all(racer.run.step < 100_000 for racer in race.racers)
    race.close()


def test_an_entry_that_is_not_legal_is_refused_in_a_sentence_and_more_than_eight_are_not_run() -> None:
    def nobody(_config: TrainingConfig) -> None:
        raise AssertionError("no engine is asked for before the race begins")

    with pytest.raises(ConfigError, match="Learning rate"):
        Race(CONFIG, [{"learning_rate": -1.0}], nobody)  # type: ignore[arg-type]
    many = Race(CONFIG, [{"seed": seed} for seed in range(20)], nobody)  # type: ignore[arg-type]
    assert len(many.racers) == MOST_RACERS
