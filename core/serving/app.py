"""The routes of the model server."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from core.serving import open_inference_protocol, tensorflow_protocol
from core.serving.batcher import Batcher, Knobs
from core.serving.meters import Meters
from core.serving.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from core.serving.served_model import ServedModel

    Reply = tuple[bytes, dict[str, str]]  # a body and its headers
    Predict = Callable[[dict[bytes, bytes], bytes], Awaitable[Reply]]  # of a request's headers and body

LARGEST_BODY = 16 << 20  # bytes
TOO_LARGE = f"A request has at most {LARGEST_BODY >> 20} MB."
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
JSON = {"content-type": "application/json"}


class ModelApp:
    """The ASGI application of one model: TensorFlow Serving's predict, protocol V2, health and metrics.

    Predictions are answered here, all else by Starlette, whose layers cost as much as a small model.
    """

    def __init__(self, model: ServedModel, knobs: Knobs | None = None) -> None:
        self.model, self.meters = model, Meters()
        self.batcher = Batcher(model.answer, knobs or Knobs(), model.seconds, self.meters.note_batch)
        v1, v2 = f"/v1/models/{model.name}", f"/v2/models/{model.name}"
        self._predictions: dict[str, Predict] = {
            f"{v1}:predict": self._predict,
            f"{v1}/versions/1:predict": self._predict,
            f"{v2}/infer": self._infer,
            f"{v2}/versions/1/infer": self._infer,
        }
        reports: dict[str, Callable[[], dict[str, Any]]] = {
            v1: tensorflow_protocol.status,
            f"{v1}/metadata": lambda: tensorflow_protocol.metadata(model),
            "/v2": open_inference_protocol.server_metadata,
            v2: lambda: open_inference_protocol.metadata(model),
            "/v2/health/live": lambda: {"live": True},
            "/v2/health/ready": lambda: {"ready": True},
            f"{v2}/ready": lambda: {"name": model.name, "ready": True},
            "/healthz": lambda: {"status": "ok"},
            "/status": lambda: self.meters.snapshot(self.batcher),
        }
        routes = [Route("/metrics", self._metrics), *(_route(path, report) for path, report in reports.items())]
        self._others = Starlette(routes=routes, exception_handlers={404: self._unknown})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        predict = self._predictions.get(scope.get("path", "")) if scope.get("method") == "POST" else None
        if predict is None:
            await self._others(scope, receive, send)
        else:
            await self._answer(predict, scope, receive, send)

    async def _answer(self, predict: Predict, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), 200
        try:
            headers = dict(scope["headers"])
            body, own = await predict(headers, await _body(headers, receive))
        except RefusalError as refusal:
            status = refusal.status
            body, own = orjson.dumps({"error": refusal.sentence}), JSON
            if status == 429:
                own = {**JSON, "retry-after": "1"}
        self.meters.note_request(status, time.perf_counter() - began)
        given = [(name.encode(), value.encode()) for name, value in own.items()]
        given.append((b"content-length", str(len(body)).encode()))
        with suppress(RuntimeError):  # of a client that has hung up
            await send({"type": "http.response.start", "status": status, "headers": given})
            await send({"type": "http.response.body", "body": body})

    async def _predict(self, _headers: dict[bytes, bytes], body: bytes) -> Reply:
        rows, name = tensorflow_protocol.read(self.model, body)
        return tensorflow_protocol.written(await self.batcher.predict(rows), name), JSON

    async def _infer(self, headers: dict[bytes, bytes], body: bytes) -> Reply:
        length = headers.get(open_inference_protocol.HEADER.encode())
        request = open_inference_protocol.read(self.model, body, None if length is None else length.decode("latin-1"))
        return open_inference_protocol.written(self.model, request, await self.batcher.predict(request.rows))

    async def _metrics(self, _request: Request) -> Response:
        return Response(self.meters.exposition(self.batcher), headers={"content-type": EXPOSITION})

    async def _unknown(self, _request: Request, _error: Exception) -> Response:
        sentence = f"There is no such address; the model here is called {self.model.name}."
        return Response(orjson.dumps({"error": sentence}), 404, JSON)


def _route(path: str, report: Callable[[], dict[str, Any]]) -> Route:
    async def answer(_request: Request) -> Response:
        return Response(orjson.dumps(report()), headers=JSON)

    return Route(path, answer)


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The body of a request; raises RefusalError if it is too large, as soon as that is known."""
    if b"content-encoding" in headers:
        raise RefusalError(415, "The body must not be compressed.")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise RefusalError(413, TOO_LARGE)
    parts: list[bytes] = []
    size, goes_on = 0, True
    while goes_on:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        goes_on = message.get("more_body", False)
        if size > LARGEST_BODY:
            raise RefusalError(413, TOO_LARGE)
    return parts[0] if len(parts) == 1 else b"".join(parts)
