"""The page's JavaScript and style sheets, joined from files that stand beside the Python code they belong to.

anywidget loads each widget's module from a blob URL, against which a relative import does not resolve, and an
import map would have to be in JupyterLab's and Voilà's own pages before they load a module. So the files of a
module are joined when Python imports the widget. Each is an ES module by itself, for editors and for Node.
"""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]*)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=async |function |class |const )", re.MULTILINE)
FIRST_SHEETS = ("theme.css", "page.css", "buttons.css", "header.css")  # the rooms' sheets build upon these


def joined_module(entry: Path) -> str:
    """The module `entry` as one source, after every file that it imports by a relative path; each once.

    Files share one scope then, so that no two may use one name at their top.
    """
    sources: dict[Path, str] = {}

    def add(file: Path) -> None:
        text = file.read_text("utf-8")
        for path in IMPORT.findall(text):
            imported = (file.parent / path).resolve()
            if imported not in sources:
                add(imported)
        sources[file] = EXPORT.sub("", IMPORT.sub("", text)) if file != entry else IMPORT.sub("", text)

    add(entry)
    return "\n".join(sources.values())


def style_sheet() -> str:
    """The one style sheet of the page: `FIRST_SHEETS`, then those of the rooms by their paths."""

    def place(file: Path) -> tuple[int, Path]:
        first = FIRST_SHEETS.index(file.name) if file.name in FIRST_SHEETS else len(FIRST_SHEETS)
        return first, file

    files = sorted(Path(__file__).parent.rglob("*.css"), key=place)
    return "\n".join(file.read_text("utf-8") for file in files)
