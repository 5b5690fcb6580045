"""Which shell of the kernel takes the messages that a page sends to its widgets."""

from __future__ import annotations

from typing import Any


def hear_as_sent(widget: Any) -> None:
    """Lets the kernel take the messages to `widget`, and to all that is or comes within it, where they were sent to.

    JupyterLab sends the messages of widgets to a subshell, a thread of the kernel beside the one that runs cells. But
    ipykernel 7.4 hands them to the shell in whose turn the widget last spoke. That one may be busy: a widget that a
    cell made was told of by the shell that runs the cell. Or it may have ended: after each reconnection JupyterLab
    makes a subshell for one question, and a widget that spoke meanwhile was never heard again. Kernels without
    subshells have nothing to be told.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = _as_sent
    if hasattr(widget, "children"):
        _hear_children(widget.children)
        widget.observe(lambda change: _hear_children(change["new"]), "children")


def _hear_children(children: tuple[Any, ...]) -> None:
    for child in children:
        hear_as_sent(child)


def _as_sent(_data: object, subshell: str | None) -> str | None:
    return subshell
