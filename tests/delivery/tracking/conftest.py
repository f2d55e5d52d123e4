"""A dispatch with links and letters that were sent, for the tracker's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailhub.delivery.models import Brand, Dispatch, DispatchLink, Message
from mailhub.delivery.models.ledger import DispatchState, Lane, MessageState, Stream
from mailhub.delivery.services import partitions
from mailhub.delivery.tracking import buffer

SENT_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def valkey_is_not_avoided() -> None:
    """An outage that one test made must not reach into the next."""
    buffer.forget_outage()


@pytest.fixture
def dispatch(db: None) -> Dispatch:
    made = Dispatch.objects.create(
        state=DispatchState.SENDING,
        stream=Stream.MARKETING,
        lane=Lane.BULK,
        brand=Brand.objects.create(name="Shop"),
        sender_address="news@example.org",
        source="tracking tests",
        producer="campaign",
        obeyed_reasons="",
        created_at=SENT_AT - timedelta(minutes=1),
    )
    partitions.ensure(made.pk)
    for number in (1, 2):
        template = f"https://shop.example.org/{number}?who={{{{ contact.first_name }}}}&b=[2]#part"
        DispatchLink.objects.create(dispatch=made, number=number, template=template)
    return made


@pytest.fixture
def make_message(dispatch: Dispatch) -> Callable[..., Message]:
    def make(
        name: str = "ann", *, settled_at: datetime | None = SENT_AT, contact_id: int | None = 5
    ) -> Message:
        return Message.objects.create(
            dispatch=dispatch,
            recipient_key=name,
            address=f"{name}@example.org",
            address_hash=name.encode().hex().ljust(32, "0")[:32],
            contact_id=contact_id,
            state=MessageState.SENT if settled_at else MessageState.CLAIMED,
            settled_at=settled_at,
        )

    return make
