"""The memory a model would need, against what is free, known before it is built."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core.field import ConfigError
from core.language import _
from core.number_format import format_number

if TYPE_CHECKING:
    from core.learning.setup import ModelSetup

BYTES = 4  # of a float32
# Copies of the weights: gradient, state to go back to, snapshots, float64 looks. Measured with 10 million and Adam.
COPIES = 20
MOST_SHARE = 0.8  # of what is free, since other programs live on the machine too
GIB = 2**30
_CGROUP = Path("/sys/fs/cgroup")
_OWN_GROUP = Path("/proc/self/cgroup")


def check_memory(setup: ModelSetup, moments: int, free: int | None = None) -> None:
    """Raises ConfigError, one sentence, if training would need more memory than is free.

    Args:
        setup: the model and its data.
        moments: the numbers that the optimizer keeps for each weight.
        free: bytes; by default those that the machine or the container has left.
    """
    free = free_bytes() if free is None else free
    needed = training_bytes(setup, moments)
    if needed <= MOST_SHARE * free:
        return
    raise ConfigError(
        _(
            "{count} parameters need about {needed} GiB of memory to train with this optimizer and {free} GiB is free: "
            "choose a smaller model.",
            count=format_number(setup.parameters),
            needed=f"{needed / GIB:.1f}",
            free=f"{free / GIB:.1f}",
        )
    )


def training_bytes(setup: ModelSetup, moments: int) -> int:
    """About what training on the page takes, with moments and copies; activations are left out."""
    return setup.parameters * BYTES * (COPIES + 2 * moments)


def free_bytes() -> int:
    """Memory that is free for this process, in bytes."""
    free = psutil.virtual_memory().available
    left = _container_free()
    return free if left is None else min(free, left)


def total_bytes() -> int:
    """The memory of this machine, or of the container this process is in, in bytes."""
    total = int(psutil.virtual_memory().total)
    most = _container_limit()
    return total if most is None else min(total, most)


def ran_out_of_memory(error: Exception) -> bool:
    """True if `error` says that memory could not be had, as Python, the system, TensorFlow or XLA say so."""
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error) or "OOM when allocating" in str(error)


def _container_free() -> int | None:
    """Bytes that the limits of containers and services leave (cgroup v2); None without a limit. psutil knows none."""
    counted = [(group, most) for group, most in _limits() if (group / "memory.current").exists()]
    return min((most - _held(group) for group, most in counted), default=None)


def _container_limit() -> int | None:
    """The bytes that a container or a service may hold; None without a limit."""
    return min((most for _group, most in _limits()), default=None)


def _limits() -> list[tuple[Path, int]]:
    """The groups of processes this one is in that have a limit, each with its bytes: a service is in a slice."""
    names = [line.removeprefix("0::/") for line in _lines(_OWN_GROUP) if line.startswith("0::/")]
    groups = [_CGROUP / name for name in names] or [_CGROUP]
    found = []
    for group in (groups[0], *groups[0].parents):
        most = "".join(_lines(group / "memory.max")) or "max"
        if most != "max":
            found.append((group, int(most)))
        if group == _CGROUP:
            break
    return found


def _held(group: Path) -> int:
    """The bytes that a group cannot give back: files that were only read are dropped when memory is short."""
    kept = [int(line.split()[1]) for line in _lines(group / "memory.stat") if line.startswith("inactive_file ")]
    return int((group / "memory.current").read_text()) - sum(kept)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
