"""Pages of the server where there is no dashboard: in all languages, and without a word of its inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jinja2
import pytest

from tests.support.pseudo_locale import in_use
from widgets.app_kernel_manager import AppKernelManager
from widgets.server.status_pages import write_templates

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def templates(tmp_path: Path, catalogues: Path) -> jinja2.Environment:
    with in_use(catalogues, "en"):
        write_templates(tmp_path / "templates")
    return jinja2.Environment(loader=jinja2.FileSystemLoader(tmp_path / "templates"), autoescape=True)


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("404.html", 404, "There is no such page here."),
        ("error.html", 403, "There is no such page here."),
        ("error.html", 500, "The page could not be opened."),
    ],
)
def test_a_page_says_what_is_wrong_in_each_language_and_nothing_else(
    templates: jinja2.Environment, name: str, status: int, sentence: str
) -> None:
    page = templates.get_template(name).render(status_code=status, status_message="swordfish", exception="swordfish")
    texts = dict(re.findall(r'<p lang="(\w+)">(.*?)</p>', page))
    assert list(texts) == ["en", "qps", "zh"]
    assert texts["en"].startswith(sentence)
    assert re.fullmatch("⟦.*⟧", texts["qps"])
    assert "swordfish" not in page


def test_the_page_that_loads_shows_a_sign_and_no_word(templates: jinja2.Environment) -> None:
    macros = templates.from_string('{% import "spinner.macro.html.j2" as spinner %}{{ spinner.html() }}').render()
    assert re.sub(r"<[^>]*>", "", macros).strip() == ""
    assert 'id="loading"' in macros  # which Voilà takes away when the page stands


def test_the_server_finds_them_before_its_own(tmp_path: Path) -> None:
    paths = ["voila"]
    manager = AppKernelManager(connection_dir=str(tmp_path))
    manager._replace_templates(paths)
    assert paths == [str(tmp_path / "templates"), "voila"]
    assert (tmp_path / "templates" / "error.html").exists()
