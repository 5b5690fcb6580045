"""A Voilà app, served as dashboard.ipynb is, of a notebook with one slider: light enough to be started often."""

from __future__ import annotations

import http.client
import json
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nbformat
import pytest

from core.engines.launcher import SHARED
from tests.support.browser import ROOT, Server, voila_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message
    from pathlib import Path

# The file says of each kernel when its process began and when the notebook ran in it, in seconds since the machine's
# start, the clock by which Linux dates processes.
CELL = """import time, ipywidgets, psutil
slider = ipywidgets.IntSlider()
display(slider)
with open("starts.txt", "a") as file:
    begun = psutil.Process().create_time() - psutil.boot_time()
    file.write(f"{begun} {time.clock_gettime(time.CLOCK_BOOTTIME)}\\n")"""
FAILING = "failing"  # the name of the kernels that can be made to fail
KERNEL_ID = re.compile(r'"kernelId": "([0-9a-f-]{36})"')

# Ends at once as often as the number in a file says, and counts its starts in another; then it is a kernel.
FAILING_KERNEL = """
import os, sys
from pathlib import Path
folder = Path(sys.argv[1])
with (folder / "starts").open("a") as starts:
    starts.write(".")
left = int((folder / "failures").read_text())
if left:
    (folder / "failures").write_text(str(left - 1))
    sys.exit("swordfish")
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", *sys.argv[2:]])
"""


@contextmanager
def small_app(
    folder: Path,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    preheated: bool = True,
    kernel: str = "python3",
) -> Iterator[Server]:
    """A server of the small notebook; `settings` are laid over those of voila.json, section by section."""
    config = json.loads((ROOT / "voila.json").read_text())
    for section, values in (settings or {}).items():
        config[section] = config.get(section, {}) | values
    (folder / "voila.json").write_text(json.dumps(config))
    notebook = folder / "small.ipynb"
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    cells = [nbformat.v4.new_code_cell(CELL)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), notebook)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SHARED, str(folder / "no engines"))  # so that none loads TensorFlow: a slider trains nothing
        with voila_server(folder, notebook, preheated) as server:
            yield server


@dataclass(frozen=True)
class FailingKernels:
    """Kernels of which the next `fail(n)` end before they answer, for a server whose run files are in `folder`."""

    folder: Path

    def install(self) -> FailingKernels:
        """Have the server find these under the name `FAILING`; none fails yet."""
        script = self.folder / "failing_kernel.py"
        script.write_text(FAILING_KERNEL)
        spec = self.folder / "data" / "kernels" / FAILING / "kernel.json"
        spec.parent.mkdir(parents=True)
        argv = [sys.executable, str(script), str(self.folder), "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": FAILING, "language": "python"}))
        self.fail(0)
        return self

    def fail(self, times: int) -> None:
        """Have the next `times` starts fail."""
        (self.folder / "failures").write_text(str(times))

    def starts(self) -> int:
        """Return how many processes have been started."""
        path = self.folder / "starts"
        return len(path.read_text()) if path.exists() else 0


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Message
    text: str

    @property
    def kernel_id(self) -> str:
        """The kernel of the dashboard in it."""
        found = KERNEL_ID.search(self.text)
        assert found is not None, self.text[-500:]
        return found[1]


def ask(
    server: Server, path: str = "/", headers: Mapping[str, str] | None = None, method: str = "GET", source: str = ""
) -> Answer:
    """Return the answer to one request; `source` is an address of this machine that it comes from."""
    where = urlsplit(server.url)
    assert where.hostname is not None
    own = (source, 0) if source else None
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60, source_address=own)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


@dataclass
class Person:
    """Somebody with a browser that keeps cookies."""

    server: Server
    source: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str = "/") -> Answer:
        """Open the page, or reload it."""
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = ask(self.server, path, {"Cookie": sent}, source=self.source)
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def wait_for_dashboard(self, path: str = "/") -> Answer:
        """Reload as long as there is no room; the server holds each request for a moment."""
        while (answer := self.ask(path)).status == 503:
            assert "descent-lab-place" in self.cookies
        return answer


def leave(server: Server, page: Answer) -> None:
    """Leave a dashboard as its page does when it is closed."""
    assert ask(server, f"/voila/api/shutdown/{page.kernel_id}", method="POST").status == 204


def start_times(folder: Path) -> list[tuple[float, float]]:
    """Return of each kernel that ran the notebook when its process began and when the notebook ran."""
    lines = (folder / "starts.txt").read_text().splitlines()
    return [(float(begun), float(run)) for begun, run in map(str.split, lines)]
