"""Weighs what comes in at public doors: robots are caught, crowds wait, and nobody is told which (rules 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.core import signing

from contacts.models import SignUpState
from contacts.services import proof
from mailhub.delivery.tracking import networks
from mailhub.lib import clock, keys, limits

HOUR = 3600
# How many may come in an hour; the others wait until the hour is over.
PER_ADDRESS, PER_IP, PER_NETWORK = 10, 30, 120
# How many in a minute are a crowd, for one form and for the whole installation.
CROWD_AT_FORM, CROWD = 30, 60
CROWD_WAITS = timedelta(minutes=2)
# Nobody types an address faster.
FASTEST = timedelta(seconds=2)
HASTY_WAITS = timedelta(seconds=20)
HASTY_FROM_IP = 20
# People do not see this field, and what fills in every field is no person.
TRAP_FIELD = "homepage"
STAMP_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the form tells of whoever filled it in.

    `trap` is what stood in the field that people do not see, `stamp` what `stamp()` put into the page,
    `proof` the answer to `proof.challenge()`. All may be empty: other sites' pages carry no stamp.
    """

    trap: str = ""
    stamp: str = ""
    proof: str = ""


NO_SIGNS = Signs()


@dataclass(frozen=True, slots=True)
class Weighed:
    """`waiting` from `due_at` on, or `caught`; `sign` says in one word why it is not at once."""

    state: str
    due_at: datetime
    sign: str = ""


def stamp() -> str:
    """When this page was made, signed, for a hidden field of its form."""
    return _signer().sign(str(int(clock.now().timestamp() * 1000)))


def weigh(signs: Signs, *, address_hash: str, ip: str | None, place: str, now: datetime) -> Weighed:
    """What is to become of one request; always counts the same things, whoever it is.

    `place` names the form, so that its crowd is counted apart.
    """
    proven = proof.holds(signs.proof)
    waits = [
        _limit("address", address_hash, PER_ADDRESS),
        _limit("ip", _own_net(ip), PER_IP),
        _limit("network", networks.neighbourhood(ip or ""), PER_NETWORK),
        _crowd(place, proven=proven),
        _haste(signs, ip, proven=proven),
    ]
    if signs.trap:
        return Weighed(SignUpState.CAUGHT, now, "honeypot")
    if any(sign == "too hasty" for sign, _wait in waits):
        return Weighed(SignUpState.CAUGHT, now, "hasty")
    sign, longest = max(waits, key=lambda wait: wait[1])
    return Weighed(SignUpState.WAITING, now + longest, sign if longest else "")


def may_pass(ip: str | None) -> timedelta:
    """How long one that waited for an hour's limit still has to wait; zero when it may go on."""
    waits = [
        _limit("ip", _own_net(ip), PER_IP),
        _limit("network", networks.neighbourhood(ip or ""), PER_NETWORK),
    ]
    return max(wait for _sign, wait in waits)


def _limit(kind: str, key: str, limit: int) -> tuple[str, timedelta]:
    if not key:
        return kind, timedelta(0)
    taken = limits.take(f"public-{kind}", key, limit=limit, seconds=HOUR)
    return kind, timedelta(seconds=0 if taken.allowed else taken.retry_after_seconds)


def _crowd(place: str, *, proven: bool) -> tuple[str, timedelta]:
    here = limits.take("public-crowd", place, limit=CROWD_AT_FORM, seconds=60)
    everywhere = limits.take("public-crowd", "", limit=CROWD, seconds=60)
    if proven or (here.allowed and everywhere.allowed):
        return "crowd", timedelta(0)
    return "crowd", CROWD_WAITS


def _haste(signs: Signs, ip: str | None, *, proven: bool) -> tuple[str, timedelta]:
    age = _age(signs.stamp)
    if proven or age is None or age >= FASTEST:
        return "hasty", timedelta(0)
    # A browser that fills in by itself may be as fast once; a machine is so again and again.
    again = limits.take("public-hasty", _own_net(ip) or "unknown", limit=HASTY_FROM_IP, seconds=HOUR)
    return ("hasty", HASTY_WAITS) if again.allowed else ("too hasty", HASTY_WAITS)


def _age(text: str) -> timedelta | None:
    """How old the page is; None when it does not say, or nothing that can be believed."""
    try:
        made_at = int(_signer().unsign(text))
    except (signing.BadSignature, ValueError):
        return None
    age = clock.now().timestamp() * 1000 - made_at
    return timedelta(milliseconds=age) if age <= STAMP_LIFETIME.total_seconds() * 1000 else None


def _signer() -> signing.Signer:
    fallbacks: list[bytes | str] = [key.hex() for key in keys.derive_all("form-stamp")[1:]]
    return signing.Signer(key=keys.derive("form-stamp").hex(), fallback_keys=fallbacks, salt="form-stamp")


def _own_net(ip: str | None) -> str:
    """The address itself; of IPv6 the /64, which one household has to itself."""
    try:
        parsed = ip_address(ip or "")
    except ValueError:
        return ""
    return str(ip_network(f"{parsed}/64", strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)
