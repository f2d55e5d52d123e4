"""A real name server on 127.0.0.1 (UDP) that answers with what it is told."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset

Zone = dict[tuple[str, str], list[str]]


@dataclass
class NameServer:
    """`zone` maps (name, type) to values; names in `failing` get SERVFAIL, those in `silent` nothing."""

    zone: Zone = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def start(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()
        return str(host), int(port)

    def publish(self, kind: str, name: str, *values: str) -> None:
        """These values, and no others, are at `name` from now on."""
        self.zone[name.lower(), kind] = list(values)

    def stop(self) -> None:
        self._socket.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, peer = self._socket.recvfrom(4096)
            if not wire:
                return
            answer = self._answer(dns.message.from_wire(wire))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        if name in self.silent:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in self.failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
            return answer
        self._fill(answer, question.name, name, kind)
        if not answer.answer and not any(known == name for known, _kind in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def _fill(self, answer: dns.message.Message, owner: dns.name.Name, name: str, kind: str) -> None:
        alias = self.zone.get((name, "CNAME"))
        if alias and kind != "CNAME":
            answer.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", f"{alias[0]}."))
            self._fill(answer, dns.name.from_text(alias[0]), alias[0].lower(), kind)
            return
        values = [_written(kind, value) for value in self.zone.get((name, kind), [])]
        if values:
            answer.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, *values))


def _written(kind: str, value: str) -> str:
    """A value as a zone file writes it."""
    if kind == "TXT":
        pieces = [value[at : at + 255] for at in range(0, len(value), 255)] or [""]
        return " ".join('"{}"'.format(piece.replace('"', '\\"')) for piece in pieces)
    return f"{value}." if kind in ("MX", "CNAME") else value
