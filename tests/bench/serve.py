"""The model server: predictions a second on one core, dynamic batching, and the forecast of its mean latency."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config.training_config import TrainingConfig
from core.export.run_files import keras_file
from core.formats.exporting import export_model
from core.formats.trained_model import TrainedModel
from core.learning.learner import build_learner
from core.learning.setup import ModelSetup
from core.load.load_test import LoadTest
from core.load.plan import LoadPlan, LoadResult
from core.load.rate_sweep import TRUSTED, RateSweep
from core.serving.service import Service, server_core
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

CNN = {"problem": "digits", "family": "cnn", "size": 170_000}
MLP = {"problem": "digits", "family": "mlp", "size": 1_000_000}
START_S, MEASURED_S, TRIES = 60.0, 6.0, 3
CLIENTS = 32


def measure() -> Iterator[Figure]:
    """All figures; models have their first weights, which take as long as any."""
    with tempfile.TemporaryDirectory() as folder:
        cnn, mlp = exported(CNN, Path(folder)), exported(MLP, Path(folder))
        yield from _at_batch_1(*cnn)
        alone, together = (saturated(*mlp, largest_batch=rows)[0].throughput for rows in (1, 64))
        against = f"{alone:,.0f} one at a time, {together:,.0f} together, {CLIENTS} clients"
        yield Figure("serve.batching", together / alone, "times", 2.5, against)
        for largest in (1, 32):
            yield _forecast(*cnn, largest)


def _at_batch_1(path: Path, model: TrainedModel) -> Iterator[Figure]:
    result, _state = saturated(path, model, largest_batch=1)
    against = f"CNN of 170 000 parameters, ONNX Runtime, one core, {CLIENTS} clients"
    yield Figure("serve.batch_1", result.throughput, "predictions/s", 3000, against)
    half = 1500.0
    with served(path, 1) as service:
        open_loop = _tried(replace(plan_of(service, model), rate=half, seconds=MEASURED_S))
    said = f"open loop, Poisson, {half:,.0f}/s; sent late: {open_loop.late_share:.1%}"
    p99 = open_loop.percentiles.get(99, float("nan"))
    yield Figure("serve.p99", 1e3 * p99, "ms", 20, said, at_most=True)


def _forecast(path: Path, model: TrainedModel, largest: int) -> Figure:
    with served(path, largest) as service:
        sweep = RateSweep(service, plan_of(service, model), MEASURED_S)
        sweep.start()
        sweep.wait(300)
    most = TRUSTED * sweep.most * 1.01
    errors = [abs(point.error) for point in sweep.points if point.error is not None and point.rate <= most]
    voided = sum(point.result.is_void or point.is_disturbed for point in sweep.points)
    against = (
        f"{len(errors)} rates up to 80 % of {sweep.most:,.0f}/s, largest batch {largest}; at {voided} of 7 rates other "
        "programs had the core"
    )
    return Figure(
        f"serve.forecast_{largest}", max(errors, default=float("nan")), "relative", 0.15, against, at_most=True
    )


def exported(settings: dict[str, Any], folder: Path) -> tuple[Path, TrainedModel]:
    """An ONNX file in `folder` of a model of these settings, and the model."""
    learner = build_learner(ModelSetup.of(TrainingConfig(**settings)))
    model = TrainedModel.of(learner, keras_file(learner.objective.model))
    assert model is not None
    return export_model(model, "onnx", folder).path, model


@contextmanager
def served(path: Path, largest_batch: int) -> Iterator[Service]:
    """A server of the file, on a core of its own where there are two."""
    service = Service(path, cpu=server_core(), largest_batch=largest_batch)
    assert service.wait(START_S), service.sentence
    yield service
    service.stop()
    service.join()


def plan_of(service: Service, model: TrainedModel) -> LoadPlan:
    """Load of held-out rows, one a request."""
    bodies = tuple(json.dumps({"instances": [row]}) for row in model.rows[:64].tolist())
    return LoadPlan(int(service.address.rpartition(":")[2]), f"/v1/models/{service.name}:predict", bodies)


def saturated(path: Path, model: TrainedModel, largest_batch: int) -> tuple[LoadResult, Any]:
    """What as many clients get as saturate the server, and what it counted."""
    with served(path, largest_batch) as service:
        plan = replace(plan_of(service, model), loop="closed", clients=CLIENTS, seconds=MEASURED_S)
        return _tried(plan), service.state()


def _tried(plan: LoadPlan) -> LoadResult:
    """The first result that is not void, or the last of a few."""
    for tries_left in reversed(range(TRIES)):
        result = LoadTest(plan).wait(plan.seconds + 60)
        assert result is not None
        if not result.is_void or not tries_left:
            return result
    raise AssertionError("there is a last try")
