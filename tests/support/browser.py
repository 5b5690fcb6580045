"""The real servers, and the browser that looks at them, for tests and benchmarks.

`voila_server` and `lab_server` start what a user starts, with every setting, run file and port of their own,
and end it together with its kernels. `Host.open` brings a page to the point where a person could press Play.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support.processes import has_ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = "dashboard.ipynb"
READY = ".dl-board[data-ready='true']"
READY_TIMEOUT_MS = 90_000  # two cores: JupyterLab's first page and TensorFlow's import share them
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
KERNEL_DIGITS = 8  # of a kernel's id, which fit into a process's name
KERNEL = re.compile(rf"kernel-([0-9a-f]{{{KERNEL_DIGITS}}})")
DISCARD_PORT = 9  # where nobody listens
_WORKSPACES = itertools.count(1)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = (
    "--no-sandbox",  # containers run tests as root, where Chromium's sandbox cannot start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path(playwright: Playwright) -> str | None:
    """Path of a Chromium, or None: $CHROMIUM, else Playwright's own, else the first one on the PATH."""
    own = playwright.chromium.executable_path
    found = [shutil.which(name) for name in CHROMIUM_NAMES]
    candidates = [os.environ.get("CHROMIUM"), own if Path(own).exists() else None, *found]
    return next((path for path in candidates if path), None)


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, its process, and the file with everything it printed."""

    url: str
    process: psutil.Process
    log: Path

    @property
    def keras_home(self) -> Path:
        """The folder in which its kernels keep downloaded data sets."""
        return self.log.parent / "keras"

    def kernels(self) -> list[psutil.Process]:
        """The kernels alive under this server, pooled ones included."""
        children = self.process.children(recursive=True)
        return [child for child in children if kernel_in(child)]

    def kernel(self, kernel_id: str) -> psutil.Process:
        """The process of one of them."""
        return next(kernel for kernel in self.kernels() if kernel_in(kernel) == kernel_id[:KERNEL_DIGITS])

    def trainers(self) -> list[psutil.Process]:
        """The processes that train for these kernels, and the one they are forked from."""
        children = self.process.children(recursive=True)
        return [child for child in children if "core.engines.fork_server" in _command_line(child)]


@dataclass(frozen=True)
class Host:
    """A server that shows the dashboard: `name` is "voila" or "lab"."""

    name: str
    server: Server

    def open(self, page: Page, query: str = "", wait_until_ready: bool = True) -> None:
        """Show the dashboard on `page`; `query` is the URL's query string, without its question mark."""
        if self.name == "lab":
            self.open_in_lab(page, f"{NOTEBOOK}?{query}")
        else:
            page.goto(f"{self.server.url}?{query}")
        self.run_notebook(page, wait_until_ready)

    def open_in_lab(self, page: Page, notebook: str) -> None:
        """Show a notebook in a workspace of its own.

        In the one that all pages share, JupyterLab would first bring back the tabs of the page before, and for a
        moment one of them is in front: what is run then is that notebook.
        """
        workspace = f"test-{next(_WORKSPACES)}"
        page.goto(f"{self.server.url}lab/workspaces/{workspace}/tree/{notebook}")

    def run_notebook(self, page: Page, wait_until_ready: bool = True) -> None:
        """Run the cells of a notebook that has just been opened, where the host does not do so itself."""
        if self.name == "lab":
            _run_all_cells(page)
        if wait_until_ready:
            self._wait_until_ready(page)

    def _wait_until_ready(self, page: Page) -> None:
        """Wait for the first frame; raise with what the page shows and the server's last words if none comes."""
        try:
            page.wait_for_selector(READY, timeout=READY_TIMEOUT_MS)
        except PlaywrightTimeout as error:
            shown = page.locator("body").inner_text()[:1000]
            raise AssertionError(f"no page came: {shown!r}\n{self.server.log.read_text()[-3000:]}") from error

    def leave(self, page: Page) -> None:
        """Leave the page as a visitor does and end its kernel: the next test has the cores to itself."""
        if not page.is_closed():
            page.goto("about:blank")  # Voilà's page ends its kernel as it unloads
        if self.name == "lab":
            request = page.context.request
            for session in request.get(f"{self.server.url}api/sessions").json():
                request.delete(f"{self.server.url}api/sessions/{session['id']}")


def _run_all_cells(page: Page) -> None:
    # The status bar knows; the toolbar's indicator says "idle" before there is a kernel at all.
    page.get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@contextmanager
def voila_server(folder: Path, notebook: Path = ROOT / NOTEBOOK, preheated: bool = True) -> Iterator[Server]:
    """A server as `voila NOTEBOOK` starts it beside its voila.json; run files and the log go to `folder`.

    Not `preheated`, each visitor waits for a kernel to start and to run the notebook.
    """

    def command(port: int) -> list[str]:
        options = [f"--port={port}", "--Voila.ip=127.0.0.1", "--Voila.port_retries=0", "--no-browser"]
        pool = [] if preheated else ["--VoilaConfiguration.preheat_kernel=False"]
        return [sys.executable, "-m", "voila", notebook.name, *options, *pool]

    with _serving(command, notebook.parent, folder) as server:
        if preheated:  # until the pool stands, a visitor gets a kernel that starts cold
            _wait(lambda: "Kernel pool of" in server.log.read_text(), server.process, server.log)
        yield server


@contextmanager
def lab_server(folder: Path) -> Iterator[Server]:
    """A JupyterLab on a copy of the notebook in `folder`, since Lab writes outputs into what it opens."""
    shutil.copy(ROOT / NOTEBOOK, folder)
    # Lab would otherwise cover the page with an offer to fetch news.
    page_config = folder / "config" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text('{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}')

    def command(port: int) -> list[str]:
        address = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
        open_to_tests = ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
        rest = ["--ServerApp.allow_root=True", "--no-browser", "--LabApp.extension_manager=readonly"]
        prompt = "--ServerApp.kernel_websocket_connection_class=widgets.server.kernel_socket.PromptConnection"
        return [sys.executable, "-m", "jupyterlab", *address, *open_to_tests, *rest, prompt]  # as in the Makefile

    with _serving(command, folder, folder) as server:
        yield server


@contextmanager
def _serving(command: Callable[[int], list[str]], cwd: Path, folder: Path) -> Iterator[Server]:
    port = _free_port()
    log = folder / "server.log"
    with log.open("w") as output:
        process = psutil.Popen(
            command(port), cwd=cwd, env=_environment(folder), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(lambda: _answers(port), process, log)
            yield Server(f"http://127.0.0.1:{port}/", process, log)
        finally:
            _end_with_kernels(process)


def _environment(folder: Path) -> dict[str, str]:
    """This process's environment without a network, every folder of Jupyter, IPython and Keras moved to `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    moved = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
        "KERAS_HOME": folder / "keras",
        "PYTHONPATH": ROOT,  # kernels import the tree under test, whatever else is installed
    }
    no_network = {"https_proxy": f"http://127.0.0.1:{DISCARD_PORT}", "no_proxy": "127.0.0.1"}
    return kept | {name: str(path) for name, path in moved.items()} | no_network


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _wait(condition: Callable[[], bool], process: psutil.Process, log: Path) -> None:
    """Return once `condition` holds; raise with the server's last words if it ends or takes too long."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not condition():
        if has_ended(process) or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.05)


def _end_with_kernels(process: psutil.Popen) -> None:
    family = [] if has_ended(process) else process.children(recursive=True)
    with suppress(psutil.NoSuchProcess):
        process.terminate()
    _, alive = psutil.wait_procs([process, *family], timeout=STOP_TIMEOUT_S)
    for left in alive:
        with suppress(psutil.NoSuchProcess):
            left.kill()
    psutil.wait_procs(alive, timeout=STOP_TIMEOUT_S)


def kernel_in(process: psutil.Process) -> str:
    """The first digits of the id of a kernel: in the name of one that was forked, in another's command line."""
    with suppress(psutil.NoSuchProcess):
        found = KERNEL.search(f"{process.name()} {_command_line(process)}")
        return found[1] if found else ""
    return ""


def _command_line(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return " ".join(process.cmdline())
    return ""
