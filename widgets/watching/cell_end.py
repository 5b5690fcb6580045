"""The end of the cell that runs now: by it a `fit` that was broken off is known, of which Keras says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython import get_ipython

if TYPE_CHECKING:
    from collections.abc import Callable

EVENT = "post_run_cell"


def at_cell_end(call: Callable[[BaseException | None], None]) -> None:
    """Calls `call` once when the present cell ends, with the error it ends by; never in a plain script."""
    shell = get_ipython()
    if shell is None:
        return

    def ended(result: Any) -> None:
        shell.events.unregister(EVENT, ended)
        call(getattr(result, "error_in_exec", None))

    shell.events.register(EVENT, ended)
