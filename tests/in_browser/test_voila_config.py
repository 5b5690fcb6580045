"""voila.json as the real server honours it: closed to strangers, offline, and freeing what nobody watches.

The server shows a notebook of its own here: a slider, a secret in its source, and an error that tells it.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nbformat
import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.execute import VoilaExecutor
from voila.voila_kernel_manager import voila_kernel_manager_factory

from tests.support.browser import ROOT, Server, voila_server
from tests.support.processes import wait_until_ended
from widgets.app_kernel_manager import MOST_ARENAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

CONFIG = json.loads((ROOT / "voila.json").read_text())
SECRET = "swordfish"
CELL = f"import ipywidgets\ndisplay(ipywidgets.IntSlider())\nraise ValueError('{SECRET}')"
RUN_STOPS_WITHOUT_ACK_S = 30  # the run of a lost page still sends, and so counts as active, this long
LOST_SOCKET_NOTICED_S = 120  # the server's pings: every 30 s, and given up after 90 s without an answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("voila_config")
    shutil.copy(ROOT / "voila.json", folder)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    notebook = folder / "tiny.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)]), notebook)
    with voila_server(folder, notebook) as running:
        yield running


def get(url: str) -> tuple[int, str, str]:
    """Status, Content-Security-Policy and body."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.headers["Content-Security-Policy"], answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["Content-Security-Policy"], refusal.read().decode()


@pytest.fixture(scope="module")
def source(server: Server) -> str:
    """The source of one page."""
    return get(server.url)[2]


def test_every_setting_is_one_that_the_server_knows() -> None:
    kernel_manager = voila_kernel_manager_factory(AsyncMappingKernelManager, True, 1)
    known = {cls.__name__: cls for cls in (Voila, VoilaConfiguration, VoilaExecutor, *kernel_manager.mro())}
    unknown = [
        f"{section}.{name}"
        for section, settings in CONFIG.items()
        for name in settings
        if name not in known[section].class_trait_names(config=True)
    ]
    assert unknown == []


def test_a_visitor_gets_a_kernel_that_was_preheated(server: Server, source: str) -> None:
    assert "widget-view+json" in source
    assert "Using pre-heated kernel" in server.log.read_text()


def test_kernels_have_an_arena_for_each_thread(server: Server, source: str) -> None:
    kernels = server.kernels()

    assert kernels
    assert {kernel.environ()["MALLOC_ARENA_MAX"] for kernel in kernels} == {MOST_ARENAS}
    assert all(kernel.num_threads() < int(MOST_ARENAS) for kernel in kernels)


def test_the_source_of_the_notebook_is_not_in_the_page(source: str) -> None:
    assert "IntSlider()" not in source


def test_an_error_reaches_the_page_without_its_text_or_traceback(source: str) -> None:
    assert SECRET not in source
    assert "Traceback" not in source
    assert CONFIG["VoilaExecutor"]["cell_error_instruction"] in html.unescape(source)


def test_a_page_loads_without_a_word_of_cells(source: str) -> None:
    assert 'class="dl-loading"' in source
    assert "Running" not in re.sub(r"<script.*?</script>", "", source, flags=re.DOTALL)


def test_no_file_is_served(server: Server) -> None:
    names = ["tiny.ipynb", "voila.json", "picture.png", "../voila.json", ""]
    assert [get(f"{server.url}voila/files/{name}")[0] for name in names] == [403] * len(names)


def test_a_query_string_changes_neither_template_nor_theme(server: Server) -> None:
    page = get(f"{server.url}?template=classic&theme=dark")[2]
    assert "voila/templates/lab/static/" in page
    assert "voila/templates/classic/" not in page
    assert 'data-jp-theme-light="true"' in page


def test_the_page_may_load_from_its_own_server_only(server: Server) -> None:
    """Voilà's template links to web fonts; under this policy the browser never asks for them."""
    policy = get(server.url)[1]
    (sources,) = re.findall(r"default-src ([^;]*)", policy)
    assert set(sources.split()) == {"'self'", "'unsafe-inline'", "'unsafe-eval'", "blob:", "data:"}
    assert "script-src" not in policy


def test_under_that_policy_the_page_draws_and_asks_nobody_else(server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    failed: dict[str, str | None] = {}
    page.on("requestfailed", lambda request: failed.update({request.url: request.failure}))
    page.goto(server.url)
    page.wait_for_selector(".widget-slider")
    elsewhere = [url for url in asked if urlsplit(url).netloc not in ("", urlsplit(server.url).netloc)]
    assert [url for url in elsewhere if failed.get(url) != "csp"] == []
    assert [url for url in asked if "jupyterlab-plotly" in url] == []


def test_leaving_the_page_ends_its_kernel_at_once(server: Server, page: Page) -> None:
    page.goto(server.url)
    page.wait_for_selector(".widget-slider")
    settings = json.loads(page.text_content("#jupyter-config-data") or "")
    kernel = server.kernel(settings["kernelId"])
    page.goto("about:blank")
    wait_until_ended(kernel)


def test_a_lost_page_frees_its_kernel_within_three_minutes(server: Server, source: str) -> None:
    culling = CONFIG["MappingKernelManager"]
    idle, interval = culling["cull_idle_timeout"], culling["cull_interval"]
    alone = LOST_SOCKET_NOTICED_S + interval  # the first time that the culling finds it so, it leaves it
    assert max(RUN_STOPS_WITHOUT_ACK_S + idle, alone) + interval <= 180
    assert f"idle durations > {idle} seconds at {interval} second intervals" in server.log.read_text()


def test_a_page_that_is_only_paused_keeps_its_kernel() -> None:
    assert CONFIG["MappingKernelManager"]["cull_connected"] is False


def test_nothing_is_buffered_for_a_page_that_is_gone(server: Server, page: Page) -> None:
    page.goto(server.url)
    page.wait_for_selector(".widget-slider")
    page.context.close()
    assert "Starting buffering" not in server.log.read_text()
