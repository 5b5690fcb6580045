"""Names of this machine are answered, others are not; other sites may link to a page and do nothing else."""

from __future__ import annotations

import socket

import pytest
from tornado.httputil import HTTPHeaders

from widgets.server.request_origin import HostNames, is_foreign

LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8866", "LOCALHOST.", "127.0.0.1:1", "127.8.9.1", "[::1]:8866", "lab.example.org"]
)
def test_names_of_this_machine_and_those_that_were_named_are_known(host: str) -> None:
    assert HostNames("localhost", ["Lab.example.org"]).has(host)


@pytest.mark.parametrize(
    "host", ["", ":80", "example.org", "localhost.example.org", "127.0.0.1.example.org", "192.0.2.7", "[2001:db8::1]"]
)
def test_other_names_are_not(host: str) -> None:
    assert not HostNames("localhost", ["lab.example.org"]).has(host)


def test_the_address_that_it_listens_at_is_known() -> None:
    assert HostNames("192.0.2.7", []).has("192.0.2.7:8866")
    assert not HostNames("192.0.2.7", []).has("192.0.2.8:8866")


@pytest.mark.parametrize("bound", ["", "0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_knows_all_addresses_and_its_machines_name_and_no_other(bound: str) -> None:
    names = HostNames(bound, [])
    assert names.has("192.0.2.7:8866")
    assert names.has("[2001:db8::1]")
    assert names.has(f"{socket.gethostname()}:8866")
    assert not names.has("rebound.example.org:8866")


OWN = {"Host": "lab.example.org:8866"}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"Sec-Fetch-Site": "none", **LINK}),
        ("GET", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}),
        ("GET", {"Sec-Fetch-Site": "cross-site", **LINK}),
        ("GET", {"Origin": "http://lab.example.org:8866", "Upgrade": "websocket"}),
        ("POST", {"Origin": "https://Lab.example.org:8866", "Sec-Fetch-Site": "same-origin"}),
    ],
)
def test_what_our_pages_do_and_links_from_elsewhere_are_let_through(method: str, headers: dict[str, str]) -> None:
    assert not is_foreign(method, HTTPHeaders(OWN | headers))


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}),
        ("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}),
        ("GET", {"Origin": "http://lab.example.org:9999"}),
        ("GET", {"Origin": "null"}),
        ("GET", {"Origin": "http://evil.example.org", "Upgrade": "websocket", **LINK}),
        ("POST", {"Origin": "http://evil.example.org", "Sec-Fetch-Site": "cross-site", **LINK}),
    ],
)
def test_all_else_from_another_site_is_foreign(method: str, headers: dict[str, str]) -> None:
    assert is_foreign(method, HTTPHeaders(OWN | headers))
