"""The README names files, commands and modules that exist."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from tests.bench.__main__ import ALL

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
PROSE = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
QUOTED = re.findall(r"`([^`\n]+)`", PROSE)
TOPS = ("core/", "widgets/", "tests/", ".ci/")
FILE = re.compile(r"[\w-]+\.(ipynb|json|toml)")
PATHS = sorted({words for words in QUOTED if words.startswith(TOPS) or FILE.fullmatch(words)})
COMMANDS = "\n".join([*QUOTED, *re.findall(r"^    make .*", README, re.MULTILINE)])
IMPORTS = [node for block in PYTHON for node in ast.walk(ast.parse(block)) if isinstance(node, ast.ImportFrom)]
OURS = [node for node in IMPORTS if str(node.module).startswith(("core", "widgets"))]
BENCHES = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)


def source_of(module: str) -> str:
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_text()


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_there(path: str) -> None:
    assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file()


def test_paths_are_found() -> None:
    assert {"core/runs/recorded_columns.py", "widgets/charts/", "voila.json"} <= set(PATHS)


def test_the_house_has_every_room_of_the_code() -> None:
    inits = [path for top in ("core", "widgets") for path in ROOT.glob(f"{top}/*/__init__.py")]
    rooms = {str(path.parent.relative_to(ROOT)) for path in inits}
    house = "\n".join(re.findall(r"^    (?:core|widgets)/.*", README, re.MULTILINE))
    assert {room for room in rooms if not re.search(rf"{room}\b", house)} == set()


def test_pictures_and_links_to_files_are_there() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_every_make_command_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", COMMANDS))
    assert named >= {"demo", "lab", "test", "check", "bench"}
    assert named <= targets


@pytest.mark.parametrize("node", OURS, ids=lambda node: node.module)
def test_the_examples_import_what_is_there(node: ast.ImportFrom) -> None:
    source = source_of(str(node.module))
    defined = {name for line in ast.parse(source).body for name in names_defined_by(line)}
    assert {alias.name for alias in node.names} <= defined


def names_defined_by(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_every_figure_of_the_table_is_printed_by_a_benchmark() -> None:
    assert len(BENCHES) > 10
    assert set(BENCHES) <= set(ALL)
