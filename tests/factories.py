"""Plain makers of the things that tests talk about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailhub.delivery.contracts import AudienceQuery
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Brand, Dispatch, PreparedLetter
from mailhub.delivery.services import ledger, single

SENDER = "news@shop.example"


def make_brand(*, name: str = "Shop", postal_address: str = "1 High Street\nTown", **fields: Any) -> Brand:
    return Brand.objects.create(name=name, postal_address=postal_address, **fields)


def make_dispatch(
    *, brand: Brand | None = None, stream: str = "marketing", lane: str = "bulk", **fields: Any
) -> Dispatch:
    """A dispatch that is still recording, with a ready-made letter."""
    dispatch = ledger.open_dispatch(
        stream=stream,
        lane=lane,
        brand=brand or Brand.objects.first() or make_brand(),
        sender_address=fields.pop("sender_address", SENDER),
        source=fields.pop("source", single.SOURCE),
        producer=fields.pop("producer", "campaign"),
        **fields,
    )
    letter = single.mime_of(subject="Hello", text="Hello", html="", sender=SENDER, to="people@shop.example")
    PreparedLetter.objects.create(dispatch=dispatch, mime=letter)
    return dispatch


def addresses_of(count: int) -> list[str]:
    return [f"person{number}@example.org" for number in range(count)]


def audience_of(addresses: Sequence[str], *, list_key: str = "") -> AudienceQuery:
    """Everybody in `addresses`, written out."""
    rows, params = [], {"list_key": list_key}
    for number, address in enumerate(addresses):
        rows.append(
            f"SELECT %(hash{number})s AS recipient_key, %(address{number})s AS address,"
            f" %(hash{number})s AS address_hash, CAST({number + 1} AS bigint) AS contact_id,"
            " %(list_key)s AS list_key, '' AS locale, CAST(NULL AS timestamptz) AS not_before"
        )
        params |= {f"hash{number}": address_hash(address), f"address{number}": address}
    return AudienceQuery(" UNION ALL ".join(rows), params)


def make_sending_dispatch(addresses: Sequence[str], **fields: Any) -> Dispatch:
    """A released dispatch to `addresses`."""
    list_key = fields.pop("list_key", "")
    dispatch = make_dispatch(**fields)
    for start in range(0, len(addresses), 200):
        ledger.record_recipients(dispatch, audience_of(addresses[start : start + 200], list_key=list_key))
    ledger.release(dispatch)
    return dispatch
