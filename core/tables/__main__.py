"""Prints how a file is read: python -m core.tables FILE [--target NAME] [--json]."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from core.tables.report import in_words, reading_of_file


def main() -> int:
    """Print the reading of the file that the command line names; returns 1 if it is refused."""
    parser = argparse.ArgumentParser(prog="python -m core.tables", description="Print how a table is read.")
    parser.add_argument("file", type=Path, help="a file of delimited text")
    parser.add_argument("--target", help="the column to predict; by default the one that is suggested")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    reading = reading_of_file(asked.file.read_bytes(), asked.target)
    print(json.dumps(reading, ensure_ascii=False, indent=1) if asked.json else in_words(reading))
    return int(bool(reading["refused"]))


if __name__ == "__main__":
    sys.exit(main())
