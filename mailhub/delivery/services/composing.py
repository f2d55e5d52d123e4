"""Composes one envelope a recipient out of the compiled letter and what is known of the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.content import engine
from mailhub.content.services import letters
from mailhub.delivery import contracts, mime, privacy, tokens
from mailhub.delivery.contracts import Envelope, MergeData, Recipient, Stream
from mailhub.delivery.models import (
    Brand,
    CompiledLetter,
    Dispatch,
    PreparedLetter,
    SendingDomain,
)
from mailhub.delivery.services import domains, rows
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
    # The brand's facts are part of the key: a corrected postal address counts from the next letter on.
    return _composer(
        dispatch.pk, dispatch.created_at, brand.name, brand.postal_address, brand.public_url, brand.logo
    )


@lru_cache(maxsize=32)
def _composer(dispatch_id: int, *facts: object) -> Composer:
    return Composer(Dispatch.objects.select_related("brand").get(pk=dispatch_id))


@dataclass(frozen=True, slots=True)
class Urls:
    """The personal addresses of one letter."""

    unsubscribe: str
    preferences: str
    view: str


class Composer:
    """Turns recipients of one dispatch into envelopes."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        self.stream: Stream = rows.facts(dispatch).stream
        self.base_url = dispatch.brand.base_url
        self.brand = brand_values(dispatch.brand)
        self.domain = _domain(dispatch.sender_address)
        self.build = mime.builder(domains.signer_for(self.domain))
        known = SendingDomain.objects.filter(name=self.domain).first()
        self.return_path = domains.return_path_domain(known) if known else ""
        compiled = list(CompiledLetter.objects.filter(dispatch=dispatch))
        self.programs = {row.locale: engine.Program.from_json(row.program) for row in compiled}
        self.fallback = next((row.locale for row in compiled if row.fallback), "")
        self.prepared = PreparedLetter.objects.filter(dispatch=dispatch).first()

    def compose(self, recipient: Recipient, merge: MergeData) -> Envelope:
        """One letter to one person. Raises UserError for data that can't become a letter."""
        if self.prepared is not None:
            return self._envelope(
                recipient, self._prepared_headers(recipient), prepared=bytes(self.prepared.mime)
            )
        urls, rendered = self._rendered(recipient, merge)
        headers = mime.headers_for(self._head(recipient, merge, urls, rendered.subject))
        return self._envelope(recipient, headers, text=rendered.text, html=rendered.html)

    def view(self, recipient: Recipient, merge: MergeData) -> str:
        """The letter as a page: no pixel, and links that lead straight to where they go."""
        quiet = TrackedUrls(self.dispatch.pk, recipient.message_id, "off", self.base_url)
        return self._render(recipient, merge, self._urls(recipient, merge, quiet), quiet).html

    def _rendered(self, recipient: Recipient, merge: MergeData) -> tuple[Urls, engine.Rendered]:
        mode = privacy.strictest([self.dispatch.tracking, merge.tracking])
        tracked = TrackedUrls(self.dispatch.pk, recipient.message_id, mode, self.base_url)
        urls = self._urls(recipient, merge, tracked)
        return urls, self._render(recipient, merge, urls, tracked)

    def _render(
        self, recipient: Recipient, merge: MergeData, urls: Urls, tracked: TrackedUrls
    ) -> engine.Rendered:
        data = {
            **merge.values,
            **self.brand,
            "unsubscribe_url": urls.unsubscribe,
            "preferences_url": urls.preferences,
            "view_url": urls.view,
        }
        program = self._program(recipient.locale)
        return program.render(data, link=tracked.link, pixel_url=tracked.pixel())

    def _program(self, locale: str) -> engine.Program:
        if not self.programs:
            raise NothingToSay(
                _("The letter of dispatch %(number)s is not there any more.") % {"number": self.dispatch.pk}
            )
        return self.programs[letters.choose_locale(self.programs, locale, fallback=self.fallback)]

    def _urls(self, recipient: Recipient, merge: MergeData, tracked: TrackedUrls) -> Urls:
        payload = tokens.Payload(
            dispatch_id=self.dispatch.pk,
            message_id=recipient.message_id,
            contact_id=recipient.contact_id or 0,
            list_id=merge.list_id,
            address_hash=recipient.address_hash,
        )
        pages = contracts.public_pages()
        if pages is None:
            return Urls("", "", tracked.view_url())
        return Urls(
            self.base_url + _path(pages.unsubscribe) + tokens.mint("unsubscribe", payload),
            self.base_url + _path(pages.preferences) + tokens.mint("preferences", payload),
            tracked.view_url(),
        )

    def _head(self, recipient: Recipient, merge: MergeData, urls: Urls, subject: str) -> mime.LetterHead:
        facts = merge.values.get("list") or {}
        slug = facts.get("slug") if isinstance(facts, Mapping) else ""
        return mime.LetterHead(
            from_name=self.dispatch.sender_name,
            from_address=self.dispatch.sender_address,
            to_address=recipient.address,
            subject=subject,
            date=clock.now(),
            message_id=self._message_id(recipient),
            stream=self.stream,
            reply_to=self.dispatch.reply_to,
            list_id=f"{slug}.{self.domain}" if slug else f"mailhub.{self.domain}",
            list_name=str(facts.get("name") or "") if slug else "",
            list_unsubscribe_url=urls.unsubscribe,
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
        proof = blake2b(name.encode(), key=keys.derive("message-id"), digest_size=8).hexdigest()
        return f"{name}.{proof}@{self.domain}"

    def _mail_from(self, recipient: Recipient) -> str:
        """A return path that says which letter came back (VERP), where we have a domain for it."""
        if not self.return_path:
            return self.dispatch.sender_address
        payload = tokens.Payload(dispatch_id=self.dispatch.pk, message_id=recipient.message_id)
        return f"b-{tokens.mint_mailbox(payload)}@{self.return_path}"

    def _envelope(
        self,
        recipient: Recipient,
        headers: list[tuple[str, str]],
        *,
        text: str = "",
        html: str = "",
        prepared: bytes | None = None,
    ) -> Envelope:
        return Envelope(
            message_id=recipient.message_id,
            mail_from=self._mail_from(recipient),
            rcpt_to=recipient.address,
            headers=headers,
            text=text,
            html=html,
            metadata={"dispatch_id": str(self.dispatch.pk), "message_id": str(recipient.message_id)},
            prepared=prepared,
            build=self.build,
        )


@lru_cache(maxsize=8)
def _path(url_name: str) -> str:
    """The part of a page's path before its token."""
    return reverse(url_name, args=["token"]).removesuffix("token")


def _domain(sender_address: str) -> str:
    """The sender's domain as DNS knows it; a trial's "localhost" stays as it is."""
    domain = addresses.domain_of(sender_address)
    return addresses.ascii_domain(domain) if "." in domain else domain
