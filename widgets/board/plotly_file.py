"""plotly.js as a file of the served app: the page loads it while its kernel and its widgets get ready.

Sent by the kernel it would come only after the widgets, and all of its 0.7 s of the browser's time after Play appeared.
A browser also keeps the file, and with it what it has compiled, for the next visit.
"""

from __future__ import annotations

from importlib import metadata
from typing import Final

from tornado.web import RequestHandler

from widgets.board.plotly_bundle import packed_plotly_js

PATH: Final = "descent-lab/plotly.js"  # below the app's address
YEAR_S = 365 * 24 * 3600


def early_script() -> str:
    """Return the script for a page's head that starts to load the file, once; plotly_library.js waits for it.

    The promise is kept with undefined where there is no such file: then the kernel sends it. The path is relative,
    since the app's address may have a prefix that only the proxy before it knows.
    """
    return f"""<script>
  globalThis[Symbol.for("descent-lab.early-plotly")] ??= new Promise((resolve) => {{
    const script = document.createElement("script");
    script.src = "{PATH}?v={metadata.version("plotly")}";
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => resolve(undefined);
    document.head.append(script);
  }});
</script>"""


class PlotlyFile(RequestHandler):
    """Answers with plotly.js, packed; its address names the version, so that a browser may keep it."""

    def get(self) -> None:
        """Send the file."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Content-Encoding", "gzip")  # which every browser that can run it understands
        self.set_header("Cache-Control", f"public, max-age={YEAR_S}, immutable")
        self.finish(packed_plotly_js())
