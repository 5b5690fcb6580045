"""What a sweep tries next, and which trials it gives up: Optuna, asked and told."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from core.config.settings import FIELDS
from core.sweeps.setting_range import grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    import optuna

    from core.config.training_config import TrainingConfig
    from core.field import Value
    from core.sweeps.setting_range import SettingRange

GRID, RANDOM, BAYESIAN = "grid", "random", "bayesian"
NEVER, MEDIAN, HYPERBAND = "never", "median", "hyperband"
FIRST_TRIALS = 4  # that the median waits for
FIRST_RUNG = 10  # percent of a run


class Proposals:
    """The settings of up to `budget` trials; all methods are called by one thread."""

    def __init__(self, ranges: Sequence[SettingRange], method: str, budget: int, pruning: str, seed: int) -> None:
        """`method` is one of `GRID`, `RANDOM` and `BAYESIAN`, `pruning` of `NEVER`, `MEDIAN` and `HYPERBAND`.

        Raises:
            ConfigError: A grid needs more runs than `budget`.
        """
        import optuna  # half a second, and not before somebody sweeps

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        points = grid(ranges, budget) if method == GRID else []
        self.budget = len(points) or budget
        self._space = {each.name: _distribution(each) for each in ranges}
        # Named, since Hyperband draws the bracket of a trial from the study's name.
        self._study = optuna.create_study(sampler=_sampler(method, seed), pruner=_pruner(pruning), study_name="sweep")
        for point in points:
            self._study.enqueue_trial(point)
        self._asked: list[optuna.Trial] = []

    def ask(self) -> tuple[int, dict[str, Value]] | None:
        """The number and the settings of the next trial; None when all are given out."""
        if len(self._asked) >= self.budget:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a grid's point between the digits of a range
            trial = self._study.ask(dict(self._space))
        self._asked.append(trial)
        return len(self._asked) - 1, {name: _plain(name, value) for name, value in trial.params.items()}

    def is_hopeless(self, number: int, percent: int, value: float) -> bool:
        """Notes the loss of a trial after `percent` of its run; True if it is to be given up."""
        trial = self._asked[number]
        trial.report(value, percent)
        return trial.should_prune()

    def tell(self, number: int, value: float, pruned: bool = False) -> None:
        """Notes the loss at the end of a trial; infinity for one that diverged."""
        import optuna

        state = optuna.trial.TrialState.PRUNED if pruned else optuna.trial.TrialState.COMPLETE
        self._study.tell(self._asked[number], None if pruned else value, state=state)

    def give_up(self, number: int) -> None:
        """Notes that nothing is known of a trial."""
        import optuna

        self._study.tell(self._asked[number], state=optuna.trial.TrialState.FAIL)


def check(ranges: Sequence[SettingRange], config: TrainingConfig) -> None:
    """Tries the ends of each range in `config`.

    Raises:
        ConfigError: A value is not legal there; the sentence says why.
    """
    for each in ranges:
        for value in each.values or (each.low, each.high):
            config.replace(**{each.name: value})


def _distribution(each: SettingRange) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if each.is_list:
        return CategoricalDistribution(each.values)
    if each.is_whole:
        return IntDistribution(int(each.low), int(each.high), log=each.is_log)
    return FloatDistribution(each.low, each.high, log=each.is_log)


def _sampler(method: str, seed: int) -> Any:
    import optuna

    if method != BAYESIAN:
        return optuna.samplers.RandomSampler(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "experimental", of arguments that have stood for years
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)


def _pruner(pruning: str) -> Any:
    import optuna

    if pruning == MEDIAN:
        return optuna.pruners.MedianPruner(n_startup_trials=FIRST_TRIALS, n_warmup_steps=FIRST_RUNG)
    if pruning == HYPERBAND:
        return optuna.pruners.HyperbandPruner(min_resource=FIRST_RUNG, max_resource=100, reduction_factor=3)
    return optuna.pruners.NopPruner()


def _plain(name: str, value: Any) -> Value:
    return FIELDS[name].parse(float(f"{value:.6g}") if isinstance(value, float) else value)
