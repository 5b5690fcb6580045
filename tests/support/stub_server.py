"""An HTTP server that takes a known time for each request, one after the other.

    python -m tests.support.stub_server SECONDS

It shares nothing with the server under test. It prints its port.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def main(service_s: float) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
    listener.setblocking(False)
    print(listener.getsockname()[1], flush=True)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _events in selector.select():
            if key.fileobj is listener:
                peer, _address = listener.accept()
                selector.register(peer, selectors.EVENT_READ)
                continue
            peer = key.fileobj  # type: ignore[assignment]  # all but the listener are sockets
            if not peer.recv(1 << 16):
                selector.unregister(peer)
                peer.close()
                continue
            time.sleep(service_s)  # takes no core, so that other programs hardly prolong it
            peer.sendall(ANSWER)


if __name__ == "__main__":
    main(float(sys.argv[1]))
