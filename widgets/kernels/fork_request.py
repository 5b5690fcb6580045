"""What a kernel's fork is told, and what it answers: sent over the fork server's socket."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from widgets.kernels.forked_process import ForkedProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORD_BYTES = 32  # of an answer


@dataclass(frozen=True)
class ForkRequest:
    """A kernel that is to run: the arguments of `ipykernel_launcher`, its environment and its folder."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str

    def send(self, peer: socket.socket) -> None:
        """Send this to the fork server at the other end."""
        peer.sendall(json.dumps(asdict(self)).encode())
        peer.shutdown(socket.SHUT_WR)

    @classmethod
    def receive(cls, peer: socket.socket) -> ForkRequest:
        """Return what the other end asks for; raise ValueError if it hangs up before."""
        with peer.makefile("rb") as file:
            return cls(**json.loads(file.read()))


def introduce(peer: socket.socket) -> None:
    """Tell the other end which process this is."""
    handle = os.pidfd_open(os.getpid())
    socket.send_fds(peer, [str(os.getpid()).encode()], [handle])
    os.close(handle)


def introduced(peer: socket.socket) -> ForkedProcess:
    """Return the process that introduces itself at the other end; raise ConnectionError if none does."""
    word, descriptors, _flags, _address = socket.recv_fds(peer, WORD_BYTES, 1)
    if not descriptors:
        raise ConnectionError("no kernel was forked")
    return ForkedProcess(int(word), descriptors[0])
