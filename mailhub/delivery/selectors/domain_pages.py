"""What the page of a sending domain shows: each record as it should be above what DNS holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import dns_checks, dns_records
from mailhub.delivery.services.dns_checks import Finding
from mailhub.delivery.services.dns_records import Kind
from mailhub.delivery.services.dns_verdicts import MISSING, OK, UNKNOWN, WRONG

BADGES = {OK: "ok", MISSING: "warn", WRONG: "bad", UNKNOWN: "neutral"}
_PIECES = re.compile(r"[\s;]+|[^\s;]+")
LONGEST_COMPARED = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a value; `differs` when the other value does not have it there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One record on the page. `found` are its values in DNS, each in pieces against the expected one."""

    title: str
    why: str
    finding: Finding
    badge: str
    word: str
    icon: str
    host: str
    found: list[list[Piece]]
    is_optional: bool

    @property
    def needs_work(self) -> bool:
        return self.finding.verdict.state != OK and not self.is_optional


def page(domain: SendingDomain) -> dict[str, Any]:
    """The context of the page and of the part of it that Check now renews."""
    report = dns_checks.report(domain)
    stand_in = dns_records.stand_in_host(domain)
    return {
        "domain": domain,
        "report": report,
        "cards": [_card(domain, finding) for finding in report.findings],
        "keys": domain.keys.order_by("-id"),
        "pending": domain.keys.filter(pending=True).first(),
        "server": next((f.verdict.server for f in report.findings if f.verdict.server), ""),
        "stand_in": stand_in if dns_records.public_host(domain) == stand_in else "",
    }


def letter_to_administrator(domain: SendingDomain) -> str:
    """All records as text that can be sent to whoever keeps the DNS."""
    head = _("DNS records of {domain} for sending e-mail with MailHub").format(domain=domain.name)
    blocks = [head, "=" * len(head)]
    for record in dns_records.records(domain):
        rows = [
            f"# {record.purpose}",
            _("Type:   {type}").format(type=record.type),
            _("Name:   {name}   (without the domain: {host})").format(
                name=record.name, host=host_part(record.name, domain.name)
            ),
            _("Value:  {value}").format(value=record.value),
        ]
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks) + "\n"


def host_part(name: str, domain: str) -> str:
    """The name as forms of registrars want it, without the domain; "@" for the domain itself."""
    return name.removesuffix(domain).rstrip(".") or "@"


def compare(expected: str, found: str) -> list[Piece]:
    """`found` in pieces, those marked that `expected` has not at that place."""
    wanted, there = _PIECES.findall(expected), _PIECES.findall(found[:LONGEST_COMPARED])
    pieces: list[Piece] = []
    for tag, _a, _b, first, last in SequenceMatcher(None, wanted, there, autojunk=False).get_opcodes():
        if text := "".join(there[first:last]):
            pieces.append(Piece(text, tag != "equal"))
    return pieces


def _pieces(expected: str, found: str, *, marked: bool) -> list[Piece]:
    # What is right may well be written otherwise.
    return compare(expected, found) if marked else [Piece(found, False)]


def _card(domain: SendingDomain, finding: Finding) -> Card:
    record, verdict = finding.record, finding.verdict
    title, why = _titles()[finding.kind]
    optional = finding.kind in (Kind.TRACKING, Kind.RETIRED_DKIM) and verdict.state == MISSING
    badge, word, icon = _state(verdict.state, verdict.sentence, optional)
    return Card(
        title=title,
        why=why,
        finding=finding,
        badge=badge,
        word=word,
        icon=icon,
        host=host_part(record.name, domain.name),
        found=[_pieces(record.value, value, marked=verdict.state != OK) for value in verdict.found],
        is_optional=optional,
    )


def _state(state: str, sentence: str, optional: bool) -> tuple[str, str, str]:
    if optional:
        return "neutral", _("Not there, and not needed"), "circle"
    if state == OK:
        return (
            ("info", _("Right, could be better"), "info") if sentence else ("ok", _("Right"), "circle-check")
        )
    words = {MISSING: _("Missing"), WRONG: _("Wrong"), UNKNOWN: _("Not known")}
    icons = {MISSING: "triangle-alert", WRONG: "circle-x", UNKNOWN: "circle-help"}
    return BADGES[state], words[state], icons[state]


def _titles() -> dict[Kind, tuple[str, str]]:
    return {
        Kind.DKIM: (
            _("DKIM: the signature"),
            _("Proves that letters are from you and were not changed. Nothing is sent without it."),
        ),
        Kind.RETIRED_DKIM: (
            _("DKIM: a retired key"),
            _("Signs no more. Leave it until the letters that it signed have been read."),
        ),
        Kind.RETURN_SPF: (
            _("SPF of the return path"),
            _("Says which servers may send. Receivers check it where bounces go."),
        ),
        Kind.SPF: (
            _("SPF of the domain"),
            _("For checkers that look at the domain itself. A domain may have one SPF record only."),
        ),
        Kind.DMARC: (
            _("DMARC: the policy"),
            _("Tells receivers what to do with forgeries. Large providers want one to be there."),
        ),
        Kind.RETURN_PATH: (_("Return path"), _("Where letters that cannot be delivered come back to.")),
        Kind.TRACKING: (
            _("Name for links"),
            _("Links and pictures under your own name, once the brand's public address uses it."),
        ),
    }
