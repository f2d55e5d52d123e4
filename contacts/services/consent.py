"""The only writer of subscriptions and consent records: agreeing, leaving, coming back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from contacts import signals
from contacts.models import (
    Confirmation,
    ConsentAction,
    ConsentMethod,
    ConsentRecord,
    Contact,
    LegalBasis,
    List,
    Subscription,
    SubscriptionState,
)
from contacts.services import journal
from contacts.services.evidence import NOTHING_KNOWN, Act, Evidence
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression

# An unsubscribe can be taken back by its own page for so long; later one signs up again.
UNDO_WINDOW = timedelta(days=7)
ON_LIST = (SubscriptionState.SUBSCRIBED, SubscriptionState.PENDING)
LEFT = "unsubscribed"
# By which methods somebody left what a page may take back, by the page's own method.
TAKEN_BACK_BY = {
    ConsentMethod.PAGE: (ConsentMethod.PAGE, ConsentMethod.ONE_CLICK),
    ConsentMethod.PREFERENCES: (ConsentMethod.PREFERENCES,),
}

rebuild = journal.rebuild
lock = journal.lock


@transaction.atomic
def grant(
    contact: Contact,
    list_: List,
    *,
    method: str,
    basis: str = LegalBasis.EXPRESS,
    basis_expires_at: datetime | None = None,
    source: str = "",
    confirmed: bool = False,
    evidence: Evidence = NOTHING_KNOWN,
) -> bool:
    """The contact is subscribed afterwards, with the proof; False when that is refused.

    `confirmed` says that it was verifiably the person's own act, by a link in their mailbox: it lifts an
    earlier unsubscribe. Without it nobody is revived who unsubscribed or is suppressed (rules 2.4).
    """
    journal.lock(contact)
    if not confirmed and _must_stay_away(contact, list_):
        return False
    act = Act(method, source, basis, basis_expires_at, evidence)
    _subscribe(contact, list_, ConsentAction.GRANTED, act=act, lift=confirmed)
    return True


@transaction.atomic
def request(
    contact: Contact, list_: List, *, method: str, source: str = "", evidence: Evidence = NOTHING_KNOWN
) -> bool:
    """The contact waits for confirmation afterwards; False for who is on the list already.

    Writes the record only; `signups.start` also mails the question.
    """
    journal.lock(contact)
    if journal.standing(contact, list_id=list_.pk).state == SubscriptionState.SUBSCRIBED:
        return False
    journal.append(contact, list_, ConsentAction.REQUESTED, act=Act(method, source, evidence=evidence))
    return True


@transaction.atomic
def confirm(contact: Contact, list_: List, *, source: str = "", evidence: Evidence = NOTHING_KNOWN) -> bool:
    """The pending contact is subscribed afterwards; False when it was not pending."""
    journal.lock(contact)
    if journal.standing(contact, list_id=list_.pk).state != SubscriptionState.PENDING:
        return False
    act = Act("confirmation", source, LegalBasis.EXPRESS, evidence=evidence)
    _subscribe(contact, list_, ConsentAction.CONFIRMED, act=act, lift=True)
    return True


@transaction.atomic
def withdraw(
    person: Contact | str,
    list_: List | int,
    *,
    method: str,
    source: str = "",
    evidence: Evidence = NOTHING_KNOWN,
) -> None:
    """The person gets nothing of the list any more. Twice is the same as once.

    Works with an address hash when the contact is gone, and with a number when the list is gone. In the
    database when it returns, unless a transaction surrounds it.
    """
    _leave(_bond(person, list_), act=Act(method, source, evidence=evidence))


@transaction.atomic
def withdraw_everything(
    person: Contact | str, *, method: str, source: str = "", evidence: Evidence = NOTHING_KNOWN
) -> None:
    """The person gets no marketing any more, of no list and of none to come, until they sign up again."""
    act = Act(method, source, evidence=evidence)
    hashed, contact = _whom(person)
    if contact is not None:
        for row in Subscription.objects.filter(contact=contact, state__in=ON_LIST).select_related("list"):
            _leave(_Bond(hashed, contact, row.list_id, row.list), act=act)
    suppression.suppress(hashed, reason=LEFT, source=(source or method)[:120])


@transaction.atomic
def restore(
    person: Contact | str,
    list_: List | int,
    *,
    method: str,
    source: str = "",
    evidence: Evidence = NOTHING_KNOWN,
) -> bool:
    """Take back the person's own withdrawal by `method` (TAKEN_BACK_BY) that is not older than UNDO_WINDOW.

    The unsubscribe page takes back what its own link did (`source`). False when there is none such: what
    staff, an import or the API withdrew stays.
    """
    act = Act(method, source, evidence=evidence)
    bond = _bond(person, list_)
    last = bond.last_record()
    if last is None or not _may_take_back(last, act=act):
        return False
    bond.record(ConsentAction.RESTORED, act=act)
    _lift_own(bond, left_by=last.source or last.method)
    return True


@transaction.atomic
def lapse(contact: Contact, list_: List) -> None:
    """A request that nobody confirmed is over; the contact stands where it stood before."""
    journal.lock(contact)
    journal.append(contact, list_, ConsentAction.LAPSED, act=Act("system"))


@dataclass(frozen=True, slots=True)
class _Bond:
    """A person and a list, as much as is left of both: the hash and the number always are."""

    hashed: str
    contact: Contact | None
    number: int
    list_: List | None

    def last_record(self) -> ConsentRecord | None:
        records = ConsentRecord.objects.filter(address_hash=self.hashed, list_id=self.number)
        return records.order_by("-pk").first()

    def is_left(self) -> bool:
        if self.contact and self.list_:
            standing = journal.standing(self.contact, list_id=self.number)
            return standing.state == SubscriptionState.UNSUBSCRIBED
        last = self.last_record()
        return last is not None and last.action == ConsentAction.WITHDRAWN

    def record(self, action: ConsentAction, *, act: Act) -> None:
        if self.contact and self.list_:
            journal.append(self.contact, self.list_, action, act=act)
            return
        last = self.last_record()
        name = self.list_.name if self.list_ else last.list_name if last else ""
        journal.write(self.hashed, self.number, action, act=act, contact=self.contact, list_name=name)


def _bond(person: Contact | str, list_: List | int) -> _Bond:
    hashed, contact = _whom(person)
    number, found = (
        (list_, List.objects.filter(pk=list_).first()) if isinstance(list_, int) else (list_.pk, list_)
    )
    return _Bond(hashed, contact, number, found)


def _whom(person: Contact | str) -> tuple[str, Contact | None]:
    hashed = person if isinstance(person, str) else person.address_hash
    contact = Contact.objects.filter(address_hash=hashed).first() if isinstance(person, str) else person
    if contact is not None:
        journal.lock(contact)
    return hashed, contact


def _subscribe(contact: Contact, list_: List, action: ConsentAction, *, act: Act, lift: bool) -> None:
    journal.append(contact, list_, action, act=act)
    if lift:
        _lift(contact.address_hash, list_.pk, list_)
    signals.tell(signals.SUBSCRIBED, contact_ids=[contact.pk], list_id=list_.pk)


def _leave(bond: _Bond, *, act: Act) -> None:
    if not bond.is_left():
        bond.record(ConsentAction.WITHDRAWN, act=act)
        _end_confirmations(bond, act=act)
        contact_ids = [bond.contact.pk] if bond.contact else []
        signals.tell(signals.UNSUBSCRIBED, contact_ids=contact_ids, list_id=bond.number)
    scope_key, source = f"list:{bond.number}", act.source or act.method
    suppression.suppress(bond.hashed, reason=LEFT, scope_key=scope_key, source=source[:120])


def _end_confirmations(bond: _Bond, *, act: Act) -> None:
    # A confirmation link from before does not revive who has left since.
    mailed = Confirmation.objects.filter(address_hash=bond.hashed, list_id=bond.number, used_at=None)
    mailed.filter(expires_at__gt=act.at).update(expires_at=act.at)


def _must_stay_away(contact: Contact, list_: List) -> bool:
    if journal.standing(contact, list_id=list_.pk).state == SubscriptionState.UNSUBSCRIBED:
        return True
    scopes = [list_.key, f"brand:{list_.brand_id}"]
    return suppression.stopping(contact.address_hash, scope_keys=scopes) is not None


def _may_take_back(last: ConsentRecord, *, act: Act) -> bool:
    if last.action != ConsentAction.WITHDRAWN or last.occurred_at < act.at - UNDO_WINDOW:
        return False
    same_link = act.method != ConsentMethod.PAGE or last.source == act.source
    return same_link and last.method in TAKEN_BACK_BY.get(ConsentMethod(act.method), ())


def _lift_own(bond: _Bond, *, left_by: str) -> None:
    """Lift what that act of leaving suppressed, and nothing that others did."""
    rows = Suppression.objects.filter(address_hash=bond.hashed, reason=LEFT, source=left_by[:120])
    for scope_key in rows.filter(scope_key__in=("", f"list:{bond.number}")).values_list(
        "scope_key", flat=True
    ):
        suppression.lift(bond.hashed, reason=LEFT, scope_key=scope_key)


def _lift(hashed: str, number: int, list_: List | None) -> None:
    """What the person asks for again passes `unsubscribed` and `erased` (rules 2.3), and `soft_bounce`: whoever
    opens the link in a letter has room for letters. Nothing else does."""
    scopes = ["", f"list:{number}", *([f"brand:{list_.brand_id}"] if list_ else [])]
    for scope_key in scopes:
        suppression.lift(hashed, reason=LEFT, scope_key=scope_key)
    for reason in ("erased", "soft_bounce"):
        suppression.lift(hashed, reason=reason)
