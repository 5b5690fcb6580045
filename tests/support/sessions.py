"""Sessions that train in engines, for tests that wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets.scenes.session import Session

WAIT_S = 120.0


def taken(session: Session, steps: int) -> Session:
    """The session after as many further steps, at rest."""
    session.take_steps(steps)
    assert session.wait(WAIT_S)
    return session
