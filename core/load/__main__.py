"""The process that load comes from: reads a plan from standard input, writes results, a JSON object a line.

python -m core.load --cpu 1 < plan.json
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from dataclasses import asdict

from core.load.generator import put_load
from core.load.plan import LoadPlan, LoadResult


def main() -> None:
    """Puts the load and reports it as it goes; it ends early when nobody reads."""
    parser = argparse.ArgumentParser("python -m core.load")
    parser.add_argument("--cpu", type=int, default=None, help="the core to stay on")
    options = parser.parse_args()
    if options.cpu is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.cpu})
    values = json.loads(sys.stdin.readline())
    gc.disable()  # a collection would make requests late
    put_load(LoadPlan(**{**values, "bodies": tuple(values["bodies"])}), _say)


def _say(result: LoadResult) -> None:
    print(json.dumps(asdict(result)), flush=True)


if __name__ == "__main__":
    main()
