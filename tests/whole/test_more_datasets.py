"""A definition and one line add a data set: nothing else in the tree has to name it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.browser import ROOT

HERE = Path(__file__).parent


@pytest.mark.timeout(600)  # it trains five models; measured: a minute of CPU
def test_data_sets_that_only_the_registry_names_have_a_whole_page() -> None:
    # In a process of its own: menus and settings are made of the registry when they are imported.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--noconftest", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, str(HERE / "with_more_datasets.py")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
