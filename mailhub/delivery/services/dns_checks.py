"""Looks a sending domain's records up, remembers what DNS said, and says what it means."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from mailhub.delivery import lookup
from mailhub.delivery.lookup import Answer, Ask, LookupFailed, NotAsked
from mailhub.delivery.models import SendingDomain
from mailhub.delivery.services import dns_records, dns_verdicts, domains
from mailhub.delivery.services.dns_records import DnsRecord, Kind
from mailhub.delivery.services.dns_verdicts import MISSING, OK, UNKNOWN, WRONG, Verdict
from mailhub.lib import clock

# A person may be waiting at the page.
BUDGET_SECONDS = 5.0
WHILE_WATCHED, LATER = timedelta(minutes=5), timedelta(days=1)
# The worker that does this also sends single letters: with a silent name server each takes the whole budget.
AT_ONCE = 5

READY, WORKS, BLOCKED, UNCHECKED = "ready", "works", "blocked", "unchecked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One record as it should be, and what DNS was found to say of it."""

    kind: Kind
    record: DnsRecord
    verdict: Verdict
    selector: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`state` is ready, works, blocked or unchecked; `head` says it in words."""

    state: str
    head: str
    findings: list[Finding]

    @property
    def is_complete(self) -> bool:
        """Whether every record is there and right."""
        return all(finding.verdict.state == OK for finding in self.findings)


def check(domain: SendingDomain, *, ask: Ask | None = None, now: datetime | None = None) -> Report:
    """Look all records up, in five seconds at most, and remember the answers on the domain.

    A new key that DNS shows takes over from the one before. A name server that is silent leaves an
    earlier verification standing.
    """
    now = now or clock.now()
    asked = ask or lookup.ask_until(time.monotonic() + BUDGET_SECONDS)
    domain.answers, domain.checked_at = _answers(dns_records.by_kind(domain), asked), now
    _weigh_keys(domain, now)
    found = report(domain)
    watched = domain.watched_until is not None and now < domain.watched_until
    soon = watched and not (found.is_complete and domain.verified_at)
    domain.next_check_at = now + (WHILE_WATCHED if soon else LATER)
    domain.save(update_fields=["answers", "checked_at", "next_check_at", "verified_at", "problem"])
    return found


def report(domain: SendingDomain) -> Report:
    """What the last check's answers mean for the records as they should be now; asks nobody."""
    ask = _replay(domain.answers)
    findings = [
        Finding(kind, record, dns_verdicts.judge(kind, record, ask))
        for kind, record in dns_records.by_kind(domain)
    ]
    if domain.checked_at is None:
        head = _("The records of {domain} have not been looked up yet.").format(domain=domain.name)
        return Report(UNCHECKED, head, findings)
    return Report(*_summary(domain, findings), findings)


def check_due(now: datetime | None = None) -> int:
    """Check the domains whose time has come; how many."""
    now = now or clock.now()
    due = SendingDomain.objects.filter(Q(next_check_at=None) | Q(next_check_at__lte=now))
    found = list(due.select_related("brand").order_by(F("next_check_at").asc(nulls_first=True))[:AT_ONCE])
    for domain in found:
        check(domain, now=now)
    return len(found)


def watch(domain: SendingDomain) -> None:
    """Somebody works at the records: look them up every few minutes for the next two days."""
    domain.watched_until = clock.now() + domains.WATCHED_FOR
    domain.save(update_fields=["watched_until"])


def _answers(expected: list[tuple[Kind, DnsRecord]], ask: Ask) -> dict[str, Any]:
    """What DNS says on all that the judges ask, gathered side by side."""
    said: dict[str, Any] = {}

    def noted(name: str, kind: str) -> Answer:
        try:
            answer = ask(name, kind)
        except LookupFailed as error:
            said[f"{kind} {name}"] = {"failed": str(error)}
            raise
        said[f"{kind} {name}"] = {
            "values": list(answer.values),
            "alias": answer.alias,
            "server": answer.server,
        }
        return answer

    with ThreadPoolExecutor(max(len(expected), 1), thread_name_prefix="dns") as threads:
        for done in [threads.submit(dns_verdicts.judge, kind, record, noted) for kind, record in expected]:
            done.result()
    return said


def _replay(said: Mapping[str, Any]) -> Ask:
    def ask(name: str, kind: str) -> Answer:
        known = said.get(f"{kind} {name}")
        if known is None:
            raise NotAsked(name)
        if "failed" in known:
            raise LookupFailed(known["failed"])
        return Answer(tuple(known["values"]), known["alias"], known["server"])

    return ask


def _weigh_keys(domain: SendingDomain, now: datetime) -> None:
    """Verified or not by the key that signs; a pending key that is published becomes that key.

    Where the relay signs, it is the relay's to know the domain.
    """
    if domain.relay_signs:
        domain.verified_at, domain.problem = now, ""
        return
    ask = _replay(domain.answers)
    for key in domain.keys.filter(retired_at=None).order_by("id"):
        verdict = dns_verdicts.judge(Kind.DKIM, dns_records.key_record(domain, key), ask)
        if key.pending:
            if verdict.state == OK:
                domains.take_over(key)
                domain.verified_at, domain.problem = now, ""
        elif verdict.state == UNKNOWN:
            domain.problem = domain.problem if domain.verified_at else verdict.sentence
        else:
            domain.problem = verdict.sentence
            domain.verified_at = None if verdict.state != OK else now


def _summary(domain: SendingDomain, findings: list[Finding]) -> tuple[str, str]:
    if domain.verified_at is None:
        problem = domain.problem or _("its DKIM key was not found")
        return BLOCKED, _("{domain} cannot send yet. {problem}").format(domain=domain.name, problem=problem)
    able = _("{domain} can send.").format(domain=domain.name)
    for finding in sorted(findings, key=lambda finding: _urgency(finding.verdict.state)):
        if finding.kind is Kind.TRACKING and finding.verdict.state == MISSING:
            continue
        if finding.verdict.state != OK or finding.verdict.sentence:
            return WORKS, f"{able} {finding.verdict.sentence}"
    return READY, _("{domain} can send, and all its records are right.").format(domain=domain.name)


def _urgency(state: str) -> int:
    return [WRONG, MISSING, UNKNOWN, OK].index(state)
