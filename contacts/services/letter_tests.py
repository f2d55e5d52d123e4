"""Sends test letters through the ledger: untracked, and their links act on nobody but who reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.content import previewing
from mailhub.content.models import TestLetter
from mailhub.content.previewing import NewTest, Result, Sender
from mailhub.delivery import contracts
from mailhub.delivery.contracts import DispatchFacts, MergeData, Recipient
from mailhub.delivery.models import Brand, Dispatch, Message
from mailhub.delivery.models.ledger import Lane, MessageState, Stream
from mailhub.delivery.services import compiling, composing, domains, ledger, single
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

SOURCE = "letter_test"
PRODUCER = "test"
SETTLED = frozenset(
    {MessageState.SENT, MessageState.FAILED, MessageState.SKIPPED, MessageState.CANCELLED}
    | {MessageState.UNCERTAIN}
)


class NoBrand(UserError):
    """There is nobody whom a letter could come from."""


class TrialSource:
    """The recipient source of test letters: the data of the person who was chosen, whoever reads it.

    The links carry the reader's address alone: unsubscribing in a test never touches the chosen person.
    """

    def resolve(self, batch: Sequence[Recipient], *, dispatch: DispatchFacts) -> Mapping[int, MergeData]:
        values = _values(dispatch.producer_id)
        return {recipient.message_id: MergeData(values, tracking="off") for recipient in batch}

    def describe(self, recipient: Recipient) -> MergeData | None:
        dispatch = Dispatch.objects.filter(pk=recipient.dispatch_id).first()
        return MergeData(_values(dispatch.producer_id), tracking="off") if dispatch else None


class TrialPost:
    """What content's editor asks of the post office (`mailhub.content.previewing.Post`)."""

    def brands(self) -> list[tuple[int, str]]:
        return list(Brand.objects.order_by("id").values_list("id", "name"))

    def values(self, brand_id: int) -> dict[str, Any]:
        brand = _brand(brand_id)
        if brand is None:
            return {}
        pages = contracts.public_pages()
        urls = {
            "unsubscribe_url": f"{brand.base_url}{pages.unsubscribe}preview" if pages else "",
            "preferences_url": f"{brand.base_url}{pages.preferences}preview" if pages else "",
            "view_url": f"{brand.base_url}/v/preview",
        }
        return {**composing.brand_values(brand), **urls}

    def send(self, test: NewTest) -> int:
        return _send(test).pk

    def results(self, dispatch_id: int) -> list[Result]:
        rows = Message.objects.filter(dispatch_id=dispatch_id).order_by("id")
        return [
            Result(row.address, row.state, row.reason, row.reply, row.state in SETTLED, row.settled_at)
            for row in rows
        ]


@transaction.atomic
def _send(test: NewTest) -> Dispatch:
    """Open a dispatch for the test and wake the express worker after commit.

    Transactional, so that a look at a letter never counts against the frequency cap of who looks. Raises
    NoBrand, domains.SenderRefused, InvalidAddress, LetterError.
    """
    brand = _brand(test.brand_id)
    sender = test.sender or (_own_sender(brand) if brand else None)
    if brand is None or sender is None:
        raise NoBrand(_("No letter can leave yet: say in Settings → Brand from which address yours come."))
    # A look at one's own letter must not wait for DNS; mailbox providers' domains are refused all the same.
    domains.check_sender(sender.address, allow_unverified=True)
    dispatch = ledger.open_dispatch(
        stream=Stream.TRANSACTIONAL,
        lane=Lane.EXPRESS,
        brand=brand,
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        source=SOURCE,
        producer=PRODUCER,
        producer_id=test.test_id,
        tracking="off",
    )
    compiling.compile_trial(dispatch, test.source, schema=previewing.schema())
    for address in test.addresses:
        to = single.To(addresses.parse(address), locale=test.source.locale)
        ledger.record_recipients(dispatch, single.audience_of(to))
    ledger.release(dispatch)
    return dispatch


def _brand(brand_id: int) -> Brand | None:
    brands = Brand.objects.order_by("id")
    return (brands.filter(pk=brand_id).first() if brand_id else None) or brands.first()


def _own_sender(brand: Brand) -> Sender | None:
    return Sender(brand.sender_address, brand.sender_name or brand.name) if brand.sender_address else None


def _values(test_id: int) -> dict[str, Any]:
    test = TestLetter.objects.filter(pk=test_id).first()
    values = previewing.values(test.reader_key if test else "", user=None)
    return {"contact": values["contact"], "list": values.get("list") or {"name": None, "slug": None}}
