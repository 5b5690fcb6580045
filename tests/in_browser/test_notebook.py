"""The notebook, executed as a person would with Run All, but with no page to show it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]


def test_the_notebook_shows_a_widget_and_no_error() -> None:
    notebook = nbformat.read(ROOT / "dashboard.ipynb", as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}, timeout=120).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.output_type in ("error", "stream")] == []
    assert "application/vnd.jupyter.widget-view+json" in outputs[-1].data
