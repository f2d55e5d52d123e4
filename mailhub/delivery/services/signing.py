"""Who signs letters from a domain, and with which key: asked at most every two seconds in each process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from mailhub.delivery.dkim import Signer
from mailhub.delivery.models import DkimKey, SendingDomain
from mailhub.delivery.services import dns_records
from mailhub.lib import clock, keys

PURPOSE = "dkim"
# How long a change may take to reach every worker.
TTL = timedelta(seconds=2)
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Signing:
    """What letters from a domain depend on: equal as long as they would come out alike.

    `return_path` is "" for a domain that is not ours; `selector` and `private_key` (encrypted) are "" where
    MailHub does not sign.
    """

    domain: str
    return_path: str = ""
    selector: str = ""
    private_key: str = field(default="", repr=False)

    @property
    def signer(self) -> Signer | None:
        """Decrypted and parsed once a process; raises UnknownKey when MAILHUB_KEYS lacks the key of its time."""
        return _signer(self.domain, self.selector, self.private_key) if self.private_key else None


@dataclass(frozen=True, slots=True)
class _Answer:
    signing: Signing
    asked_at: datetime
    until: float


_kept: dict[str, _Answer] = {}


def current(domain_name: str, *, since: datetime) -> Signing:
    """How letters from exactly this domain (in DNS's form) are signed, as of at most TTL ago and not before `since`."""
    answer = _kept.get(domain_name)
    if answer is None or time.monotonic() >= answer.until or answer.asked_at < since:
        asked_at, until = clock.now(), time.monotonic() + TTL.total_seconds()
        answer = _Answer(read(domain_name), asked_at, until)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[domain_name] = answer
    return answer.signing


def forget() -> None:
    """Read anew at the next question: something was just changed in this process."""
    _kept.clear()


def read(domain_name: str) -> Signing:
    """How letters from exactly this domain are signed now, by the newest unretired key. One query or two."""
    key = key_of(domain_name)
    if key is None:
        known = SendingDomain.objects.filter(name=domain_name).first()
        return Signing(domain_name, dns_records.return_path_host(known) if known else "")
    return_path = dns_records.return_path_host(key.domain)
    if key.domain.relay_signs:
        return Signing(domain_name, return_path)
    return Signing(domain_name, return_path, key.selector, key.private_key)


def key_of(domain_name: str) -> DkimKey | None:
    """The key of a domain that signs, or would if the relay did not."""
    found = DkimKey.objects.filter(domain__name=domain_name, retired_at=None, pending=False)
    return found.select_related("domain").order_by("-created_at", "-id").first()


@lru_cache(maxsize=256)
def _signer(domain_name: str, selector: str, encrypted: str) -> Signer:
    return Signer(domain_name, selector, keys.decrypt(encrypted, purpose=PURPOSE))
