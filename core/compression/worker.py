"""The process in which artifacts are made: it alone loads TensorFlow.

Orders come pickled on its standard input, news go pickled to its standard output. It ends when its input is closed.

    python -m core.compression.worker
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from core.compression.orders import LiveOrder, MakeOrder, Spectra, SpectraOrder, sentence_of
from core.field import ConfigError
from core.giving_way import give_way
from core.language import _, use

if TYPE_CHECKING:
    from core.compression.subject import Subject


@dataclass
class Worker:
    """Does what it is ordered to, one thing after the other; what is live is taken at once."""

    orders: BinaryIO
    news: BinaryIO
    _waiting: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    _live: dict[str, float] = field(default_factory=dict)
    _bench: tuple[tuple[int, ...], Any] = ((), None)

    def serve(self) -> None:
        """Works until the orders end."""
        threading.Thread(target=self._read, daemon=True).start()
        while (order := self._waiting.get()) is not None:
            if isinstance(order, SpectraOrder):
                self._find_spectra(order)
            else:
                self._make(order)

    def _read(self) -> None:
        while True:
            try:
                order = pickle.load(self.orders)
            except (EOFError, OSError):
                os._exit(0)  # nobody is left to tell; threads of TensorFlow may be at work
            if isinstance(order, LiveOrder):
                self._live.update(order.settings)
            else:
                self._waiting.put(order)

    def _say(self, message: object) -> None:
        pickle.dump(message, self.news)
        self.news.flush()

    def _find_spectra(self, order: SpectraOrder) -> None:
        from core.compression.low_rank import spectra

        try:
            self._say(Spectra(spectra(self._workbench(order.subject).model)))
        except Exception:  # the artifact that was ordered with it says what is wrong
            traceback.print_exc()

    def _make(self, order: MakeOrder) -> None:
        use(order.language)
        self._live.clear()
        artifact = order.artifact.with_state("working")

        def report(share: float, doing: str) -> None:
            self._say(replace(artifact, progress=share, doing=doing))

        report(0.0, _("Getting ready"))
        try:
            bench = self._workbench(order.subject)
            self._say(bench.make(artifact, Path(order.folder), report, lambda: self._live))
        except Exception as error:  # whatever it is becomes one sentence
            fault = "" if isinstance(error, ConfigError) else traceback.format_exc()
            self._say(artifact.with_state("failed", error=sentence_of(error), fault=fault))

    def _workbench(self, subject: Subject) -> Any:
        """The workbench of `subject`; the last one is kept."""
        from core.compression.making import Workbench

        if self._bench[0] != subject.key:
            self._bench = subject.key, Workbench(subject)
        return self._bench[1]


def main() -> None:
    """Works for whoever started this process; what libraries print goes to the standard error."""
    news = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    give_way()
    Worker(sys.stdin.buffer, news).serve()


if __name__ == "__main__":
    main()
