"""News of people that goes upstairs, after commit, in the process where it happened."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.dispatch import Signal

# kind: str (below), contact_ids: list[int], list_id: int (0 = no list).
happened = Signal()

SUBSCRIBED = "subscription confirmed"
UNSUBSCRIBED = "unsubscribed"


def tell(kind: str, *, contact_ids: list[int], list_id: int) -> None:
    """Send `happened` once the present transaction is in the database."""
    news = partial(happened.send, None, kind=kind, contact_ids=contact_ids, list_id=list_id)
    transaction.on_commit(news, robust=True)
