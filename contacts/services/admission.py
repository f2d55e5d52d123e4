"""Settles sign-ups that the doors took in: the row is the queue, a few at a time, oldest first."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from contacts.models import CustomField, List, SignUp, SignUpState
from contacts.services import people, protection, signups
from contacts.services.evidence import Evidence
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)

# One look of the beat, every five seconds: a crowd is let in at this rate.
BATCH = 50
HELD_BY_LIMITS = frozenset({"ip", "network", "address"})
# Whoever is still over the limit after a day was no person.
GIVE_UP_AFTER = timedelta(hours=24)
TRY_AGAIN_AFTER = timedelta(minutes=10)
# As long as a sign-up that nobody confirms.
FORGET_AFTER = timedelta(days=30)


def settle_due(*, now: datetime) -> int:
    """Turn what is due into contacts, consent and questions by mail; how many were settled."""
    due = SignUp.objects.filter(state=SignUpState.WAITING, due_at__lte=now)
    ids = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_settle(pk, now=now) for pk in ids)


def forget_old(*, now: datetime) -> int:
    """Delete settled rows, and those that still wait for a sender, after 30 days; how many."""
    count, _ = SignUp.objects.filter(received_at__lt=now - FORGET_AFTER).delete()
    return count


def _settle(pk: int, *, now: datetime) -> bool:
    """One row, in one transaction; on a mistake of ours in the brand it waits, and says why."""
    try:
        with transaction.atomic():
            row = SignUp.objects.select_for_update().filter(pk=pk, state=SignUpState.WAITING).first()
            return row is not None and _settle_locked(row, now=now)
    except UserError as error:
        waits = {"due_at": now + TRY_AGAIN_AFTER, "problem": str(error)}
        SignUp.objects.filter(pk=pk, state=SignUpState.WAITING).update(**waits)
        logger.warning("Sign-up %s waits: %s", pk, error)
        return False


def _settle_locked(row: SignUp, *, now: datetime) -> bool:
    if row.sign in HELD_BY_LIMITS:
        wait = protection.may_pass(row.ip)
        if wait and now - row.received_at >= GIVE_UP_AFTER:
            _close(row, SignUpState.DROPPED, now=now)
            return True
        if wait:
            SignUp.objects.filter(pk=row.pk).update(due_at=now + wait)
            return False
    _admit(row)
    _close(row, SignUpState.TAKEN, now=now)
    return True


def _admit(row: SignUp) -> None:
    lists = list(List.objects.select_related("brand").filter(pk__in=row.list_ids).order_by("pk"))
    if not lists:
        return
    contact, is_new = people.get_or_create(row.email, values=_values(row))
    if is_new and row.custom:
        contact = people.update(contact, custom=_known(row.custom))
    signups.start_many(
        contact,
        lists,
        method=row.method,
        source=row.source,
        evidence=Evidence(row.ip, row.user_agent, row.wording, row.form_version, row.actor),
        brought_contact=is_new,
    )


def _values(row: SignUp) -> dict[str, object]:
    """What a new contact begins with. Whoever is known already is not changed by what a stranger typed."""
    return {"source": row.source, "locale": row.language, **row.values}


def _known(custom: dict[str, object]) -> dict[str, object]:
    """Without the fields that were deleted between the sign-up and now."""
    keys = set(CustomField.objects.filter(key__in=list(custom)).values_list("key", flat=True))
    return {key: value for key, value in custom.items() if key in keys}


def _close(row: SignUp, state: str, *, now: datetime) -> None:
    """The consent records keep what counts; of the person only the hash stays here."""
    SignUp.objects.filter(pk=row.pk).update(
        state=state, settled_at=now, problem="", email="", values={}, custom={}, ip=None, user_agent=""
    )
