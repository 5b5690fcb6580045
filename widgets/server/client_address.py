"""The address that a request comes from, also where a proxy hands it on."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tornado.httputil import HTTPHeaders

PREFIX_OF_ONE_CUSTOMER = 64  # of IPv6: whoever has one address there has all of them


def client_address(peer: str, headers: HTTPHeaders, proxies: Collection[str]) -> str:
    """Return whose request this is.

    Args:
        peer: the other end of the connection.
        headers: those of the request; `X-Forwarded-For` is believed where `peer` is one of `proxies`.
        proxies: addresses whose word is taken.

    Returns:
        The last address that no proxy of ours has, since anybody may have written those before it.
    """
    if peer not in proxies:
        return peer
    forwarded = [address.strip() for address in headers.get("X-Forwarded-For", "").split(",")]
    others = [address for address in forwarded if _is_address(address) and address not in proxies]
    return others[-1] if others else peer


def customer(address: str) -> str:
    """Return what one customer of a network has: an IPv4 address, or an IPv6 network."""
    if not _is_address(address):
        return address
    if isinstance(ip_address(address), IPv6Address):
        return str(ip_network(f"{address}/{PREFIX_OF_ONE_CUSTOMER}", strict=False))
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
