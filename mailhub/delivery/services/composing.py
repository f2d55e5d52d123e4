"""Composes one envelope a recipient out of the compiled letter and what is known of the person."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from mailhub.content import engine
from mailhub.content.services import letters
from mailhub.delivery import contracts, mime, privacy, tokens
from mailhub.delivery.contracts import Envelope, MergeData, Recipient, Stream, TrackingMode
from mailhub.delivery.models import (
    Brand,
    CompiledLetter,
    Dispatch,
    PreparedLetter,
)
from mailhub.delivery.services import rows, signing
from mailhub.delivery.services.presses import Letter, PageRoots, Press
from mailhub.delivery.services.signing import Signing
from mailhub.delivery.tokens import LetterTokens
from mailhub.delivery.tracking.links import TrackedUrls
from mailhub.lib import addresses, clock, keys
from mailhub.lib.errors import UserError


class NothingToSay(UserError):
    """The letter of a message is not there any more."""


def brand_values(brand: Brand) -> dict[str, Any]:
    """`brand.*` and `postal_address` as letters see them."""
    return {
        "brand": {
            "name": brand.name,
            "postal_address": brand.postal_address or None,
            "url": brand.base_url,
            "logo_url": brand.logo_url or None,
            "language": brand.language,
            "sender_name": brand.sender_name or None,
            "sender_address": brand.sender_address or None,
        },
        "postal_address": brand.postal_address or None,
    }


def composer(dispatch: Dispatch) -> Composer:
    """The composer of a dispatch, made once a process: programs parsed, key loaded, URLs resolved."""
    brand = dispatch.brand
    # What a letter depends on is part of the key: a corrected postal address or another DKIM key counts from
    # the next window on.
    facts = (dispatch.created_at, brand.name, brand.postal_address, brand.public_url, brand.logo)
    signed = signing.current(_domain(dispatch.sender_address), since=dispatch.created_at)
    return _composer(dispatch.pk, signed, *facts)


@lru_cache(maxsize=32)
def _composer(dispatch_id: int, signed: Signing, *facts: object) -> Composer:
    return Composer(Dispatch.objects.select_related("brand").get(pk=dispatch_id), signed)


class Composer:
    """Turns recipients of one dispatch into envelopes."""

    def __init__(self, dispatch: Dispatch, signed: Signing) -> None:
        self.dispatch = dispatch
        self.stream: Stream = rows.facts(dispatch).stream
        self.base_url = dispatch.brand.base_url
        self.brand = brand_values(dispatch.brand)
        self.domain = signed.domain
        self.signer = signed.signer
        self.return_path = signed.return_path
        compiled = list(CompiledLetter.objects.filter(dispatch=dispatch))
        self.programs = {row.locale: engine.Program.from_json(row.program) for row in compiled}
        self.fallback = next((row.locale for row in compiled if row.fallback), "")
        self.prepared = PreparedLetter.objects.filter(dispatch=dispatch).first()
        self.pages = _page_roots(self.base_url)
        self.minter = tokens.Minter(dispatch.pk)
        self._message_proof = blake2b(key=keys.derive("message-id"), digest_size=8)
        self._presses: dict[tuple[str, TrackingMode], Press] = {}
        self._locale = lru_cache(maxsize=256)(self._choose_locale)
        self._tracking = lru_cache(maxsize=8)(lambda wish: privacy.strictest([dispatch.tracking, wish]))

    def compose(self, recipient: Recipient, merge: MergeData) -> Envelope:
        """One letter to one person. Raises UserError for data that can't become a letter."""
        if self.prepared is not None:
            return self._compose_prepared(recipient, bytes(self.prepared.mime))
        letter = self._letter(recipient, merge)
        locale = self._locale(recipient.locale)
        press = self._press(locale, letter.urls.tracking)
        printed = press.write(letter, message_id=self._message_id(recipient))
        if printed is None:
            return self._compose_plainly(letter, self.programs[locale])
        return Envelope(
            recipient.message_id,
            self._mail_from(letter.urls.own),
            recipient.address,
            dispatch_id=self.dispatch.pk,
            build=printed.build,
            parts=printed.parts,
            merge=printed.merge,
            # Header fields are checked one by one, and quoted-printable chunks are so by their making.
            is_wire_form=True,
        )

    def compose_plainly(self, recipient: Recipient, merge: MergeData) -> Envelope:
        """The same letter, rendered as text and encoded as a whole: slower, and takes any letter."""
        program = self.programs[self._locale(recipient.locale)]
        return self._compose_plainly(self._letter(recipient, merge), program)

    def view(self, recipient: Recipient, merge: MergeData) -> str:
        """The letter as a page: no pixel, and links that lead straight to where they go."""
        letter = self._letter(recipient, merge, tracking="off")
        program = self.programs[self._locale(recipient.locale)]
        return program.render(letter.data, link=letter.urls.link, pixel_url=None).html

    def _compose_plainly(self, letter: Letter, program: engine.Program) -> Envelope:
        rendered = program.render(letter.data, link=letter.urls.link, pixel_url=letter.urls.pixel())
        headers = mime.headers_for(self._head(letter, rendered.subject, clock.now()))
        envelope = self._envelope(letter.recipient, letter.urls.own)
        envelope.headers, envelope.text, envelope.html = headers, rendered.text, rendered.html
        envelope.merge = partial(letter.merge_source, program)
        return envelope

    def _compose_prepared(self, recipient: Recipient, prepared: bytes) -> Envelope:
        own = self.minter.letter(recipient.message_id)
        envelope = self._envelope(recipient, own)
        envelope.headers, envelope.prepared = self._prepared_headers(recipient), prepared
        return envelope

    def _choose_locale(self, wanted: str) -> str:
        if not self.programs:
            raise NothingToSay(
                _("The letter of dispatch %(number)s is not there any more.") % {"number": self.dispatch.pk}
            )
        return letters.choose_locale(self.programs, wanted, fallback=self.fallback)

    def _press(self, locale: str, tracking: TrackingMode) -> Press:
        press = self._presses.get((locale, tracking))
        if press is None:
            press = self._presses[locale, tracking] = Press(
                self.programs[locale],
                name=f"{self.dispatch.pk}.{locale}",
                shared=self.brand,
                tracking=tracking,
                base_url=self.base_url,
                pages=self.pages,
                signer=self.signer,
                head_of=self._head,
            )
        return press

    def _letter(self, recipient: Recipient, merge: MergeData, tracking: TrackingMode | None = None) -> Letter:
        mode = tracking or self._tracking(merge.tracking)
        urls = TrackedUrls(self.dispatch.pk, recipient.message_id, mode, self.base_url, self.minter)
        unsubscribe, preferences = self.minter.person(
            message_id=recipient.message_id,
            contact_id=recipient.contact_id or 0,
            list_id=merge.list_id,
            address_hash=recipient.address_hash,
        )
        pages = self.pages
        unsubscribe_url = pages.unsubscribe and pages.unsubscribe + unsubscribe
        data = {
            **merge.values,
            **self.brand,
            "unsubscribe_url": unsubscribe_url,
            "preferences_url": pages.preferences and pages.preferences + preferences,
            "view_url": urls.view_url(),
        }
        return Letter(recipient, merge, urls, unsubscribe_url, data, (unsubscribe, preferences))

    def _head(self, letter: Letter, subject: str, moment: datetime) -> mime.LetterHead:
        slug, name = letter.list_facts
        return mime.LetterHead(
            from_name=self.dispatch.sender_name,
            from_address=self.dispatch.sender_address,
            to_address=letter.recipient.address,
            subject=subject,
            date=moment,
            message_id=self._message_id(letter.recipient),
            stream=self.stream,
            reply_to=self.dispatch.reply_to,
            list_id=f"{slug or 'mailhub'}.{self.domain}",
            list_name=name,
            list_unsubscribe_url=letter.unsubscribe_url,
            feedback_id=self._feedback_id(),
        )

    def _prepared_headers(self, recipient: Recipient) -> list[tuple[str, str]]:
        return [
            ("Message-ID", f"<{self._message_id(recipient)}>"),
            ("Feedback-ID", self._feedback_id()),
            ("Auto-Submitted", "auto-generated"),
        ]

    def _feedback_id(self) -> str:
        """`campaign:kind:stream:sender`; Gmail groups complaints by each part, so none names a person."""
        dispatch = self.dispatch
        return f"{dispatch.producer_id or dispatch.pk}:{dispatch.producer}:{self.stream}:{self.domain}"

    def _message_id(self, recipient: Recipient) -> str:
        """The same on every retry, and not to be guessed: it settles letters in doubt."""
        name = f"{self.dispatch.pk}.{recipient.message_id}"
        proof = self._message_proof.copy()
        proof.update(name.encode())
        return f"{name}.{proof.hexdigest()}@{self.domain}"

    def _envelope(self, recipient: Recipient, own: LetterTokens) -> Envelope:
        """One that is put together as a whole, from what the caller adds to it."""
        return Envelope(
            recipient.message_id,
            self._mail_from(own),
            recipient.address,
            dispatch_id=self.dispatch.pk,
            build=mime.builder(self.signer),
        )

    def _mail_from(self, own: LetterTokens) -> str:
        """A return path that says which letter came back (VERP), where we have a domain for it."""
        return f"b-{own.bounce}@{self.return_path}" if self.return_path else self.dispatch.sender_address


def _page_roots(base_url: str) -> PageRoots:
    """The addresses of the public pages that a room above serves, before their tokens."""
    pages = contracts.public_pages()
    if pages is None:
        return PageRoots("", "")
    return PageRoots(base_url + pages.unsubscribe, base_url + pages.preferences)


@lru_cache(maxsize=256)
def _domain(sender_address: str) -> str:
    """The sender's domain as DNS knows it; a trial's "localhost" stays as it is."""
    domain = addresses.domain_of(sender_address)
    return addresses.ascii_domain(domain) if "." in domain else domain
