"""Work behind a page gives way to what is seen: pages and frames come before training."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil

NICENESS = 5
AUTOGROUP = Path("/proc/self/autogroup")


def give_way() -> None:
    """Lowers the priority of this process, and on Linux of its session.

    Where Linux schedules by sessions (`autogroup`, as most distributions have it), a process's own niceness counts
    only against others of its session: beside a browser the session's niceness decides, which starts at 0.

    Source: sched(7), "The autogroup feature".
    """
    with suppress(OSError, AttributeError):
        psutil.Process().nice(NICENESS if os.name == "posix" else psutil.BELOW_NORMAL_PRIORITY_CLASS)
    if os.name == "posix" and os.getsid(0) == os.getpid():  # else it would lower who shares the session
        with suppress(OSError):  # another system, or a kernel without autogroups
            AUTOGROUP.write_text(str(NICENESS), encoding="ascii")
