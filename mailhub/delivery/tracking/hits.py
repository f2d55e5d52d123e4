"""One request for a pixel or a tracked link, as it waits to be written."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, Literal

from mailhub.delivery.tokens import Payload
from mailhub.delivery.tracking import grading
from mailhub.lib import clock

HitType = Literal["opened", "clicked"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
AGENT_LENGTH = 400
# Browsers, proxies and mail apps that fetch ahead of a person say so in one of these.
PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


@dataclass(frozen=True, slots=True)
class Hit:
    """What is kept of the request. An anonymous one has no message_id, ip nor user_agent: it is graded
    at the door, and `grade` and `rule` stand for them."""

    key: str
    type: HitType
    occurred_at: datetime
    dispatch_id: int
    message_id: int
    link_number: int | None
    ip: str
    user_agent: str
    prefetch: bool
    grade: str = ""
    rule: str = ""

    def dumps(self) -> str:
        """A compact JSON array; the time in microseconds since 1970."""
        occurred = (self.occurred_at - EPOCH) // MICROSECOND
        fields = [self.key, self.type, occurred, self.dispatch_id, self.message_id, self.link_number]
        fields += [self.ip, self.user_agent, self.prefetch, self.grade, self.rule]
        return json.dumps(fields, separators=(",", ":"))


def loads(text: str | bytes) -> Hit:
    """What `dumps` wrote; raises ValueError or TypeError for anything else."""
    key, hit_type, occurred, *rest = json.loads(text)
    return Hit(key, hit_type, EPOCH + occurred * MICROSECOND, *rest)


def from_visit(visit: Mapping[str, Any], *, type: HitType, payload: Payload) -> Hit:
    """The hit that a request is, by its WSGI environ with the customer's own address as REMOTE_ADDR.

    It has a key of its own: however often it is written, it is one event.
    """
    ip = _address(visit.get("REMOTE_ADDR", ""))
    user_agent = visit.get("HTTP_USER_AGENT", "").replace("\x00", "").strip()[:AGENT_LENGTH]
    prefetch = any(visit.get(header) for header in PREFETCH_HEADERS)
    grade = rule = ""
    if not payload.message_id:
        verdict = grading.grade(grading.Evidence(type, ip, user_agent, prefetch=prefetch))
        grade, rule, ip, user_agent, prefetch = verdict.grade, verdict.rule, "", "", False
    return Hit(
        key=f"hit:{secrets.token_urlsafe(12)}",
        type=type,
        occurred_at=clock.now(),
        dispatch_id=payload.dispatch_id,
        message_id=payload.message_id,
        link_number=payload.number if type == "clicked" else None,
        ip=ip,
        user_agent=user_agent,
        prefetch=prefetch,
        grade=grade,
        rule=rule,
    )


def _address(text: str) -> str:
    """The address as databases take it: no zone, IPv4 in its own notation; "" for a unix socket."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
