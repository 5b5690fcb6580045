"""The README names files, commands and modules that exist, and says the same in English and in Chinese."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bench.__main__ import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CHINESE = (ROOT / "README.zh.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
QUOTED = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
TOPS = ("core/", "widgets/", "tests/", ".ci/")
FILE = re.compile(r"[\w-]+\.(ipynb|json|toml)")
PATHS = sorted({words for words in QUOTED if words.startswith(TOPS) or FILE.fullmatch(words)})
COMMANDS = "\n".join([*QUOTED, *re.findall(r"^    make .*", README, re.MULTILINE)])
IMPORTS = [node for block in PYTHON for node in ast.walk(ast.parse(block)) if isinstance(node, ast.ImportFrom)]
OURS = [node for node in IMPORTS if str(node.module).startswith(("core", "widgets"))]
BENCHES = re.findall(r"^\| `(\w+)` \|", README.partition("## Measured")[2], re.MULTILINE)


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


def test_the_example_of_a_cell_trains_and_its_script_ends_cleanly(tmp_path: Path) -> None:
    (example,) = (block for block in PYTHON if "lab = Dashboard()" in block)
    command = [sys.executable, "-c", f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{example}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    said = re.fullmatch(r"900 updates, accuracy ([\d.]+)", done.stdout.strip())  # 20 epochs of 45 batches
    assert said, done.stdout
    assert float(said[1]) > 0.95  # of ten digits, where always the likeliest reaches 0.1
    assert (tmp_path / "digits.keras").is_file()


# ---- English and Chinese


def headings(text: str) -> list[str]:
    """The level of each heading, "#" or "##", in order."""
    return re.findall(r"^(#+) ", without_code(text), re.MULTILINE)


def without_code(text: str) -> str:
    return re.sub(r"^    .*\n", "", re.sub(r"```.*?```", "", text, flags=re.DOTALL), flags=re.MULTILINE)


def code_blocks(text: str) -> list[str]:
    """What stands between fences, and indented lines."""
    return re.findall(r"```[^`]*```|^    .*", text, re.MULTILINE)


def quoted_by_chapter(text: str) -> list[list[str]]:
    """Commands, paths and names of each chapter, sorted: a sentence may need them in another order."""
    return [sorted(set(re.findall(r"`([^`\n]+)`", chapter))) for chapter in chapters(text)]


def numbers_by_chapter(text: str) -> list[list[str]]:
    """The numbers in the prose of each chapter, sorted; "3-D" is a word, and has none."""
    prose = [re.sub(r"`[^`\n]+`", "", chapter) for chapter in chapters(text)]
    return [sorted(re.findall(r"\d+(?:\.\d+)?(?!-D)", chapter, re.ASCII)) for chapter in prose]


def chapters(text: str) -> list[str]:
    return re.split(r"^## ", without_code(text), flags=re.MULTILINE)


def links(text: str) -> list[str]:
    return [target for target in re.findall(r"\]\(([^)]+)\)", text) if not target.startswith("README")]


def tables(text: str) -> list[int]:
    """The number of cells of each row of all tables."""
    return [line.count("|") for line in text.splitlines() if line.startswith("|")]


def measured(text: str) -> list[list[str]]:
    """The benchmark and the numbers in each cell of the last chapter's table; those of a cell in any order."""
    rows = re.findall(r"^\| `\w+` \|.*$", text.rsplit("\n## ", 1)[1], re.MULTILINE)
    return [[" ".join(sorted(re.findall(r"\w*\d[\w.]*|`\w+`", cell))) for cell in row.split("|")] for row in rows]


SAME = [headings, code_blocks, quoted_by_chapter, numbers_by_chapter, links, tables, measured]


@pytest.mark.parametrize("part", SAME, ids=lambda part: part.__name__)
def test_the_chinese_readme_has_the_same(part: Callable[[str], list[object]]) -> None:
    assert part(README)
    assert part(CHINESE) == part(README)


def test_the_measured_numbers_are_found() -> None:
    assert measured("\n## M\n| `seed` | 1000 epochs, p95 | +2.05 s; 1.0 times | 3 |") == [
        ["", "`seed`", "1000 p95", "1.0 2.05", "3", ""]
    ]


def test_each_readme_begins_with_a_link_to_the_other() -> None:
    assert "](README.zh.md)" in README.splitlines()[2]
    assert "](README.md)" in CHINESE.splitlines()[2]
