"""The page's kernel side without a browser."""

import re
from pathlib import Path

import pytest

import widgets.controls.header
from core import language
from tests.support.pseudo_locale import TAG, in_use
from widgets.controls.header import Header
from widgets.controls.help import help_sections

FOLDER = Path(widgets.controls.header.__file__).parent
THEMED = ["page", "card", "line", "ink", "soft", "field", "loss", "gradient", "momentum", "update",
          "reference", "danger", "danger-soft", "good", "path", "point", "contour", "grid"]  # fmt: skip


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Header:
    page = Header(labels={"dl-play": "Play"})
    page.sent = []
    monkeypatch.setattr(page, "send", page.sent.append)
    return page


def custom(page: Header, content: object) -> None:
    page._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def test_a_ping_is_answered(page: Header) -> None:
    custom(page, {"kind": "ping"})
    assert page.sent == [{"kind": "pong"}]


def test_a_new_view_tells_its_query_to_everyone_who_asked(page: Header) -> None:
    heard: list[object] = []
    page.on_event(lambda kind, payload: heard.append((kind, payload)))
    page.on_event(lambda kind, payload: heard.append(kind))
    custom(page, {"kind": "hello", "query": "seed=7", "language": "zh-CN"})
    assert heard == [("hello", {"query": "seed=7", "language": "zh-CN", "saved": None, "table": None}), "hello"]


@pytest.mark.parametrize(("buffers", "data"), [([b"x,y\n1,2\n"], b"x,y\n1,2\n"), ([], None)])
def test_a_page_that_was_opened_anew_brings_what_its_browser_has_kept(
    page: Header, buffers: list[bytes], data: bytes | None
) -> None:
    heard: list[object] = []
    page.on_event(lambda kind, payload: heard.append(payload))
    hello = {"kind": "hello", "query": "problem=csv", "saved": {"step": 5}, "table": {"name": "a.csv"}}
    page._handle_msg({"content": {"data": {"method": "custom", "content": hello}}, "buffers": buffers})
    table = {"name": "a.csv", "data": data}
    assert heard == [{"query": "problem=csv", "language": "", "saved": {"step": 5}, "table": table}]


@pytest.mark.parametrize("tag", [None, 7, ["zh"], "x" * 36])
def test_a_view_whose_browser_gives_no_tag_is_still_greeted(page: Header, tag: object) -> None:
    heard: list[object] = []
    page.on_event(lambda kind, payload: heard.append((kind, payload)))
    custom(page, {"kind": "hello", "query": "seed=7", "language": tag})
    assert heard == [("hello", {"query": "seed=7", "language": "", "saved": None, "table": None})]


def test_a_language_that_a_person_chose_is_told(page: Header) -> None:
    heard: list[object] = []
    page.on_event(lambda kind, payload: heard.append((kind, payload)))
    custom(page, {"kind": "language", "language": "zh"})
    assert heard == [("language", {"language": "zh"})]


@pytest.mark.parametrize("kind", ["undo", "redo", "dismiss"])
def test_a_button_without_more_words_is_told(page: Header, kind: str) -> None:
    heard: list[object] = []
    page.on_event(lambda kind, payload: heard.append((kind, payload)))
    custom(page, {"kind": kind, "more": "nobody reads this"})
    assert heard == [(kind, {})]


def test_the_header_offers_every_language_by_its_own_name(page: Header) -> None:
    assert page.languages == [["en", "English"], ["zh", "简体中文"]]
    assert page.language == language.language() == "en"


def test_retranslating_changes_every_text_and_nothing_else(page: Header, catalogues: Path) -> None:
    page.query = "seed=7"
    with in_use(catalogues):
        page.retranslate()
        assert page.language == TAG
        assert [text for text in page.texts.values() if not re.fullmatch("⟦.*⟧", text)] == []
        assert [heading for heading, _ in page.help if not heading.startswith("⟦")] == []
        meanings = [meaning for _, rows in page.help for _, meaning in rows]
        assert [meaning for meaning in meanings if not meaning.startswith("⟦")] == []
    assert (page.query, page.labels) == ("seed=7", {"dl-play": "Play"})
    page.retranslate()
    assert page.texts["copy"] == "Copy link"


RUBBISH: list[object] = [
    None,
    [],
    "ping",
    7,
    {},
    {"kind": ["ping"]},
    {"kind": "hello"},
    {"kind": "hello", "query": 7},
    {"kind": "hello", "query": ["a"]},
    {"kind": "hello", "query": "x" * 4001},
    {"kind": "language"},
    {"kind": "language", "language": "xx"},
    {"kind": "language", "language": ["zh"]},
]


@pytest.mark.parametrize("content", RUBBISH, ids=lambda content: repr(content)[:40])
def test_rubbish_reaches_nobody_and_leaves_no_traceback(
    page: Header, content: object, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    page.on_event(lambda kind, payload: heard.append(kind))
    custom(page, content)
    assert (heard, page.sent, caplog.records) == ([], [], [])


@pytest.mark.parametrize("name", ["_esm", "_css", "query", "saved", "labels", "help", "texts", "language", "languages"])
def test_a_page_cannot_change_what_other_views_are_served(page: Header, name: str) -> None:
    before = getattr(page, name)
    page._handle_msg({"content": {"data": {"method": "update", "state": {name: "hostile"}}}, "buffers": []})
    assert getattr(page, name) == before


def test_help_names_every_shortcut_and_every_chart() -> None:
    terms = {term for _, entries in help_sections() for term, _ in entries}
    assert {"Space", "→", "R", "Loss", "Loss surface", "Model", "The next step"} <= terms


@pytest.mark.parametrize("name", THEMED)
def test_every_colour_charts_may_use_is_defined(name: str) -> None:
    assert re.search(rf"^  --dl-{name}: ", light_and_dark()[0], re.MULTILINE)


def test_the_dark_theme_changes_only_colours_the_light_one_has() -> None:
    light, dark = (set(re.findall(r"^  (--dl-[\w-]+):", block, re.MULTILINE)) for block in light_and_dark())
    assert dark <= light


def light_and_dark() -> tuple[str, str]:
    css = (FOLDER / "theme.css").read_text()
    blocks = dict(re.findall(r"^(\.dl-root[^\n,{]*) \{\n(.*?)^\}", css, re.MULTILINE | re.DOTALL)[:2])
    return blocks[".dl-root"], blocks['.dl-root[data-theme="dark"]']
