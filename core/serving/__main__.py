"""Serves one model file over HTTP on this machine.

python -m core.serving digits.onnx --port 8501
curl -d '{"instances": [[...]]}' http://127.0.0.1:8501/v1/models/cnn_digits:predict
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from core.field import ConfigError
from core.language import _, use
from core.serving.app import ModelApp
from core.serving.batcher import Knobs
from core.serving.served_model import ServedModel

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
GRACE_S = 5  # seconds in which requests under way are answered after the server was asked to stop


def main() -> int:
    """Serves until it is stopped; returns what the program exits with."""
    options = _options()
    use(options.language)
    if options.cpu is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.cpu})
    try:
        listener = _listener(options.port)
        model = ServedModel.load(Path(options.model), options.name, options.uncertified)
    except ConfigError as error:
        _say({"error": error.sentence}, options.follow)
        return 1
    app = ModelApp(model, Knobs(options.largest_batch, options.longest_wait_ms, options.queue, options.timeout))
    runner = asyncio.Runner(loop_factory=_loop_factory())
    with runner:
        runner.run(_serve(app, listener, options.follow))
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where there is one."""
    with suppress(ImportError):
        import uvloop

        return uvloop.new_event_loop
    return None


async def _serve(app: ModelApp, listener: socket.socket, follow: bool) -> None:
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, http="httptools", loop="none", lifespan="off",
        timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=75,
    )  # fmt: skip
    server = uvicorn.Server(config)
    gc.freeze()  # what was loaded stays: no collection has to look at it
    if follow:
        loop = asyncio.get_running_loop()
        threading.Thread(target=_follow, args=(app, server, loop), daemon=True).start()
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    _say({"address": address, "name": app.model.name, "seconds": app.model.seconds}, follow)
    await server.serve(sockets=[listener])


def _follow(app: ModelApp, server: uvicorn.Server, loop: asyncio.AbstractEventLoop) -> None:
    """Takes new values of the knobs, a JSON object a line; the end of standard input stops the server."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(lambda values: app.batcher.knobs.change(**values), json.loads(line))
    server.should_exit = True


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise ConfigError(_("Port {port} is in use; choose another one.", port=str(port))) from error
    listener.listen(2048)
    return listener


def _say(what: dict[str, object], follow: bool) -> None:
    """To the program that started this one, a JSON object in a line; to a person, words."""
    if follow:
        print(json.dumps(what), flush=True)
    elif "error" in what:
        print(what["error"], file=sys.stderr)
    else:
        print(f"{what['address']}/v1/models/{what['name']}:predict", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m core.serving", description="Serves a model file on this machine.")
    parser.add_argument("model", help="a file that was exported: .onnx, .tflite, .keras, .xml or a SavedModel's folder")
    parser.add_argument("--port", type=int, default=8501, help="0 for any that is free")
    parser.add_argument("--name", default="", help="of the model in addresses; else its own")
    parser.add_argument("--largest-batch", type=int, default=32, help="rows that are answered by one call")
    parser.add_argument("--longest-wait-ms", type=float, default=0.0, help="for which a request waits for others")
    parser.add_argument("--queue", type=int, default=1024, help="rows that may wait; more are refused with 429")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds for which a request may wait")
    parser.add_argument("--cpu", type=int, default=None, help="the core to stay on")
    parser.add_argument("--uncertified", action="store_true", help="serve it although its report says it failed")
    parser.add_argument("--follow", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--language", default="en", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
