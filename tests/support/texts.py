"""The texts of the code: what Babel collects for translation, and the calls that mark them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from babel.messages.extract import extract_from_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("core", "widgets")
LANGUAGE = "core.language"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HOVER_PLACE = re.compile(r"%\{[^{}]*\}")
LITERALS = {"_": 1, "N_": 1, "ngettext": 2, "pgettext": 2}  # name -> how many of its arguments Babel reads

Message = str | tuple[str, ...]  # a text, or its singular and its plural
Key = tuple[str | None, Message]  # context and message: what a catalogue finds a translation by


def collected() -> Iterator[Key]:
    """Every text of core/ and widgets/ as Babel collects it."""
    for top in TOPS:
        found = extract_from_dir(ROOT / top, method_map=[("**.py", "python")], keywords=KEYWORDS)
        yield from ((context, message) for _file, _line, message, _comments, context in found)


def places(text: str) -> set[str]:
    """The names in the {places} of `text`, "" or a number for one without a name; those of a hover text not."""
    return {name for _, name, _, _ in Formatter().parse(HOVER_PLACE.sub("", text)) if name is not None}


def hover_places(text: str) -> set[str]:
    """The %{places} of `text`, which Plotly fills in the page: "%{y:.5g}"."""
    return set(HOVER_PLACE.findall(text))


def sources() -> dict[str, str]:
    """The source of every file of core/ and widgets/ but the one that defines the marks, by its path."""
    files = [path for top in TOPS for path in (ROOT / top).rglob("*.py")]
    paths = {str(path.relative_to(ROOT)): path for path in files}
    return {name: path.read_text() for name, path in sorted(paths.items()) if name != "core/language.py"}


@dataclass(frozen=True)
class Mark:
    """A call that marks a text, such as `_("{count} rows", count=n)`, and where it is."""

    file: str
    call: ast.Call
    name: str

    @property
    def where(self) -> str:
        """The file and the line."""
        return f"{self.file}:{self.call.lineno}"

    @property
    def read(self) -> list[ast.expr]:
        """The arguments that Babel reads."""
        return self.call.args[: LITERALS[self.name]]

    @property
    def is_literal(self) -> bool:
        """True if each of these is there and a string literal."""
        literals = [a for a in self.read if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        return len(literals) == LITERALS[self.name]

    @property
    def key(self) -> Key:
        """Context and message."""
        texts = tuple(ast.literal_eval(argument) for argument in self.read)
        if self.name == "ngettext":
            return None, texts
        return (texts[0], texts[1]) if self.name == "pgettext" else (None, texts[0])

    @property
    def forms(self) -> tuple[str, ...]:
        """The text, or its singular and its plural."""
        _context, message = self.key
        return (message,) if isinstance(message, str) else message

    @property
    def given(self) -> set[str] | None:
        """The names of the values that fill its places; None if they are not spelled out."""
        if any(keyword.arg is None for keyword in self.call.keywords):
            return None
        return {str(keyword.arg) for keyword in self.call.keywords} | ({"count"} if self.name == "ngettext" else set())


def marked_as(tree: ast.Module) -> dict[str, str]:
    """The names by which a file knows the marks: name in the file -> name in `core.language`."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == LANGUAGE]
    names = [alias for node in imports for alias in node.names if alias.name in LITERALS]
    return {alias.asname or alias.name: alias.name for alias in names}


def marks(file: str, source: str) -> Iterator[Mark]:
    """Every call in a file that marks a text."""
    tree = ast.parse(source)
    known = marked_as(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            yield Mark(file, node, known[node.func.id])


def calls_at_import(source: str) -> Iterator[ast.Call]:
    """The calls of names while a file is imported: outside of functions, or as a parameter's default value."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif isinstance(node, ast.Lambda):
            waiting += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        else:
            waiting += ast.iter_child_nodes(node)


def bound_names(source: str) -> Iterator[str]:
    """Every name that a file assigns to, loops with, unpacks into or has as a parameter."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
