"""How much the served app takes on: the settings of section `ServerLimits` in voila.json."""

from __future__ import annotations

from traitlets import Float, Integer, List, Unicode
from traitlets.config import Configurable

MB = 1_000_000


class ServerLimits(Configurable):
    """What a server is ready to do for all visitors together and for one address."""

    starts_at_once = Integer(2, min=1, help="Kernels that start at the same time, those of the pool included.").tag(
        config=True
    )
    kernel_mb = Float(80.0, min=0, help="Private memory of a visitor's kernel, in MB.").tag(config=True)
    engine_mb = Float(
        120.0, min=0, help="Private memory of the process that trains for a visitor, with a small model, in MB."
    ).tag(config=True)
    reserved_mb = Float(500.0, help="Memory that is left to the machine, in MB.").tag(config=True)
    pages_per_address = Integer(32, min=1, help="Pages open or waited for from one address.").tag(config=True)
    starts_per_minute = Integer(60, min=1, help="Pages that one address may open in a minute.").tag(config=True)
    requests_per_second = Float(
        100.0, min=1, help="Requests of one address, on average; thirty times as many after a pause."
    ).tag(config=True)
    connections = Integer(
        500,
        min=1,
        help="Connections at once, sockets of open pages included.",
    ).tag(config=True)
    connections_per_address = Integer(256, min=1, help="Connections at once from one address.").tag(config=True)
    header_seconds = Float(20.0, help="How long a connection may be open without a whole request.").tag(config=True)
    body_bytes = Integer(65_536, help="The largest body of a request; tables come over a page's socket.").tag(
        config=True
    )
    body_seconds = Float(10.0, help="How long a body may take to arrive.").tag(config=True)
    open_bodies = Integer(32, min=0, help="Bodies that are arriving at once.").tag(config=True)
    allowed_hosts = List(
        Unicode(), help="Names that the server goes by, beside localhost and the address it listens at."
    ).tag(config=True)
    trusted_proxies = List(
        Unicode(), ["127.0.0.1", "::1"], help="Addresses whose X-Forwarded-For names the visitor."
    ).tag(config=True)
