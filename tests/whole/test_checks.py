"""The form of the files that no linter reads, for `make check`: the notebook, the lock file, the top level."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
PINS = re.findall(r"^([a-z0-9-]+)==[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}[ \\]*)*)", LOCK, re.MULTILINE)


def test_the_notebook_is_one_title_and_one_code_cell() -> None:
    title, code = nbformat.read(ROOT / "dashboard.ipynb", as_version=4).cells
    assert title.cell_type == "markdown"
    assert title.source.startswith("# ")
    assert "\n" not in title.source
    assert code.cell_type == "code"


def test_the_notebook_is_committed_without_outputs_and_execution_counts() -> None:
    cells = json.loads((ROOT / "dashboard.ipynb").read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)]


def test_every_pin_in_the_lock_has_a_hash() -> None:
    assert len(PINS) > 50
    assert [name for name, hashes in PINS if "sha256" not in hashes] == []


def test_the_lock_names_no_address_and_no_path() -> None:
    assert re.findall(r".*(?:://|file:|--index|--find-links| @ |(?<!\w)/\w).*", LOCK) == []


def test_the_lock_says_how_it_is_made() -> None:
    assert "make lock" in LOCK.splitlines()[1]


@pytest.mark.parametrize("package", ["scikit-learn", "pandas"])
def test_nothing_that_slows_the_import_of_tensorflow_is_locked(package: str) -> None:
    assert package not in dict(PINS)


def test_everything_the_project_asks_for_is_locked_and_the_build_backend_too() -> None:
    asked = [
        *PROJECT["project"]["dependencies"],
        *chain.from_iterable(extra for name, extra in EXTRAS.items() if name != "gpu"),
        *PROJECT["build-system"]["requires"],
    ]
    names = {re.split(r"[<>=\[]", requirement)[0] for requirement in asked} - {"descent-lab"}
    assert names - dict(PINS).keys() == set()


def test_every_package_folder_is_listed_for_the_install() -> None:
    folders = {init.parent for top in ("core", "widgets") for init in (ROOT / top).rglob("__init__.py")}
    assert {str(folder.relative_to(ROOT)).replace("/", ".") for folder in folders} == set(
        PROJECT["tool"]["setuptools"]["packages"]
    )
