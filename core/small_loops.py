"""Has XLA compile a loop whose body is small as one function, instead of calling one function for each operation.

XLA's CPU runtime runs a loop's body operation by operation, at about 0.1 µs each, which for a handful of units is
most of an update. Loops that touch few bytes at each turn it can hand to LLVM whole; by default only tiny ones.
Measured here in updates/s, by default and whole: a 2-4-2-1 net 0.44 and 1.13 million, six layers of eight 104 and
363 thousand, logistic regression on 30 numbers 209 and 315 thousand, a GRU of 4 units 1.1 and 4.1 thousand. In
larger loops calls of matrix products, which are not inlined, are what is fast: two layers of 64 took six times as
long when compiled whole.
"""

from __future__ import annotations

import os

OPTION = "xla_cpu_small_while_loop_byte_threshold"
MOST_BYTES = 130_000  # touched at a turn; at 100 000 an MLP of 16 units gains nothing, at 200 000 one of 32 loses
FLAG = "--xla_backend_extra_options"


def flags_with_small_loops(flags: str) -> str:
    """The XLA flags `flags` with the limit; unchanged where they choose options of the backend themselves."""
    return flags if FLAG in flags else f"{flags} {FLAG}={OPTION}={MOST_BYTES}".strip()


def compile_small_loops_whole() -> None:
    """Sets the limit for this process: XLA reads its flags when it first compiles."""
    os.environ["XLA_FLAGS"] = flags_with_small_loops(os.environ.get("XLA_FLAGS", ""))
