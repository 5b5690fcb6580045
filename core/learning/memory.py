"""Whether a model would fit in memory, known before it is built."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.field import ConfigError
from core.number_format import format_number

if TYPE_CHECKING:
    from core.learning.setup import ModelSetup

BYTES = 4  # of a float32
COPIES = (
    20  # of the weights: gradient, state to go back to, snapshots, float64 looks; measured with 10 million and Adam
)
MOST_SHARE = 0.8  # of what is free, since other programs live on the machine too
GIB = 2**30
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def check_memory(setup: ModelSetup, moments: int, free: int | None = None) -> None:
    """Raises ConfigError, one sentence, if training would need more memory than is free.

    `moments` are the numbers that the optimizer keeps for each weight. `free` is in bytes, by default
    what the machine or the container has left; where that is unknown nothing is said.
    """
    free = free_bytes() if free is None else free
    needed = training_bytes(setup, moments)
    if free is None or needed <= MOST_SHARE * free:
        return
    raise ConfigError(
        f"{format_number(setup.parameters)} parameters need about {needed / GIB:.1f} GiB of memory to train with this "
        f"optimizer and {free / GIB:.1f} GiB is free: choose a smaller model."
    )


def training_bytes(setup: ModelSetup, moments: int) -> int:
    """About what training on the page takes, with moments and copies; activations are left out."""
    return setup.parameters * BYTES * (COPIES + 2 * moments)


def free_bytes() -> int | None:
    """Memory that is free for this process, in bytes; None where the system does not say (no Linux)."""
    known = [amount for amount in (_machine_free(), _container_free()) if amount is not None]
    return min(known, default=None)


def _machine_free() -> int | None:
    if not _MEMINFO.exists():
        return None
    fields = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines() if ":" in line)
    return int(fields["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in fields else None


def _container_free() -> int | None:
    """What a container's limit leaves (cgroup v2); None without a limit."""
    limit, used = _CGROUP / "memory.max", _CGROUP / "memory.current"
    if not limit.exists() or not used.exists():
        return None
    most = limit.read_text().strip()
    return None if most == "max" else int(most) - int(used.read_text())
