"""The README names every setting with its default, and a section of voila.json reaches the server."""

from __future__ import annotations

import re

import pytest
from traitlets.config import Config

from tests.support.browser import ROOT
from widgets.server.limits import ServerLimits


def documented(readme: str) -> dict[str, list[str]]:
    """The settings of the README's table, each with the default beside it."""
    found: dict[str, str] = {}
    for row in re.findall(r"^\| (`[a-z_]+`.*?) \| (.*?) \|", readme, re.MULTILINE):
        names = re.findall(r"`([a-z_]+)`", row[0])
        found |= dict(zip(names, row[1].split(", "), strict=True)) if len(names) > 1 else {names[0]: row[1]}
    return {name: re.findall(r"[\w.:]+", default) for name, default in found.items() if name in SETTINGS}


SETTINGS = ServerLimits.class_own_traits(config=True)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_names_each_setting_with_its_default(name: str) -> None:
    chapter = (ROOT / name).read_text().partition("`ServerLimits`")[2].partition("\n## ")[0]
    said = documented(chapter)
    assert said.keys() == SETTINGS.keys()
    limits = ServerLimits()
    for setting, default in said.items():
        value = getattr(limits, setting)
        if isinstance(value, list):
            assert value == [] or value == default
        else:
            assert [float(number) for number in default] == [value]


def test_a_setting_is_taken_from_the_configuration() -> None:
    config = Config({"ServerLimits": {"starts_at_once": 3, "allowed_hosts": ["lab.example.org"]}})
    limits = ServerLimits(config=config)
    assert (limits.starts_at_once, limits.allowed_hosts) == (3, ["lab.example.org"])
