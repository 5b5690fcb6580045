"""A flag with which XLA compiles a loop whose body is small as one function, instead of one for each operation.

XLA's CPU runtime runs a loop's body operation by operation, at about 0.1 µs each, which for a handful of units is
most of an update. Loops that touch few bytes at each turn it can hand to LLVM whole; by default only tiny ones.
Measured here in updates/s, by default and whole: a 2-4-2-1 net 0.44 and 1.13 million, six layers of eight 104 and
363 thousand, a GRU of 8 units 1.3 and 1.7 thousand. In larger loops calls of matrix products, which LLVM would
have to find by itself, are what is fast: a GRU of 16 units is slower whole, two layers of 64 six times.
"""

from __future__ import annotations

import os

OPTION = "xla_cpu_small_while_loop_byte_threshold"
MOST_BYTES = 60_000  # touched at a turn; below 50 000 six layers of eight gain nothing, at 80 000 a GRU of 16 loses
FLAG = "--xla_backend_extra_options"


def flags_with_small_loops(flags: str) -> str:
    """The XLA flags `flags` with the limit; unchanged where they choose options of the backend themselves."""
    return flags if FLAG in flags else f"{flags} {FLAG}={OPTION}={MOST_BYTES}".strip()


def compile_small_loops_whole() -> None:
    """Sets the limit for this process: XLA reads its flags when it first compiles."""
    os.environ["XLA_FLAGS"] = flags_with_small_loops(os.environ.get("XLA_FLAGS", ""))
