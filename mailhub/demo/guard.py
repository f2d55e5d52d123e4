"""Keeps the example people from being mailed in earnest: their letters go to the capture mailbox or nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from mailhub.delivery.contracts import DispatchFacts, MergeData, Recipient, RecipientSource, Refusal
from mailhub.delivery.models import Dispatch
from mailhub.delivery.services import routing
from mailhub.demo.models import DemoLoad

REASON = "example_person"
DETAIL = "This person is example data; only the capture mailbox takes such letters."


@dataclass(frozen=True, slots=True)
class ExampleGuard:
    """A recipient source that refuses example people whenever the letter would really leave.

    Asked at the last moment before a letter is composed, for whatever producer: nothing that is launched,
    resumed or confirmed later slips by, and no route that is set later.
    """

    inner: RecipientSource

    def resolve(
        self, batch: Sequence[Recipient], *, dispatch: DispatchFacts
    ) -> Mapping[int, MergeData | Refusal]:
        answers = self.inner.resolve(batch, dispatch=dispatch)
        invented = _hashes_now()
        ours = [recipient for recipient in batch if recipient.address_hash in invented]
        if not ours or _stays_in_house(dispatch.id):
            return answers
        return {**answers, **{recipient.message_id: Refusal(REASON, DETAIL) for recipient in ours}}

    def describe(self, recipient: Recipient) -> MergeData | None:
        return self.inner.describe(recipient)


def _stays_in_house(dispatch_id: int) -> bool:
    dispatch = Dispatch.objects.get(pk=dispatch_id)
    return routing.captures(dispatch.stream, dispatch.brand_id)


def _hashes_now() -> frozenset[str]:
    changed_at = DemoLoad.objects.values_list("changed_at", flat=True).first()
    return _hashes(changed_at) if changed_at else frozenset()


@lru_cache(maxsize=2)
def _hashes(changed_at: datetime) -> frozenset[str]:
    """Read once a process and step of the load: a batch costs one look at a table of one row."""
    found = DemoLoad.objects.values_list("hashes", flat=True).first()
    return frozenset(found or ())
