"""Run every script of a folder in this process, one after the other, and print the losses of each as JSON."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    losses = {}
    for script in sorted(Path(sys.argv[1]).glob("*.py")):
        with contextlib.redirect_stdout(io.StringIO()):
            losses[script.stem] = runpy.run_path(str(script))["losses"]
    ours = [name for name in sys.modules if name.partition(".")[0] in ("core", "widgets")]
    print(json.dumps({"losses": losses, "ours": ours}))
