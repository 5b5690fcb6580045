"""The process that engines are forked from: it has imported NumPy, TensorFlow and Keras and has run nothing.

Whoever connects to its socket gets an engine of their own: the connection is handed to a forked child, which
serves it until it is closed. TensorFlow starts its threads at its first operation, so a process that has only
imported it can be forked safely; a child that has begun to compute shares the pages of all that was imported.
Some children are forked ahead of time, and get ready for what most begin with: see `core.engines.spares`.

    python -m core.engines.fork_server SOCKET     # ends when its standard input is closed
"""

from __future__ import annotations

import gc
import math
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Never

import psutil

from core.engines.spares import (
    ENGINE,
    LEAST_FREE_FOR_MODELS_BYTES,
    MOST_LOAD_FOR_CLASS,
    MOST_LOAD_FOR_MODELS,
    MOST_SPARES,
    QUIET_FOR_CLASS_S,
    QUIET_FOR_MODELS_S,
    Spares,
    name_process,
    wait_for_peer,
)
from core.engines.starts import MODELS, PAGE, SPARES, WARM_MODELS
from core.engines.wish import wish_of
from core.forking.listening import listening_at
from core.forking.peer import is_ours
from core.giving_way import give_way
from core.learning.memory import free_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.config.training_config import TrainingConfig

LEAST_MEASURED_S = 1.0
PRELOADED = (
    "numpy",
    "tensorflow",
    "keras",
    "core.training.trainer",
    "core.learning.learner",
    "core.learning.model_objective",
    "core.engines.host",
    "core.engines.prepared_trainer",
)


def main(path: str) -> None:
    """Imports what engines need, then gives each peer of the socket at `path` an engine."""
    with listening_at(path) as listener:  # whoever comes while it imports waits
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # engines share a card: none takes all its memory
        preload()
        gc.collect()
        gc.freeze()  # collections in engines write to no page that they share with this process
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
        models = MODELS if os.environ.get(WARM_MODELS) == "1" else ()
        asked = os.environ.get(SPARES, "")
        spares = int(asked) if asked.isdecimal() else MOST_SPARES
        first = Spares(min(spares, MOST_SPARES))
        ForkServer(listener, [first, *map(_of_model, models)], _of_class(spares - MOST_SPARES)).serve()


def preload() -> None:
    """Imports what engines need.

    TensorFlow's legacy Keras looks for SciPy, which engines do not use: an eighth of the import's time.
    """
    sys.modules["scipy"] = None  # type: ignore[assignment]  # Python's own way to say "not to be imported"
    try:
        for name in PRELOADED:
            import_module(name)
    finally:
        del sys.modules["scipy"]


def _of_model(start: TrainingConfig) -> Spares:
    return Spares(1, start, QUIET_FOR_MODELS_S, LEAST_FREE_FOR_MODELS_BYTES, MOST_LOAD_FOR_MODELS)


def _of_class(most: int) -> Spares:
    return Spares(max(most, 0), PAGE, QUIET_FOR_CLASS_S, most_load=MOST_LOAD_FOR_CLASS)


class ForkServer:
    """Gives each peer of `listener` an engine: a spare, or else a fork of this process.

    The spares that come first in `spares` serve everybody, and after them those of a class; the others serve those who
    ask for what they have prepared.
    """

    def __init__(self, listener: socket.socket, spares: Sequence[Spares], of_class: Spares) -> None:
        self._listener, self._spares, self._load = listener, [*spares, of_class], LoadMeter()

    def serve(self) -> None:
        """Serves until whoever started this process has closed its standard input."""
        while sys.stdin not in (came := self._wait()):
            for spares in self._spares:
                spares.hear(came)
            if self._listener in came:
                self._serve_peer()
            elif not came:
                self._fork_spare(min(self._due())[1])

    def _wait(self) -> list[object]:
        """What there is to hear from; nothing, once a spare is due."""
        inputs = [self._listener, sys.stdin, *(control for spares in self._spares for control in spares.sockets)]
        due = self._due()
        return select.select(inputs, [], [], min(due)[0] if due else None)[0]

    def _due(self) -> list[tuple[float, int]]:
        """After how many seconds a spare of which kind is to be forked; none while one gets ready."""
        if any(spares.one_gets_ready for spares in self._spares):
            return []
        due = ((spares.seconds_until_due(), kind) for kind, spares in enumerate(self._spares))
        return [(seconds, kind) for seconds, kind in due if seconds is not None]

    def _serve_peer(self) -> None:
        peer, _ = self._listener.accept()
        with peer, suppress(OSError):  # it has hung up
            if is_ours(peer) and not self._hand_over(peer, wish_of(peer)) and not os.fork():
                self._become(lambda: _serve(peer.detach()))

    def _hand_over(self, peer: socket.socket, wish: bytes) -> bool:
        for spares in self._spares:
            spares.put_off()
        first, *others, of_class = self._spares
        of_wish = [spares for spares in others if spares.key == wish]
        return any(spares.hand_over(peer) for spares in (*of_wish, first, of_class))

    def _fork_spare(self, kind: int) -> None:
        spares = self._spares[kind]
        if spares.most_load < math.inf:  # one at a time, and none at the expense of who looks
            spares.put_off()
            if self._load.share() > spares.most_load:
                return
        if free_bytes() < spares.least_free_bytes:
            spares.put_off()
            return
        ours, theirs = socket.socketpair()
        with theirs:
            if not os.fork():
                ours.close()
                self._become(lambda: _stand_ready(theirs, spares.start))
        spares.add(ours)

    def _become(self, work: Callable[[], None]) -> Never:
        """Does `work` as a process of its own, which ends with it and never returns into the server's loop."""
        code = 1
        try:
            self._listener.close()
            for spares in self._spares:
                spares.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            name_process(ENGINE)
            os.setsid()  # an interrupt meant for the notebook's cell does not reach the training
            give_way()
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            work()
            code = 0
        finally:
            os._exit(code)


class LoadMeter:
    """The share of the cores in use, over a second at least: kinds of spares are due right after each other."""

    def __init__(self) -> None:
        self._measured_at, self._share = -math.inf, 0.0

    def share(self) -> float:
        """The share in use between the last two measurements, of which this is one if the last is a second old."""
        if (now := time.monotonic()) - self._measured_at >= LEAST_MEASURED_S:
            self._measured_at, self._share = now, psutil.cpu_percent() / 100
        return self._share


def _serve(descriptor: int) -> None:
    from core.engines.host import serve

    serve(Connection(descriptor))


def _stand_ready(control: socket.socket, start: TrainingConfig) -> None:
    """Prepares `start`, then serves whoever it is given."""
    from core.engines.host import serve
    from core.engines.prepared_trainer import PreparedTrainer

    prepared = PreparedTrainer.of(start)
    descriptor = wait_for_peer(control)
    if descriptor is not None:
        serve(Connection(descriptor), prepared)


if __name__ == "__main__":
    main(sys.argv[1])
