"""Sending domains: their keys, whether DNS vouches for them, and who may write from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from string import ascii_lowercase

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.delivery import dkim, txt
from mailhub.delivery.dkim import Signer
from mailhub.delivery.lookup import Answer
from mailhub.delivery.models import Brand, Dispatch, DkimKey, Sender, SendingDomain
from mailhub.delivery.models.ledger import DispatchState
from mailhub.delivery.services import dns_records, dns_verdicts, free_mail, signing
from mailhub.delivery.services.free_mail import SenderRefused
from mailhub.lib import addresses, clock, keys
from mailhub.lib.errors import UserError

PURPOSE = signing.PURPOSE
# A verified domain is looked up again after this long; until then a hiccup of DNS stops nothing.
FRESH = timedelta(days=1)


# Somebody is at the records for about this long after a domain or key is new.
WATCHED_FOR = timedelta(hours=48)
UNFINISHED = (DispatchState.RECORDING, DispatchState.SENDING, DispatchState.PAUSED)


class DomainRefused(UserError):
    """What cannot be done to a sending domain; says why."""


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """What DNS says of a domain now. `problem` is a sentence, "" when the key is published."""

    verified: bool
    problem: str


def get_or_create(name: str, brand: Brand) -> tuple[SendingDomain, bool]:
    """The sending domain with a key that signs, and whether it is new. `name` may be typed in any form.

    Raises InvalidAddress for what is no domain name, SenderRefused for a mailbox provider's.
    """
    address = addresses.parse(f"postmaster@{addresses.clean(name).removesuffix('.')}")
    free_mail.refuse(address)
    ascii_name = addresses.domain_of(address.ascii)
    ready = SendingDomain.objects.filter(name=ascii_name).first()
    if ready is not None and signing.key_of(ascii_name):
        return ready, False
    # Half a second of arithmetic that must not hold SQLite's write lock.
    private, public = dkim.generate_key()
    with transaction.atomic():
        fresh = {"brand": brand, "watched_until": clock.now() + WATCHED_FOR}
        domain, created = SendingDomain.objects.get_or_create(name=ascii_name, defaults=fresh)
        if not signing.key_of(ascii_name):  # two may ask at once
            _add_key(domain, private, public)
    return domain, created


def rotate(domain: SendingDomain) -> DkimKey:
    """A new key under a new selector. The present one signs until DNS shows the new one.

    Raises DomainRefused when a new key waits already.
    """
    private, public = dkim.generate_key()
    with transaction.atomic():
        if domain.keys.select_for_update().filter(pending=True).exists():
            raise DomainRefused(_("A new key waits already: publish its record, and it takes over."))
        key = _add_key(domain, private, public, pending=True)
        domain.watched_until, domain.next_check_at = clock.now() + WATCHED_FOR, None
        domain.save(update_fields=["watched_until", "next_check_at"])
    return key


@transaction.atomic
def take_over(key: DkimKey) -> None:
    """`key`, which DNS shows, signs from now on; those before it retire and stay published."""
    others = DkimKey.objects.filter(domain=key.domain_id, retired_at=None, pending=False)
    others.exclude(pk=key.pk).update(retired_at=clock.now())
    DkimKey.objects.filter(pk=key.pk).update(pending=False)
    transaction.on_commit(signing.forget)


def leave_signing(domain: SendingDomain, *, to_relay: bool) -> None:
    """Who signs letters from `domain`, within two seconds: the relay, or MailHub with its own key.

    That counts for dispatches that have begun, too. The keys are kept. The relay's word for the domain is
    its own affair; MailHub's key has to be seen in DNS again before another dispatch may begin.
    """
    if domain.relay_signs == to_relay:
        return
    domain.relay_signs = to_relay
    domain.verified_at = clock.now() if to_relay else None
    domain.problem, domain.next_check_at = "", None
    domain.save(update_fields=["relay_signs", "verified_at", "problem", "next_check_at"])
    transaction.on_commit(signing.forget)


@transaction.atomic
def remove(domain: SendingDomain) -> None:
    """Forget a domain with its keys; raises DomainRefused while letters are to be from it."""
    if users := users_of(domain):
        sentence = _("{domain} is in use by {users}; give them another address first.")
        raise DomainRefused(sentence.format(domain=domain.name, users=", ".join(users)))
    domain.delete()
    transaction.on_commit(signing.forget)


def users_of(domain: SendingDomain) -> list[str]:
    """The addresses of senders, brands and unfinished dispatches that are from `domain`."""
    ending = f"@{domain.name}"
    found = [
        *Sender.objects.filter(address__endswith=ending).values_list("address", flat=True),
        *Brand.objects.filter(sender_address__endswith=ending).values_list("sender_address", flat=True),
        *Dispatch.objects.filter(sender_address__endswith=ending, state__in=UNFINISHED)
        .values_list("sender_address", flat=True)
        .distinct()[:5],
    ]
    return list(dict.fromkeys(found))


def signer_for(domain_name: str) -> Signer | None:
    """The signer with the newest unretired key of exactly this domain; None when MailHub holds none, or
    when the relay signs for the domain.

    Reads the database; the key itself is decrypted and parsed once a process. Raises UnknownKey when
    the key was encrypted with one that MAILHUB_KEYS lacks.
    """
    return signing.read(domain_name.lower()).signer


def verify(
    domain: SendingDomain, *, resolver: txt.Resolver = txt.resolve, now: datetime | None = None
) -> DomainCheck:
    """Look the key up in DNS and remember the answer on the domain.

    No answer from DNS leaves an earlier verification standing.
    """
    now = now or clock.now()
    try:
        problem = _problem(domain, resolver)
    except txt.LookupFailed as error:
        problem = f"DNS gave no answer about {domain.name} ({error}). Try again later."
        if domain.verified_at is not None:
            return DomainCheck(True, problem)
    domain.verified_at = None if problem else now
    domain.checked_at, domain.problem = now, problem
    domain.save(update_fields=["verified_at", "checked_at", "problem"])
    return DomainCheck(not problem, problem)


def check_sender(
    address: str, *, allow_unverified: bool = False, resolver: txt.Resolver = txt.resolve
) -> SendingDomain | None:
    """The sending domain that signs for `address`; None for an unknown one that was let through.

    A domain that was not found in DNS within the last day is looked up. `allow_unverified` waives
    that, and that the domain is known at all; a mailbox provider's is always refused.
    Raises SenderRefused with what to do, InvalidAddress.
    """
    parsed = addresses.parse(address)
    free_mail.refuse(parsed)
    name = addresses.domain_of(parsed.ascii)
    domain = SendingDomain.objects.filter(name=name).first()
    if allow_unverified:
        return domain
    if domain is None:
        raise SenderRefused(
            _(
                "%(name)s is not a sending domain yet. Run “python manage.py domain_records %(name)s” "
                "and publish what it prints, or use --allow-unverified to send unsigned for a trial."
            )
            % {"name": name}
        )
    if (
        not _is_fresh(domain)
        and (problem := verify(domain, resolver=resolver).problem)
        and not domain.verified_at
    ):
        raise SenderRefused(
            _(
                "%(name)s is not verified: %(problem)s “python manage.py domain_records %(name)s” prints "
                "what to publish; --allow-unverified sends without this check, for a trial."
            )
            % {"name": name, "problem": problem}
        )
    return domain


def _is_fresh(domain: SendingDomain) -> bool:
    return domain.verified_at is not None and clock.now() - domain.verified_at < FRESH


def _problem(domain: SendingDomain, resolver: txt.Resolver) -> str:
    if domain.relay_signs:  # by keys of its own, which MailHub does not know
        return ""
    key = signing.key_of(domain.name)
    if key is None:
        return _("MailHub holds no key for %(domain)s.") % {"domain": domain.name}
    record = dns_records.key_record(domain, key)
    answer = Answer(tuple(resolver(record.name)))
    return dns_verdicts.dkim(record, answer, lambda name, kind: Answer()).sentence


def _add_key(domain: SendingDomain, private: str, public: str, *, pending: bool = False) -> DkimKey:
    transaction.on_commit(signing.forget)
    return DkimKey.objects.create(
        domain=domain,
        pending=pending,
        selector=_free_selector(domain),
        private_key=keys.encrypt(private, purpose=PURPOSE),
        public_key=public,
    )


def _free_selector(domain: SendingDomain) -> str:
    """`mh202611a`: the month of birth and a letter that this domain has not used."""
    month = f"mh{clock.now():%Y%m}"
    taken = set(domain.keys.filter(selector__startswith=month).values_list("selector", flat=True))
    free = (month + letter for letter in ascii_lowercase if month + letter not in taken)
    if (selector := next(free, None)) is None:
        raise DomainRefused(_("This domain has had 26 keys this month; wait for the next one."))
    return selector
