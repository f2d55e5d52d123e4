"""Writes one act of consent, and with it where the contact stands now. Called by `consent` alone."""

from __future__ import annotations

from datetime import datetime

from contacts.models import ConsentAction, ConsentRecord, Contact, List, Subscription, SubscriptionState
from contacts.services import history
from contacts.services.evidence import Act

GRANTING = (ConsentAction.GRANTED, ConsentAction.CONFIRMED)


def lock(contact: Contact) -> None:
    """Acts of one contact follow one another: each reads the standing that the last one left."""
    Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk).values_list("pk").first()


def standing(contact: Contact, *, list_id: int) -> history.Standing:
    records = ConsentRecord.objects.filter(contact=contact, list_id=list_id)
    acts = records.order_by("pk").values_list("list_id", "action")
    return history.replay(acts).get(list_id, history.Standing())


def rebuild(contact: Contact) -> dict[int, str]:
    """Where the contact stands with each list, from the consent records alone."""
    # Acts count in the order in which they were recorded: an import may state an older moment.
    acts = ConsentRecord.objects.filter(contact=contact).order_by("pk").values_list("list_id", "action")
    return {list_id: found.state for list_id, found in history.replay(acts).items() if found.state}


def append(contact: Contact, list_: List, action: ConsentAction, *, act: Act) -> str:
    """Record the act and bring the subscription to what the records now say; the new state, "" = none."""
    before = standing(contact, list_id=list_.pk)
    write(contact.address_hash, list_.pk, action, act=act, contact=contact, list_name=list_.name)
    state = history.step(before, action).state
    _keep(contact, list_, state, action=action, act=act)
    return state


def write(
    address_hash: str,
    list_id: int,
    action: ConsentAction,
    *,
    act: Act,
    contact: Contact | None = None,
    list_name: str = "",
) -> None:
    """One row of proof; without a contact when only the keyed hash is left of the person."""
    ConsentRecord.objects.create(
        contact=contact,
        address_hash=address_hash,
        list_id=list_id,
        list_name=list_name,
        action=action,
        basis=act.basis,
        basis_expires_at=act.basis_expires_at,
        method=act.method,
        source=act.source,
        wording=act.evidence.wording,
        form_version=act.evidence.form_version,
        ip=act.evidence.ip,
        user_agent=act.evidence.user_agent[:400],
        actor=act.evidence.actor,
        occurred_at=act.at,
        recorded_at=act.at,
    )


def _keep(contact: Contact, list_: List, state: str, *, action: str, act: Act) -> None:
    rows = Subscription.objects.filter(contact=contact, list=list_)
    if not state:
        rows.delete()
        return
    row = rows.first() or Subscription(contact=contact, list=list_)
    if action in GRANTING:
        row.basis_expires_at = _longer(row, act.basis_expires_at)
    if state != row.state or action == ConsentAction.REQUESTED:
        row.state, row.changed_at = state, act.at
    row.save()


def _longer(row: Subscription, expires_at: datetime | None) -> datetime | None:
    """Express consent does not end, and a purchase never shortens what was agreed before."""
    if row.state != SubscriptionState.SUBSCRIBED:
        return expires_at
    if row.basis_expires_at is None or expires_at is None:
        return None
    return max(row.basis_expires_at, expires_at)
