"""A proxy's word is taken where it is ours, and only its own."""

from __future__ import annotations

import pytest
from tornado.httputil import HTTPHeaders

from widgets.server.client_address import client_address, customer

PROXIES = ["127.0.0.1", "192.0.2.1"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.5", "203.0.113.9", "198.51.100.5"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
    ],
)
def test_the_visitor_is_the_last_that_is_no_proxy_of_ours(peer: str, forwarded: str, address: str) -> None:
    assert client_address(peer, HTTPHeaders({"X-Forwarded-For": forwarded}), PROXIES) == address


@pytest.mark.parametrize(
    ("address", "whole"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", "")],
)
def test_a_customer_has_one_address_of_four_bytes_or_a_network_of_longer_ones(address: str, whole: str) -> None:
    assert customer(address) == whole
