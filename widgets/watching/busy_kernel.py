"""Messages of a page while its kernel runs a cell."""

from __future__ import annotations

from typing import Any


def hear_while_busy(widget: Any) -> None:
    """Lets `widget` and all within it be reached while a cell runs, where the front end has a way for that.

    JupyterLab sends the messages of widgets to a subshell, a thread of the kernel beside the one that runs cells. But
    ipykernel 7.4 hands what comes to the shell that sent the widget's last message, and a widget made in a cell was
    sent by the one that is busy. So each is told to leave messages where the front end sent them. Kernels without
    subshells have nothing to be told.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = _as_sent
    for child in getattr(widget, "children", ()):
        hear_while_busy(child)


def _as_sent(_data: object, subshell: str | None) -> str | None:
    return subshell
