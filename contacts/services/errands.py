"""Links that people ask to be mailed: to manage their letters, to see their data, to erase it."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from contacts.models import Contact, LinkKind, LinkRequest
from contacts.selectors import languages, standing
from contacts.services import person_mail, protection
from contacts.services.evidence import NOTHING_KNOWN, Evidence
from contacts.services.protection import NO_SIGNS, Signs
from mailhub.delivery import tokens
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Brand
from mailhub.lib import addresses, clock, doorbell, queues
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)

TASK = "contacts.mail_links"
PRODUCER = "link"
# How long the links to see and to erase one's data work; the link to manage letters does not end.
LIFETIME = timedelta(hours=24)
PAUSE_BETWEEN_MAILS = timedelta(minutes=10)
MAILS_A_DAY = 3
TRY_AGAIN_AFTER = timedelta(minutes=10)
FORGET_AFTER = timedelta(days=30)
BATCH = 50


@dataclass(frozen=True, slots=True)
class Errand:
    """What a mailed link is for; `usable` until it ends or was used up."""

    request: LinkRequest | None
    usable: bool


def ask_by_address(
    address: str,
    *,
    brand: Brand,
    language: str = "",
    evidence: Evidence = NOTHING_KNOWN,
    signs: Signs = NO_SIGNS,
) -> None:
    """Whoever has this address is mailed a link to manage their letters, if we know them.

    Writes one row, whoever it is, and looks nobody up: the answer and its time tell nothing (rules 1.8).
    Raises InvalidAddress.
    """
    parsed = addresses.parse(address)
    now = clock.now()
    hashed = address_hash(parsed.key)
    weighed = protection.weigh(signs, address_hash=hashed, ip=evidence.ip, place="lost", now=now)
    caught = weighed.sign in ("honeypot",) or weighed.state != "waiting"
    LinkRequest.objects.create(
        kind=LinkKind.MANAGE,
        email="" if caught else parsed.typed,
        address_hash=hashed,
        brand=brand,
        nonce=secrets.token_hex(8),
        language=language,
        ip=evidence.ip,
        user_agent=evidence.user_agent[:400],
        requested_at=now,
        due_at=weighed.due_at,
        settled_at=now if caught else None,
    )
    doorbell.ring(TASK, queue=queues.DEFAULT)


def ask(contact: Contact, *, kind: str, brand: Brand, evidence: Evidence = NOTHING_KNOWN) -> None:
    """The contact is mailed a link of this kind, within the limits of mails to an address."""
    now = clock.now()
    LinkRequest.objects.create(
        kind=LinkKind(kind),
        contact=contact,
        address_hash=contact.address_hash,
        brand=brand,
        nonce=secrets.token_hex(8),
        language=contact.locale,
        ip=evidence.ip,
        user_agent=evidence.user_agent[:400],
        requested_at=now,
        due_at=now,
    )
    doorbell.ring(TASK, queue=queues.DEFAULT)


def mail_due(*, now: datetime) -> int:
    """Mail what is due to who is known; how many letters went."""
    due = LinkRequest.objects.filter(settled_at=None, due_at__lte=now).order_by("due_at", "pk")
    return sum(_tried(pk, now=now) for pk in due.values_list("pk", flat=True)[:BATCH])


def forget_old(*, now: datetime) -> int:
    count, _ = LinkRequest.objects.filter(requested_at__lt=now - FORGET_AFTER).delete()
    return count


def look(token: str, *, kind: str) -> Errand:
    """What the link is good for now, changing nothing; raises BadToken."""
    payload = tokens.read("manage", token)
    if payload.values[:1] != (kind,):
        raise tokens.BadToken("Made for another errand.")
    rows = LinkRequest.objects.select_related("contact", "brand")
    found = rows.filter(pk=payload.number, kind=kind, nonce=payload.values[1]).first()
    if found is None or found.contact is None:
        return Errand(None, False)
    fresh = found.used_at is None and found.expires_at is not None and found.expires_at > clock.now()
    same = found.address_hash == found.contact.address_hash
    return Errand(found, fresh and same)


def link(request: LinkRequest) -> str:
    """The address that a letter of this request leads to."""
    contact = request.contact
    if contact is None:
        raise ValueError("A link is for somebody.")
    if request.kind == LinkKind.MANAGE:
        list_ = standing.home_list(contact, brand_id=request.brand_id)
        payload = tokens.Payload(
            contact_id=contact.pk, list_id=list_.pk if list_ else 0, address_hash=contact.address_hash
        )
        return request.brand.base_url + reverse(
            "contacts:preferences", args=[tokens.mint("preferences", payload)]
        )
    payload = tokens.Payload(number=request.pk, values=(request.kind, request.nonce))
    page = "contacts:data" if request.kind == LinkKind.DATA else "contacts:erasure"
    return request.brand.base_url + reverse(page, args=[tokens.mint("manage", payload)])


def _tried(pk: int, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            rows = LinkRequest.objects.select_for_update(of=("self",)).select_related("brand", "contact")
            row = rows.filter(pk=pk, settled_at=None).first()
            return row is not None and _settle(row, now=now)
    except UserError as error:
        waits = {"due_at": now + TRY_AGAIN_AFTER, "problem": str(error)}
        LinkRequest.objects.filter(pk=pk).update(**waits)
        logger.warning("Request %s for a link waits: %s", pk, error)
        return False


def _settle(row: LinkRequest, *, now: datetime) -> bool:
    row.contact = row.contact or Contact.objects.filter(address_hash=row.address_hash).first()
    if row.contact is not None and row.kind == LinkKind.MANAGE:
        row.brand = _known_brand(row.contact, row.brand)
    mailed = row.contact is not None and _may_mail(row, now=now)
    if mailed:
        row.mailed_at, row.expires_at = now, now + LIFETIME
        _mail(row, row.contact)
    row.settled_at, row.email, row.ip, row.user_agent, row.problem = now, "", None, "", ""
    row.save()
    return mailed


def _known_brand(contact: Contact, asked: Brand) -> Brand:
    """Who writes: the brand whose page was asked, unless the contact knows only others. Brands may share a
    host, and then that page is one for all."""
    list_ = standing.home_list(contact, brand_id=asked.pk)
    return list_.brand if list_ else asked


def _mail(row: LinkRequest, contact: Contact | None) -> None:
    if contact is None:
        return
    language = languages.of(contact, row.brand, otherwise=row.language)
    letter = person_mail.compose(
        row.kind, brand=row.brand, language=language, url=link(row), hours=LIFETIME // timedelta(hours=1)
    )
    person_mail.send(letter, contact=contact, brand=row.brand, producer=PRODUCER, producer_id=row.pk)


def _may_mail(row: LinkRequest, *, now: datetime) -> bool:
    """At most one letter of a kind in 10 minutes and three in a day to an address."""
    mailed = LinkRequest.objects.filter(Q(address_hash=row.address_hash, kind=row.kind))
    moments = mailed.filter(mailed_at__gt=now - timedelta(days=1)).values_list("mailed_at", flat=True)
    return len(moments) < MAILS_A_DAY and all(
        moment is not None and moment <= now - PAUSE_BETWEEN_MAILS for moment in moments
    )
