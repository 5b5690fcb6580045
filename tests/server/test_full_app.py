"""A served app that is full, and one that many people open at once: real servers, real kernels, plain requests."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.rationed_app import SETTING, let_be_free
from tests.support.small_app import Answer, Person, leave, small_app, start_times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.browser import Server

FULL, ROOM_FOR_ONE, ROOM = 100, 700, 10_000  # MB: 500 are reserved, a visitor costs 200
CROWD = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("full")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    let_be_free(folder, FULL)
    with small_app(folder, SETTING, preheated=False) as server:
        yield server


def sentences(page: Answer, language: str = "en") -> list[str]:
    return re.findall(rf'<p lang="{language}">(.*?)</p>', page.text)


def place(page: Answer) -> int:
    (number,) = re.findall(r"You are number (\d+) in line", page.text)
    return int(number)


def test_who_comes_when_it_is_full_is_told_so_and_the_page_asks_again_by_itself(server: Server) -> None:
    page = Person(server).ask("/?problem=digits&seed=7")
    assert page.status == 503
    assert sentences(page)[:3] == [
        "All places are taken: the server has no memory for a further visitor at the moment.",
        "You are number 1 in line.",
        "How long it will take is not known: nobody has left since the server was started.",
    ]
    assert len(sentences(page, "zh")) == len(sentences(page)) == 4
    assert re.search(rf'<meta http-equiv="refresh" content="{page.headers["Retry-After"]}">', page.text)
    (cookie,) = [given for given in page.headers.get_all("Set-Cookie", []) if given.startswith("descent-lab-place=")]
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=Lax")
    assert "color-scheme: light dark" in page.text


def test_who_came_first_enters_first_and_the_wait_is_known_once_somebody_has_left(server: Server, folder: Path) -> None:
    let_be_free(folder, FULL)
    first, second, newcomer = Person(server), Person(server), Person(server)
    earlier = place(first.ask()) - 1  # of a test before, who has gone away
    assert place(second.ask()) == earlier + 2
    while place(first.ask()) > 1:
        second.ask()
    let_be_free(folder, ROOM_FOR_ONE)
    assert [newcomer.ask().status, second.ask().status] == [503, 503]
    dashboard = first.ask()
    assert dashboard.status == 200
    let_be_free(folder, FULL)
    assert place(second.ask()) == 1
    leave(server, dashboard)
    assert "Judging by the last visitors, it will take about" in sentences(second.ask())[2]
    let_be_free(folder, ROOM)
    leave(server, second.wait_for_dashboard())
    leave(server, newcomer.wait_for_dashboard())


def test_the_page_opens_the_dashboard_at_the_same_link_as_soon_as_there_is_room(
    server: Server, folder: Path, page: Page
) -> None:
    let_be_free(folder, FULL)
    link = f"{server.url}?problem=digits&lang=zh&seed=7"
    page.goto(link)
    assert page.locator("p:visible").all_inner_texts()[:2] == [
        "名额已满：服务器目前没有内存再接待一位访客。",
        "您排在第 1 位。",
    ]
    let_be_free(folder, ROOM)
    page.wait_for_selector(".widget-slider", timeout=30_000)
    assert page.url == link


def test_however_many_come_at_once_two_kernels_start_at_a_time(tmp_path: Path) -> None:
    with small_app(tmp_path, {"VoilaKernelManager": {"fill_delay": 0}}) as server:
        with ThreadPoolExecutor(CROWD) as people:
            pages = list(people.map(lambda _: Person(server).wait_for_dashboard(), range(CROWD)))
        assert {page.status for page in pages} == {200}
        assert len({page.kernel_id for page in pages}) == CROWD
        starts = start_times(tmp_path)
    assert len(starts) >= CROWD
    at_once = [sum(begun <= moment < run for begun, run in starts) for moment, _ in starts]
    assert max(at_once) == 2
