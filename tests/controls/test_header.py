"""The page's kernel side without a browser."""

import re
from pathlib import Path

import pytest

import widgets.controls.header
from widgets.controls.header import HELP, Header

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
    custom(page, {"kind": "hello", "query": "seed=7"})
    assert heard == [("hello", {"query": "seed=7"}), "hello"]


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
]


@pytest.mark.parametrize("content", RUBBISH, ids=lambda content: repr(content)[:40])
def test_rubbish_reaches_nobody_and_leaves_no_traceback(
    page: Header, content: object, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    page.on_event(lambda kind, payload: heard.append(kind))
    custom(page, content)
    assert (heard, page.sent, caplog.records) == ([], [], [])


@pytest.mark.parametrize(
    ("state", "theme"),
    [({"theme": "dark"}, "dark"), ({"theme": "pink"}, "auto"), ({"theme": ["dark"]}, "auto")],
)
def test_a_page_can_choose_only_a_theme_there_is(
    page: Header, state: dict[str, object], theme: str, caplog: pytest.LogCaptureFixture
) -> None:
    page._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    assert page.theme == theme
    assert caplog.records == []


@pytest.mark.parametrize("name", ["_esm", "_css", "query", "labels", "help"])
def test_a_page_cannot_change_what_other_views_are_served(page: Header, name: str) -> None:
    before = getattr(page, name)
    page._handle_msg({"content": {"data": {"method": "update", "state": {name: "hostile"}}}, "buffers": []})
    assert getattr(page, name) == before


def test_help_names_every_shortcut_and_every_chart() -> None:
    terms = {term for _, entries in HELP for term, _ in entries}
    assert {"Space", "→", "R", "Loss", "Loss surface", "Model", "The next step"} <= terms


@pytest.mark.parametrize("name", THEMED)
def test_every_colour_charts_may_use_is_defined(name: str) -> None:
    assert re.search(rf"^  --dl-{name}: ", light_and_dark()[0], re.MULTILINE)


def test_the_dark_theme_changes_only_colours_the_light_one_has() -> None:
    light, dark = (set(re.findall(r"^  (--dl-[\w-]+):", block, re.MULTILINE)) for block in light_and_dark())
    assert dark <= light


def light_and_dark() -> tuple[str, str]:
    css = (FOLDER / "header.css").read_text()
    blocks = dict(re.findall(r"^(\.dl-root[^\n,{]*) \{\n(.*?)^\}", css, re.MULTILINE | re.DOTALL)[:2])
    return blocks[".dl-root"], blocks['.dl-root[data-theme="dark"]']


@pytest.mark.parametrize("name", ["header.js", "header.css"])
def test_nothing_is_fetched_from_the_network(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert not re.search(r"https?://|@import|url\(", text)
