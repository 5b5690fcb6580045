"""The socket between a page and its kernel: messages that could not be a page's are not read.

Jupyter's and Voilà's readers count a message's parts by its first eight bytes and believe them: a message of sixteen
bytes, or a client that does not ask for the binary protocol, kept the one thread of the server busy for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.web import HTTPError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

if TYPE_CHECKING:
    import asyncio

PROTOCOL = "v1.kernel.websocket.jupyter.org"
NUMBER = 8  # bytes of a number, little-endian
FEWEST_OFFSETS = 6  # of the channel, header, parent header, metadata, content, and the end
MOST_OFFSETS = 1024
CLOSE_UNREADABLE = 1007  # RFC 6455, 7.4.1


class KernelSocket(VoilaKernelWebsocketHandler):
    """Speaks the binary protocol alone, and closes at a message that is not one of its kind."""

    async def get(self, kernel_id: str) -> None:
        """Open the socket for a page that speaks the protocol.

        Raises:
            HTTPError: 400, the request does not name the protocol.
        """
        named = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if PROTOCOL not in (name.strip() for name in named.split(",")):
            raise HTTPError(400)
        await super().get(kernel_id=kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        """Hand a whole message on to the kernel."""
        if is_whole(ws_message):
            super().on_message(ws_message)
        else:
            self.close(CLOSE_UNREADABLE)


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The way from a page to its kernel, over which each message leaves at once. JupyterLab's server takes it too."""

    def connect(self) -> asyncio.Future[None] | None:  # type: ignore[override] # so does the class above of its own base
        """Connect the socket, which stands by now, to the kernel."""
        # Else a frame waits for the page's system to acknowledge the small message before it: 40 ms. Tornado switches
        # this off after each answer, also after the one that makes a request a socket.
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def handle_incoming_message(self, incoming_msg: str) -> None:
        """Hand a message on to the kernel, unless its socket closes already: another has taken its place.

        A socket that closes no longer knows which protocol it spoke, and Jupyter's server then reads a message of the
        one as one of the other: it believes an offset to be a number of parts, and is busy for a quarter of a minute.
        """
        if self.websocket_handler.ws_connection is not None:
            super().handle_incoming_message(incoming_msg)


def is_whole(message: str | bytes) -> bool:
    """Return whether the parts of a message lie one after the other and fill it.

    A message begins with the number of offsets, then come the offsets: of the channel's name, of each part, and of
    the end.
    """
    if not isinstance(message, bytes):
        return False
    count = _number(message, 0)
    if not FEWEST_OFFSETS <= count <= MOST_OFFSETS or len(message) < NUMBER * (count + 1):
        return False
    offsets = [_number(message, place) for place in range(1, count + 1)]
    return offsets[0] == NUMBER * (count + 1) and offsets == sorted(offsets) and offsets[-1] == len(message)


def _number(message: bytes, place: int) -> int:
    return int.from_bytes(message[NUMBER * place : NUMBER * (place + 1)], "little")
