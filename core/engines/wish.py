"""What an engine is wanted for: the first bytes that go to a fork server, by which it chooses a spare."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from core.engines.starts import KEY_BYTES, key_of

if TYPE_CHECKING:
    from core.config.training_config import TrainingConfig

ANYTHING = bytes(KEY_BYTES)
PATIENCE_S = 1.0  # whoever connects says it at once


def say_wish(peer: socket.socket, config: TrainingConfig | None) -> None:
    """Tells the fork server at the other end what is going to be trained; None if that is not known."""
    peer.sendall(ANYTHING if config is None else key_of(config))


def wish_of(peer: socket.socket) -> bytes:
    """What the other end wants; raises OSError if it does not say so at once."""
    peer.settimeout(PATIENCE_S)
    wish = peer.recv(KEY_BYTES, socket.MSG_WAITALL)
    peer.settimeout(None)
    if len(wish) < KEY_BYTES:
        raise ConnectionError("it has hung up")
    return wish
