"""The settings that suit a problem are legal, fit its data and leave nothing behind of another one's."""

import pytest

from core.config.suggested import suitable, suitable_rate
from core.config.training_config import TrainingConfig
from core.datasets.registry import DATASETS
from core.learning.setup import ModelSetup
from core.models.family import families_for
from core.objectives.surfaces import SURFACES
from core.optimizers.registry import OPTIMIZERS
from core.training.build import build_objective, build_trainer

LEARNING = [*DATASETS, "csv"]


@pytest.mark.parametrize("problem", LEARNING)
def test_a_problem_with_data_gets_a_family_that_reads_them(problem: str) -> None:
    config = TrainingConfig.suited_to(problem)
    assert config.family in families_for(problem)
    assert config.optimizer in OPTIMIZERS


@pytest.mark.parametrize("problem", DATASETS)
def test_the_model_is_about_as_large_as_its_size_says(problem: str) -> None:
    config = TrainingConfig.suited_to(problem)
    setup = ModelSetup.of(config)
    if config.family != "linear" and config.size > 100:  # the smallest size that there is
        assert setup.parameters == pytest.approx(config.size, rel=0.1)


def test_all_data_sets_say_the_same_settings_so_that_none_is_left_of_the_last_one() -> None:
    assert len({frozenset(suitable(problem)) for problem in LEARNING}) == 1


@pytest.mark.parametrize("problem", SURFACES)
def test_a_surface_brings_its_own_learning_rate_and_keeps_what_else_was_chosen(problem: str) -> None:
    surface = SURFACES[problem].with_settings(vars(TrainingConfig()))
    assert suitable(problem) == {"learning_rate": surface.learning_rate}
    assert TrainingConfig.suited_to(problem) == TrainingConfig().replace(problem=problem, **suitable(problem))


@pytest.mark.parametrize("problem", [*SURFACES, *LEARNING, "regression"])
def test_its_own_optimizer_gets_the_problems_own_rate(problem: str) -> None:
    config = TrainingConfig.suited_to(problem)
    assert suitable_rate(problem, config.optimizer) == config.learning_rate


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(("problem", "height"), [("bowl", 0.1), ("rosenbrock", 0.6)])  # they start at 28 and 24.2
def test_with_its_rate_every_optimizer_comes_near_the_minimum(problem: str, height: float, optimizer: str) -> None:
    config = TrainingConfig(problem=problem, optimizer=optimizer, learning_rate=suitable_rate(problem, optimizer))
    trainer = build_trainer(config, build_objective(config))
    record = trainer.advance(1000)
    assert not record.diverged
    assert 0 <= record.loss[-50:].max() < height


def test_the_line_is_what_the_defaults_are_for() -> None:
    assert TrainingConfig.suited_to("regression") == TrainingConfig()
