"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for top in ("core", "widgets") for path in sorted((ROOT / top).rglob("*.py"))]
# Only these are imported: a run of this file alone needs TensorFlow for the few of them that do.
WITH_EXAMPLES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES if ">>> " in path.read_text()]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_of_a_module_print_what_they_say(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))  # prints what differs
    assert found.attempted > 0
    assert found.failed == 0
