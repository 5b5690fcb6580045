"""The files of the page, as they are joined and as they are installed."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest

from widgets.board.live_board import LiveBoard
from widgets.compare.run_list import RunList
from widgets.compress.desk import CompressDesk
from widgets.controls.header import Header
from widgets.controls.upload import Upload
from widgets.experiments.experiment_form import ExperimentForm
from widgets.front_end import EXPORT, IMPORT, joined_module, style_sheet
from widgets.serve.serve_desk import ServeDesk
from widgets.sweep.sweep_desk import SweepDesk

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for kind in ("*.js", "*.css") for path in (ROOT / "widgets").rglob(kind))
MODULES = {
    widget.__name__: str(widget._esm)
    for widget in (LiveBoard, Header, Upload, RunList, CompressDesk, ServeDesk, SweepDesk, ExperimentForm)
}
TOP_LEVEL_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def test_a_file_comes_after_what_it_imports_and_once(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "c.js").write_text("export const c = 1;\n")
    (tmp_path / "b.js").write_text('import { c } from "./room/c.js";\nexport async function b() { return c; }\n')
    entry = tmp_path / "a.js"
    entry.write_text('import { b } from "./b.js";\nimport { c } from "./room/c.js";\nexport default { a: b(c) };\n')
    lines = [line for line in joined_module(entry).splitlines() if line]
    assert lines == ["const c = 1;", "async function b() { return c; }", "export default { a: b(c) };"]


@pytest.mark.parametrize("name", MODULES)
def test_a_joined_module_imports_nothing_exports_one_thing_and_names_nothing_twice(name: str) -> None:
    source = MODULES[name]
    assert re.findall(r"^import .*$", source, re.MULTILINE) == []
    assert re.findall(r"^export \w+", source, re.MULTILINE) == ["export default"]
    assert [name for name, times in Counter(TOP_LEVEL_NAME.findall(source)).items() if times > 1] == []


def test_every_script_is_part_of_some_module() -> None:
    parts = {path.name: max(re.split(IMPORT.pattern, path.read_text(), flags=re.MULTILINE), key=len) for path in FILES}
    scripts = {name: EXPORT.sub("", part) for name, part in parts.items() if name.endswith(".js")}
    joined = EXPORT.sub("", "\n".join(MODULES.values()))
    assert [name for name, part in scripts.items() if part not in joined] == []


def test_every_style_sheet_is_part_of_the_pages_and_the_theme_comes_first() -> None:
    sheet = style_sheet()
    assert [path.name for path in FILES if path.suffix == ".css" and path.read_text() not in sheet] == []
    assert sheet.startswith((ROOT / "widgets/controls/theme.css").read_text())
    assert str(Header._css) == sheet


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_page_is_installed(path: Path) -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    package = ".".join(path.parent.relative_to(ROOT).parts)
    assert any(fnmatch(path.name, pattern) for pattern in data[package])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_fetched_from_the_network(path: Path) -> None:
    assert not re.search(r"https?://|@import|url\(", path.read_text())


QUOTED = re.compile(r"""(?<!\\)"([^"\n]*)"|'([^'\n]*)'|`([^`]*)`""")
SENTENCE = re.compile(r"^[A-Z][a-z]+(?: [a-zA-Z]+)*[.…!]?$|[a-z]{2,} [a-z]{2,} [a-z]{2,}")
NOT_SHOWN = {  # messages for the console, and names of the browser
    "Descent Lab: a chart could not be drawn.",
    "Descent Lab: plotly.js could not be loaded.",
    "Descent Lab: the page could not be made a picture.",
    "the kernel sent no plotly.js",
    "Enter",
    "Escape",
    "Files",
    "Tab",
}


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".js"], ids=lambda path: path.name)
def test_no_script_holds_a_text_for_a_person(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text(), flags=re.DOTALL)
    quoted = {"".join(groups) for groups in QUOTED.findall(code)}
    assert {text for text in quoted - NOT_SHOWN if SENTENCE.search(text)} == set()
