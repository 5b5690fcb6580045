"""What a page must survive: nonsense typed into its boxes, and messages that no page of ours would send.

Voilà and JupyterLab alike get the same; the page keeps its last good state, says so in one sentence, and plays on.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.support.browser import ROOT

if TYPE_CHECKING:
    from tests.support.visitor import Visitor

HOSTILE_TEXTS = {
    "word": "quick",
    "nothing": "",
    "range": "50",
    "negative": "-0.1",
    "overflow": "1e400",
    "markup": "<img src=x onerror=\"document.body.dataset.hacked='yes'\"><script>alert(1)</script>",
    "novel": "9" * 5000,
}


@pytest.mark.parametrize("typed", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_bad_input_gets_one_sentence_and_changes_nothing(visitor: Visitor, typed: str) -> None:
    visitor.play()
    visitor.enter("Learning rate", typed)
    visitor.wait_for_slot("notice-title", "Kept as it was.")
    assert re.fullmatch(r"Learning rate must be [^.]*(\d\.\d+[^.]*)*\.", visitor.slot("notice-text"))
    assert len(visitor.slot("notice-text")) < 120
    visitor.page.wait_for_function("box => box.value === '0.01'", arg=visitor.box("Learning rate").element_handle())
    assert visitor.runs_on()
    visitor.pause()
    assert visitor.slot("formula-0-learning_rate") == "0.01"
    assert visitor.page.locator(".dl-root img, .dl-root script, [data-hacked]").count() == 0


# In JSON as no browser writes it: what a page can send to its kernel is not what a browser would.
ODD_VALUES: list[Any] = [None, True, -1, float("nan"), 10**400, "x" * 5000, {"a": [1]}]
HOSTILE_VALUES = [json.dumps(value) for value in ODD_VALUES]
HOSTILE_TRAITS = ("value", "index", "description", "children", "query", "labels", "board", "_esm", "layout")
ODD_CONTENTS: list[Any] = [
    "click",
    {"kind": "hello", "query": 7},
    {"kind": "ack", "frame": float("inf"), "drawn": True},
    {"kind": "view", "view": {}, "visible": 7, "hidden": None},
    {"kind": "click", "panel": "surface", "x": 10**400, "y": "<b>"},
]
HOSTILE_CONTENTS = [json.dumps(content) for content in ODD_CONTENTS]

# Framed as JupyterLab frames its messages: Voilà 0.5 does not come back from a binary message in the older framing.
SEND_TO_EVERY_MODEL = """async ([url, payloads]) => {
  const socket = new WebSocket(url, "v1.kernel.websocket.jupyter.org");
  socket.binaryType = "arraybuffer";
  const session = crypto.randomUUID(), errors = [], waiting = {};
  const encoder = new TextEncoder(), decoder = new TextDecoder();
  const pack = (channel, parts) => {
    const blobs = [channel, ...parts].map((part) => encoder.encode(part));
    const offsets = [8 * (2 + blobs.length)];
    for (const blob of blobs) offsets.push(offsets.at(-1) + blob.length);
    const bytes = new Uint8Array(offsets.at(-1)), view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(offsets.length), true);
    offsets.forEach((offset, i) => view.setBigUint64(8 * (i + 1), BigInt(offset), true));
    blobs.forEach((blob, i) => bytes.set(blob, offsets[i]));
    return bytes.buffer;
  };
  const unpack = (buffer) => {
    const view = new DataView(buffer), count = Number(view.getBigUint64(0, true));
    const at = (i) => Number(view.getBigUint64(8 * (i + 1), true));
    const part = (i) => decoder.decode(new Uint8Array(buffer, at(i), at(i + 1) - at(i)));
    if (count < 6) return {};
    return { channel: part(0), header: JSON.parse(part(1)), parent: JSON.parse(part(2)), content: part(4) };
  };
  const send = (msg_type, content) => {
    const msg_id = crypto.randomUUID();
    const header = { msg_id, msg_type, session, username: "", date: "2000-01-01T00:00:00Z", version: "5.3" };
    socket.send(pack("shell", [JSON.stringify(header), "{}", "{}", content]));
    return msg_id;
  };
  const answer = (msg_type) => new Promise((resolve) => (waiting[send(msg_type, "{}")] = resolve));
  socket.onmessage = ({ data }) => {
    const { channel, header, parent, content } = unpack(data);
    if (header?.msg_type === "error") errors.push(JSON.parse(content).evalue);
    if (channel === "shell") waiting[parent.msg_id]?.(JSON.parse(content));
  };
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const { comms } = await answer("comm_info_request");
  for (const comm_id of Object.keys(comms))
    for (const payload of payloads) send("comm_msg", `{"comm_id": "${comm_id}", "data": ${payload}}`);
  await answer("kernel_info_request");  // answered in turn: everything before it has been taken
  socket.close();
  return { models: Object.keys(comms).length, errors };
}"""


def send_to_every_model(visitor: Visitor, payloads: list[str]) -> dict[str, Any]:
    """Sends the payloads (JSON) to every widget model over a websocket; how many there are, and errors published."""
    server = urlsplit(visitor.host.server.url)
    url = f"ws://{server.netloc}/api/kernels/{visitor.kernel_id}/channels?session_id=hostile"
    return visitor.page.evaluate(SEND_TO_EVERY_MODEL, [url, payloads])


def test_whatever_a_page_sends_to_its_widgets_the_page_plays_on(visitor: Visitor) -> None:
    visitor.play()
    # All traits in one message: a thousand messages a second is where the server starts to drop them.
    states = [json.dumps(dict.fromkeys(HOSTILE_TRAITS, "?")).replace('"?"', value) for value in HOSTILE_VALUES]
    updates = [f'{{"method": "update", "state": {state}, "buffer_paths": []}}' for state in states]
    customs = [f'{{"method": "custom", "content": {content}}}' for content in HOSTILE_CONTENTS]
    others = ["{}", "[]", '{"method": ["update"]}']
    answer = send_to_every_model(visitor, [*updates, *customs])
    assert answer["models"] > 50
    assert answer["errors"] == []
    # What is no widget message at all is refused by ipywidgets' own layouts and styles, to the sender alone.
    send_to_every_model(visitor, others)
    visitor.press("Reset")  # the run may have come to its end meanwhile
    visitor.rest_at(0)
    visitor.play()
    assert visitor.runs_on()


# ---- what no test above may have caused; this comes last


def test_the_page_never_failed_and_tells_no_inside(shared: Visitor) -> None:
    assert shared.errors == []
    text = shared.text()
    assert "Descent Lab" in text
    inside = ("Traceback", "Error", str(ROOT), str(Path.home()), shared.kernel_id, "site-packages", "undefined", "NaN")
    assert [word for word in inside if word in text] == []
