"""The name given in EHLO."""

from __future__ import annotations

import pytest

from mailhub.delivery.transports.smtp import greeting


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://mail.example.org", "mail.example.org"),
        ("https://Mail.Bücher.example:8443", "mail.xn--bcher-kva.example"),
        ("http://203.0.113.5:8000", "[203.0.113.5]"),
        ("http://[2001:db8::5]", "[IPv6:2001:db8::5]"),
    ],
)
def test_a_public_host_is_the_name(url: str, name: str) -> None:
    assert greeting.ehlo_name(url) == name


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_on_loopback_it_is_the_machines_full_name_or_an_address(url: str) -> None:
    name = greeting.ehlo_name(url)
    assert "." in name or name.startswith("[IPv6:")
    assert not name.endswith((".localdomain", ".arpa"))
