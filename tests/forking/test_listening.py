"""The socket of a fork server: there once it listens, and for this user's processes."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from core.forking.listening import listening_at
from core.forking.peer import is_ours

if TYPE_CHECKING:
    from pathlib import Path


def test_a_peer_that_comes_before_it_is_accepted_waits(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with listening_at(str(path)) as listener, socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(path))  # nobody has accepted yet
        peer.sendall(b"early")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(5) == b"early"
            assert is_ours(accepted)
    assert [file.name for file in tmp_path.iterdir()] == ["socket"]
