"""plotly.js as a file: what the kernel would send, loaded once by the page's head, which says if it is missing."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from widgets.board.plotly_bundle import packed_plotly_js
from widgets.board.plotly_file import PATH, PlotlyFile, early_script

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

ADDRESS = "http://lab.example.org/user/ada/"
EARLY = "async () => (await globalThis[Symbol.for('descent-lab.early-plotly')])?.version ?? null"


def answer() -> HTTPResponse:
    async def ask() -> HTTPResponse:
        listener, port = bind_unused_port()
        server = HTTPServer(Application([(f"/{PATH}", PlotlyFile)]))
        server.add_sockets([listener])
        try:
            address = f"http://127.0.0.1:{port}/{PATH}"
            return await AsyncHTTPClient(force_instance=True).fetch(address, decompress_response=False)
        finally:
            server.stop()

    with ThreadPoolExecutor(1) as thread:  # a loop of its own, beside the browser's
        return thread.submit(lambda: asyncio.run(ask())).result()


def test_the_file_is_what_the_kernel_would_send_and_may_be_kept() -> None:
    response = answer()
    assert response.body == packed_plotly_js()
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("status", "version"), [(200, "2.3.4"), (404, None)])
def test_the_page_waits_for_the_file_below_its_own_address_and_knows_if_there_is_none(
    page: Page, status: int, version: str | None
) -> None:
    asked: list[str] = []

    def serve(route: Route) -> None:
        url = route.request.url
        if url == ADDRESS:
            route.fulfill(content_type="text/html", body=f"<head>{early_script() * 2}</head>")
        else:
            asked.append(url.partition("?")[0])
            route.fulfill(status=status, content_type="text/javascript", body="Plotly = {version: '2.3.4'}")

    page.route("**/*", serve)
    page.goto(ADDRESS)
    assert page.evaluate(EARLY) == version
    assert [url for url in asked if url.endswith(".js")] == [f"{ADDRESS}{PATH}"]


def test_the_library_is_whole_and_runs_where_no_module_loader_is(page: Page) -> None:
    page.add_script_tag(content=gzip.decompress(packed_plotly_js()).decode())
    known = page.evaluate("['scatter', 'heatmap', 'surface'].map((name) => Plotly.PlotSchema.get().traces[name].type)")
    assert known == ["scatter", "heatmap", "surface"]
