"""The versions of what trains, which decide the roundings of a curve; a link carries them."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from core.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "versions"  # in a link
LONGEST_QUERY = 4000  # characters
TRAINERS = (("tensorflow", ("tensorflow-cpu", "tensorflow")), ("keras", ("keras",)), ("numpy", ("numpy",)))
SAID = re.compile(r"([a-z]+)-([0-9][0-9A-Za-z.+]{0,19})")


@cache
def versions() -> dict[str, str]:
    """The versions of what trains, by name; it is not imported for that."""
    found = {name: _version(packages) for name, packages in TRAINERS}
    return {"python": ".".join(map(str, sys.version_info[:3])), **{name: said for name, said in found.items() if said}}


def versions_in_link() -> str:
    """The part of a link's query that says them, such as "versions=tensorflow-2.21.0,keras-3.15.1,numpy-2.4.6"."""
    return f"{KEY}=" + ",".join(f"{name}-{said}" for name, said in versions().items() if name != "python")


def other_versions(query: str) -> str | None:
    """A sentence where a link's query says other versions than these; None where it says the same or none."""
    if len(query) > LONGEST_QUERY:
        return None
    other = _others(dict(SAID.findall(parse_qs(query.removeprefix("?")).get(KEY, [""])[-1])))
    if other is None:
        return None
    return _(
        "The link was made with {then}; here is {now}. The curve may differ in its last digits, and where chance is "
        "drawn in another way.",
        **other,
    )


def trained_elsewhere(said: Mapping[str, str]) -> str | None:
    """A sentence where a run was trained by other versions `said` by name than these; None where by the same ones."""
    other = other_trainer(said)
    if other is None:
        return None
    return _(
        "The run was trained with {then}; here is {now}. It takes all its steps again, and its curve may differ in "
        "the last digits.",
        **other,
    )


def other_trainer(said: Mapping[str, str]) -> dict[str, str] | None:
    """Which other versions trained a run that `said` them by name: "then" and "now" in words; None where the same."""
    return _others({name: found for name, found in said.items() if name != "python"})


def _others(said: Mapping[str, str]) -> dict[str, str] | None:
    """The versions that are others here than `said`, in words: "then" and "now"; None if there are none."""
    here = versions()
    other = [name for name, found in said.items() if name in here and here[name] != found]
    if not other:
        return None
    return {
        "then": ", ".join(f"{name} {said[name]}" for name in other),
        "now": ", ".join(f"{name} {here[name]}" for name in other),
    }


def _version(packages: tuple[str, ...]) -> str:
    for package in packages:
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    return ""
