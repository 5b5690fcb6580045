"""The measured numbers: `python -m tests.bench [NAME] [--json]` prints each beside what it is compared to.

`make bench` runs them all, about fifty minutes. They share the machine with whatever else runs on it, so the
load is printed first; figures of a busy machine say little.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench import (
    balance,
    compress,
    crowd,
    families,
    fit,
    kills,
    language,
    layout,
    memory,
    react,
    ready,
    runs,
    scrub,
    seed,
    serve,
    soak,
    steady,
    stream,
    sweep,
    tax,
    turns,
    under_load,
    watch,
)
from tests.bench import page as bench_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.figures import Figure


def main() -> None:
    """Runs the named benchmark, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=ALL, metavar="NAME", help=HELP)
    parser.add_argument("--json", action="store_true", help="one object a line")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a server that has run before has its bytecode
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for name in [options.name] if options.name else BENCHES:
        for figure in ALL[name]():
            print(figure.json() if options.json else figure.line(), flush=True)


BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "seed": seed.measure,
    "stream": stream.measure,
    "tax": tax.measure,
    "page": bench_page.measure,
    "react": react.measure,
    "language": language.measure,
    "layout": layout.measure,
    "ready": ready.measure,
    "steady": steady.measure,
    "kills": kills.measure,
    "turns": turns.measure,
    "crowd": crowd.measure,
    "families": families.measure,
    "fit": fit.measure,
    "small": fit.measure_small,
    "watch": watch.measure,
    "memory": memory.measure,
    "runs": runs.measure,
    "scrub": scrub.measure,
    "sweep": sweep.measure,
    "compress": compress.measure,
    "balance": balance.measure,
    "serve": serve.measure,
    "soak": soak.measure,
    "under_load": under_load.measure,
}
# One page of `families`, which takes three minutes each.
PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    f"families.{page}": partial(families.measure_page, page) for page in families.PAGES
}
ALL = {**BENCHES, **PARTS}
HELP = ", ".join(ALL)

if __name__ == "__main__":
    main()
