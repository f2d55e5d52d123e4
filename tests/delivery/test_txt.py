"""TXT lookups against a name server on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from mailhub.delivery import txt

Zone = dict[str, list[str]]


@pytest.fixture
def serve_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Zone], None]]:
    """Call it with names and their TXT records as zone files write them; "broken" names fail."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 0))
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], listener.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    threads: list[threading.Thread] = []

    def start(zone: Zone) -> None:
        threads.append(threading.Thread(target=_answer, args=(listener, zone)))
        threads[0].start()

    yield start
    listener.sendto(b"", listener.getsockname())
    for thread in threads:
        thread.join()
    listener.close()


def _answer(listener: socket.socket, zone: Zone) -> None:
    while True:
        wire, peer = listener.recvfrom(4096)
        if not wire:
            return
        query = dns.message.from_wire(wire)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        if name.startswith("broken"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name not in zone:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif zone[name]:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "TXT", *zone[name]))
        listener.sendto(answer.to_wire(), peer)


def test_the_strings_of_a_record_are_joined(serve_zone: Callable[[Zone], None]) -> None:
    serve_zone({"a._domainkey.example.org": ['"v=DKIM1; k=rsa; " "p=AB" "CD"']})
    assert txt.resolve("a._domainkey.example.org") == ["v=DKIM1; k=rsa; p=ABCD"]


def test_several_records_stay_apart(serve_zone: Callable[[Zone], None]) -> None:
    serve_zone({"example.org": ['"one"', '"two"']})
    assert sorted(txt.resolve("example.org")) == ["one", "two"]


def test_a_name_that_does_not_exist_has_no_records(serve_zone: Callable[[Zone], None]) -> None:
    serve_zone({})
    assert txt.resolve("example.org") == []


def test_a_name_without_txt_has_no_records(serve_zone: Callable[[Zone], None]) -> None:
    serve_zone({"example.org": []})
    assert txt.resolve("example.org") == []


def test_a_server_that_fails_is_no_answer(serve_zone: Callable[[Zone], None]) -> None:
    serve_zone({})
    with pytest.raises(txt.LookupFailed):
        txt.resolve("broken.example.org")
