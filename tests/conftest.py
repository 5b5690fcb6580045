"""Fixtures that files share: one Chromium, one Voilà, one JupyterLab for the whole run, and a page without any."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from core.engines.launcher import EngineLauncher
from core.engines.starts import SPARES, WARM_MODELS
from tests.support.browser import CHROMIUM_ARGS, Host, chromium_path, lab_server, voila_server
from tests.support.page_without_browser import StraightTrainer
from tests.support.pseudo_locale import offered, write_catalogue
from tests.support.visitor import PREPARED_MS, Visitor
from widgets.board.frame_loop import FrameLoop
from widgets.dashboard import Dashboard
from widgets.scenes import surface_scene as scene_module

if TYPE_CHECKING:
    from pathlib import Path

Visit = Callable[..., AbstractContextManager[Visitor]]
VIEWPORT: ViewportSize = {"width": 1800, "height": 1250}  # every chart is on screen in both hosts: others are not drawn

os.environ.setdefault(WARM_MODELS, "0")  # each server of a test would compile a decoder beside it
os.environ.setdefault(SPARES, "2")
NO_BROWSER = (
    "no Chromium found: install one (Debian: apt-get install chromium; "
    "anywhere: .venv/bin/playwright install chromium) or name one in the CHROMIUM variable"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium.

    Without any the test is skipped, so that all that needs no browser can be tested; where
    DESCENT_LAB_REQUIRE_BROWSER=1, as in .ci/run, it fails.
    """
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            # Only who has no browser may go without: a skip in .ci/run would hide that nothing was tried.
            give_up = pytest.fail if os.environ.get("DESCENT_LAB_REQUIRE_BROWSER") == "1" else pytest.skip
            give_up(NO_BROWSER)
        with playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS) as chromium:
            yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page in a profile of its own."""
    with browser.new_context(viewport={"width": 1440, "height": 960}) as context:
        yield context.new_page()


@pytest.fixture(scope="session")
def voila(browser: Browser, tmp_path_factory: pytest.TempPathFactory, catalogues: Path) -> Iterator[Host]:
    """The dashboard as a Voilà app, served as `voila dashboard.ipynb` serves it; its pages know the pseudo-locale."""
    with ExitStack() as until_the_end:
        with offered(catalogues):  # to the server alone: other tests of this process know nothing of it
            server = until_the_end.enter_context(voila_server(tmp_path_factory.mktemp("voila")))
        yield Host("voila", server)


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory, catalogues: Path) -> Iterator[Host]:
    """The dashboard in JupyterLab; its pages know the pseudo-locale."""
    with ExitStack() as until_the_end:
        with offered(catalogues):  # to the server alone: other tests of this process know nothing of it
            server = until_the_end.enter_context(lab_server(tmp_path_factory.mktemp("lab")))
        yield Host("lab", server)


@pytest.fixture(params=["voila", "lab"])
def host(request: pytest.FixtureRequest) -> Host:
    """Voilà, then JupyterLab: a test that takes this runs on both."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def visit(browser: Browser) -> Visit:
    """`with visit(host, query) as visitor`: a page of their own, ready to play; its kernel ends afterwards."""

    @contextmanager
    def visiting(host: Host, query: str = "") -> Iterator[Visitor]:
        with browser.new_context(viewport=VIEWPORT) as context:
            visitor = Visitor(context.new_page(), host)
            try:
                host.open(visitor.page, query)
                yield visitor
            finally:
                visitor.leave()

    return visiting


@pytest.fixture(scope="module", params=["voila", "lab"])
def shared(request: pytest.FixtureRequest, visit: Visit) -> Iterator[Visitor]:
    """One visitor on each host for all tests of a file."""
    with visit(request.getfixturevalue(request.param)) as visitor:
        visitor.wait("s => s.notice === 'Not converged yet.'", PREPARED_MS)
        yield visitor


@pytest.fixture
def visitor(shared: Visitor) -> Visitor:
    """That visitor, at the default settings and step 0."""
    shared.start_afresh()
    return shared


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pseudo-locale: see tests.support.pseudo_locale."""
    folder = tmp_path_factory.mktemp("locale")
    write_catalogue(folder)
    return folder


@pytest.fixture(scope="session")
def launcher() -> Iterator[EngineLauncher]:
    """A launcher whose fork server, which imports TensorFlow once, ends with the tests."""
    launcher = EngineLauncher()
    launcher.start()
    yield launcher
    launcher.close()


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_module, "build_trainer", StraightTrainer)


@pytest.fixture
def dash(build: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    """A dashboard whose frames are drawn when a test calls `_draw`."""
    monkeypatch.setattr(FrameLoop, "start", lambda self: None)
    made = Dashboard()
    yield made
    made.close()
