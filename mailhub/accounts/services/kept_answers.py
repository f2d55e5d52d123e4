"""Keeps what a write was answered, so that its Idempotency-Key makes it happen once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from mailhub.accounts.models import ApiKey, KeptAnswer
from mailhub.lib.errors import UserError

KEPT_FOR = timedelta(hours=24)
# Longer than any request takes; what is silent for so long has died.
LEASE = timedelta(minutes=2)
FORGOTTEN_AT_ONCE = 1000


class KeyReused(UserError):
    """The Idempotency-Key came before with another request."""


class InProgress(UserError):
    """The same request is being carried out at this moment."""


class LeaseLost(UserError):
    """Another request has taken over; nothing of this one is kept."""


def begin(api_key: ApiKey, key: str, *, fingerprint: str, now: datetime) -> KeptAnswer:
    """The row of this key: with its answer when there is one, else leased to the caller, who does the work.

    Raises KeyReused, InProgress. Committed at once, so that a second request sees it.
    """
    lease = secrets.token_hex(16)
    KeptAnswer.objects.filter(api_key=api_key, key=key, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                api_key=api_key,
                key=key,
                fingerprint=fingerprint,
                lease=lease,
                lease_until=now + LEASE,
                created_at=now,
                expires_at=now + KEPT_FOR,
            )
    except IntegrityError:
        return _again(api_key, key, fingerprint=fingerprint, lease=lease, now=now)


def keep(row: KeptAnswer, *, status: int, body: str, headers: dict[str, str]) -> None:
    """Write the answer, in the transaction of the work. Raises LeaseLost, which takes the work back."""
    mine = KeptAnswer.objects.filter(pk=row.pk, lease=row.lease, status=None)
    if not mine.update(status=status, body=body, headers=headers):
        raise LeaseLost("The request took too long and was carried out by another one; ask again.")


def release(row: KeptAnswer) -> None:
    """The work was refused and left nothing: the key may be used again."""
    KeptAnswer.objects.filter(pk=row.pk, lease=row.lease, status=None).delete()


def forget_old(*, now: datetime) -> int:
    """Delete answers whose day is over; how many."""
    old = KeptAnswer.objects.filter(expires_at__lte=now).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    return KeptAnswer.objects.filter(pk__in=list(old)).delete()[0]


def _again(api_key: ApiKey, key: str, *, fingerprint: str, lease: str, now: datetime) -> KeptAnswer:
    row = KeptAnswer.objects.filter(api_key=api_key, key=key).first()
    if row is None:  # released between the two looks
        raise InProgress("The same request was being carried out; ask again.")
    if row.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key came before with another request; take a new key.")
    if row.status is not None:
        return row
    # One that died holds nothing: its work was not committed without its answer.
    over = KeptAnswer.objects.filter(pk=row.pk, lease=row.lease, status=None, lease_until__lte=now)
    if not over.update(lease=lease, lease_until=now + LEASE):
        raise InProgress("The request with this Idempotency-Key is still being carried out; ask again.")
    row.lease = lease
    return row
