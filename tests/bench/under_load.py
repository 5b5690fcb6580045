"""The page playing while a load test runs: the frames and lag of `stream`, with a model served and asked meanwhile."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.load.load_test import LoadTest
from tests.bench import stream
from tests.bench.serve import CNN, exported, plan_of, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.figures import Figure

RATE, LONGEST_S = 500.0, 600.0


def measure() -> Iterator[Figure]:
    """The figures of `stream`; on two cores page, browser, engine, server and load share what is there."""
    with tempfile.TemporaryDirectory() as folder:
        path, model = exported(CNN, Path(folder))
        with served(path, 32) as service:
            test = LoadTest(replace(plan_of(service, model), rate=RATE, seconds=LONGEST_S))
            for figure in stream.measure():
                yield replace(figure, name=f"under_load.{figure.name.removeprefix('stream.')}")
            test.stop()
