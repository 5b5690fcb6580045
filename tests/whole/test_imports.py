"""Imports run dashboard.ipynb -> widgets -> core, from the upper room to the lower, and never in a circle."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
WIDGET_LIBRARIES = ("IPython", "anywidget", "ipywidgets", "plotly", "traitlets", "widgets")

# The house, ground floor first. A room may import its own floor's files and every floor named before it. A name
# is a file or a folder; the longest one that fits a module is its floor, so a file may stand apart from its room.
FLOORS = (
    (
        "core.background_thread",
        "core.deferred_release",
        "core.number_format",
        "core.number_parsing",
        "core.number_text",
        "core.thinning",
        "core.metric",
        "core.array_tree",
        "core.language",
        "core.versions",
        "core.giving_way",
        "core.student_t",
    ),
    ("core.background_worker",),
    ("core.field",),
    ("core.drawn", "core.forking"),
    ("core.objectives", "core.optimizers", "core.datasets", "core.delimited", "core.columns"),
    ("core.models", "core.tables"),
    ("core.config",),
    ("core.training", "core.learning"),
    ("core.user_data",),
    ("core.user_models",),
    ("core.geometry",),
    ("core.findings",),
    ("core.probes.probe",),
    ("core.probes", "core.history", "core.snapshots"),
    ("core.runs",),
    ("core.notices", "core.formats"),
    ("core.export",),
    ("core.serving",),
    ("core.load",),
    ("core.remote", "core.watching", "core.store"),
    ("core.engines",),
    ("core.experiments",),
    ("core.laws",),
    ("core.sweeps",),
    ("core.pruning", "core.artifacts"),
    ("core.compression", "core.costs"),
    (
        "widgets.plain_text",
        "widgets.front_end",
        "widgets.cell_pages",
        "widgets.comm_routing",
        "widgets.part",
        "widgets.board",
        "widgets.server",
        "widgets.kernels",
    ),
    ("widgets.controls", "widgets.app_kernel_manager"),
    ("widgets.charts", "widgets.desk"),
    ("widgets.charts.parts",),
    ("widgets.charts.surface",),
    ("widgets.charts.training", "widgets.charts.answers"),
    ("widgets.cards", "widgets.compare", "widgets.compress", "widgets.serve", "widgets.export"),
    ("widgets.experiments", "widgets.sweep"),
    ("widgets.balance",),
    ("widgets.scenes",),
    ("widgets.page", "widgets.watching"),
    ("widgets.dashboard", "widgets.watch", "widgets.kernels.fork_server"),
)
FLOOR_OF = {name: height for height, names in enumerate(FLOORS) for name in names}


def modules() -> dict[str, Path]:
    files = [path for top in ("core", "widgets") for path in (ROOT / top).rglob("*.py")]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    return {name.removesuffix(".__init__"): path for name, path in names.items()}


MODULES = modules()


def imports_of(source: str) -> Iterator[str]:
    """Every module of the project that `source` imports, also within functions and for type checkers alone."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


IMPORTS = {name: frozenset(imports_of(path.read_text())) for name, path in MODULES.items()}
ROOMS = {name for name, path in MODULES.items() if path.stem == "__init__"}
CODE = [name for name in MODULES if MODULES[name].stem != "__init__" and MODULES[name].parent.name != "files"]


def floor(module: str) -> int:
    named = max((name for name in FLOOR_OF if f"{module}.".startswith(f"{name}.")), key=len)
    return FLOOR_OF[named]


def room(module: str) -> str:
    return module.rpartition(".")[0]


def modules_loaded_by(statements: str) -> set[str]:
    """Top-level names in sys.modules after `statements` ran in a fresh interpreter."""
    code = f"import sys\n{statements}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_imports_within_functions_and_for_types_are_seen() -> None:
    source = (
        "from typing import TYPE_CHECKING\n"
        "import numpy\n"
        "if TYPE_CHECKING:\n    from core.field import Field\n"
        "def f():\n    from core.datasets import registry, split\n    import widgets.dashboard\n"
    )
    assert set(imports_of(source)) == {
        "core.field", "core.datasets.registry", "core.datasets.split", "widgets.dashboard",
    }  # fmt: skip


@pytest.mark.parametrize("module", CODE)
def test_every_file_has_a_floor_and_imports_from_none_above_it(module: str) -> None:
    upwards = {imported for imported in IMPORTS[module] if floor(imported) > floor(module)}
    assert upwards == set()


def test_no_two_files_import_each_other_by_whichever_way() -> None:
    order = TopologicalSorter(IMPORTS)
    order.prepare()  # raises CycleError, which names the circle


def test_no_two_rooms_import_each_other_by_whichever_way() -> None:
    """The root of core and that of widgets are no rooms: their files stand on floors of their own."""
    edges = {
        (room(name), room(imported))
        for name in CODE
        for imported in IMPORTS[name]
        if room(imported) != room(name) and not {room(name), room(imported)} & {"core", "widgets"}
    }
    order: TopologicalSorter[str] = TopologicalSorter()
    for upper, lower in edges:
        order.add(upper, lower)
    order.prepare()
    assert len(edges) > 30  # that there is something to hold


@pytest.mark.parametrize("folder", sorted(ROOMS))
def test_the_face_of_a_room_is_a_docstring_that_says_what_it_may_import(folder: str) -> None:
    body = ast.parse(MODULES[folder].read_text()).body
    assert len(body) == 1
    said = ast.get_docstring(ast.parse(MODULES[folder].read_text())) or ""
    assert "import" in said.lower()


@pytest.mark.parametrize("folder", sorted(ROOMS - {"widgets"}))
def test_a_room_has_no_more_than_fourteen_files(folder: str) -> None:
    assert len([name for name in CODE if room(name) == folder]) <= 14


@pytest.mark.parametrize("module", CODE)
def test_a_file_is_named_after_what_it_holds(module: str) -> None:
    words = set(module.rpartition(".")[2].split("_"))
    assert words & {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"} <= allowed(module)


def allowed(module: str) -> set[str]:
    """The words that a name has from elsewhere: Jupyter calls what starts its kernels a kernel manager."""
    return {"manager"} if module.endswith("kernel_manager") else set()


def test_folders_of_tests_are_named_after_the_rooms_they_test() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    rooms = {Path(*name.split(".")[1:]) for name in ROOMS}  # Path(): what tests the root files of core and widgets
    assert folders - rooms == {Path("whole"), Path("in_browser")}


def test_importing_core_loads_no_widget_library() -> None:
    loaded = modules_loaded_by("import core")
    assert "core" in loaded
    assert loaded & set(WIDGET_LIBRARIES) == set()


def test_all_of_core_can_be_imported_where_no_widget_library_can() -> None:
    # Not a look at sys.modules: Keras itself imports IPython where there is one.
    without_widgets = f"sys.modules.update(dict.fromkeys({WIDGET_LIBRARIES}))"
    core = [name for name in CODE if name.startswith("core.")]
    assert "core" in modules_loaded_by(f"{without_widgets}\nimport {', '.join(core)}")


def test_importing_the_dashboard_loads_no_tensorflow() -> None:
    loaded = modules_loaded_by("import widgets.dashboard")
    assert "ipywidgets" in loaded
    assert loaded & {"tensorflow", "keras"} == set()
