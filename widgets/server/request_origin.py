"""Whether a request is meant for this server and was made by its own pages: names of the host, sites of the origin."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tornado.httputil import split_host_and_port

if TYPE_CHECKING:
    from collections.abc import Collection

    from tornado.httputil import HTTPHeaders

EVERYWHERE = ("", "0.0.0.0", "::")
OTHER_SITES = ("cross-site", "same-site")  # "same-site" is another port or subdomain, so somebody else's page


@dataclass(frozen=True)
class HostNames:
    """The names that a server goes by.

    A page whose name was made to point to this machine (DNS rebinding) could otherwise read everything here as its own.
    Such a page has a name of its own, so addresses in figures are no danger.
    """

    bound: str  # the address that the server listens at
    further: Collection[str]

    def has(self, host: str) -> bool:
        """Return whether the `Host` header names this server."""
        name = split_host_and_port(host.lower())[0].strip("[]").rstrip(".")
        if name in (self.bound, "localhost", *(further.lower() for further in self.further)):
            return bool(name)
        try:
            address = ip_address(name)
        except ValueError:
            return self.bound in EVERYWHERE and name == socket.gethostname().lower()
        return address.is_loopback or self.bound in EVERYWHERE


def is_foreign(method: str, headers: HTTPHeaders) -> bool:
    """Return whether a page of another site made the request; a click on its link to a page of ours does not count.

    Browsers send `Origin` with sockets and with all that may change something, and `Sec-Fetch-Site` with everything
    where the address is https or this machine. What is no browser sends neither.
    """
    origin, host = headers.get("Origin"), headers.get("Host", "")
    elsewhere = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
    return (elsewhere or headers.get("Sec-Fetch-Site") in OTHER_SITES) and not _is_link(method, headers)


def _is_link(method: str, headers: HTTPHeaders) -> bool:
    whole_page = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
    return method == "GET" and whole_page and "Upgrade" not in headers
