"""Imports run dashboard.ipynb -> widgets -> core, and TensorFlow waits until the page is on screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDGET_LIBRARIES = ("IPython", "anywidget", "ipywidgets", "plotly", "traitlets", "widgets")


def modules_loaded_by(statements: str) -> set[str]:
    """Top-level names in sys.modules after `statements` ran in a fresh interpreter."""
    code = f"import sys\n{statements}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_core_loads_no_widget_library() -> None:
    loaded = modules_loaded_by("import core")
    assert "core" in loaded
    assert loaded & set(WIDGET_LIBRARIES) == set()


def test_all_of_core_can_be_imported_where_no_widget_library_can() -> None:
    # Not a look at sys.modules: Keras itself imports IPython where there is one.
    without_widgets = f"sys.modules.update(dict.fromkeys({WIDGET_LIBRARIES}))"
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in (ROOT / "core").rglob("*.py")
        if "files" not in file.parts
    ]
    assert "core" in modules_loaded_by(f"{without_widgets}\nimport {', '.join(modules)}")


def test_importing_the_dashboard_loads_no_tensorflow() -> None:
    loaded = modules_loaded_by("import widgets.dashboard")
    assert "ipywidgets" in loaded
    assert loaded & {"tensorflow", "keras"} == set()
