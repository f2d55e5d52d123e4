"""Reads and sets the brand: who the letters come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import unquote
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.delivery import headers
from mailhub.delivery.models import Brand
from mailhub.delivery.selectors import hosts
from mailhub.delivery.services import free_mail, senders
from mailhub.lib import addresses, colours
from mailhub.lib.errors import UserError

FIRST_NAME = "MailHub"
# The shape of RFC 5646; which languages there are is nobody's to say.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class BrandRefused(UserError):
    """A value that a brand cannot have; says which and why."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The two halves of `Name <a@b>`; the address is as SMTP is told it."""

    name: str
    address: str


def default() -> Brand:
    """The installation's first brand, made when there is none."""
    return Brand.objects.order_by("id").first() or Brand.objects.create(name=FIRST_NAME)


def update(
    brand: Brand,
    *,
    name: str | None = None,
    postal_address: str | None = None,
    public_url: str | None = None,
    sender: str | None = None,
    language: str | None = None,
    accent: str | None = None,
    logo: str | None = None,
) -> Brand:
    """Set what is not None; all of it or, with BrandRefused or InvalidAddress, nothing.

    `sender` is `Name <a@b>` or an address; `public_url` may be "" for PUBLIC_URL; `logo` is the name of
    a stored file, "" for none.
    """
    values: dict[str, str] = {}
    if name is not None:
        values["name"] = check_name(name)
    if postal_address is not None:
        values["postal_address"] = _lines(postal_address)
    if public_url is not None:
        values["public_url"] = check_public_url(public_url)
    if sender is not None:
        parsed = parse_sender(sender)
        values.update(sender_name=parsed.name, sender_address=parsed.address)
    if language is not None:
        values["language"] = check_language(language)
    if accent is not None:
        values["accent"] = check_accent(accent)
    if logo is not None:
        values["logo"] = logo
    return _save(brand, values)


@transaction.atomic
def _save(brand: Brand, values: dict[str, str]) -> Brand:
    for field, value in values.items():
        setattr(brand, field, value)
    if values:
        brand.save(update_fields=list(values))
    if "sender_address" in values:
        senders.keep_default(brand)
    if "public_url" in values:
        # The host is answered to from now on, not from a minute later.
        hosts.forget()
    return brand


def add(*, name: str, postal_address: str = "", public_url: str = "", language: str = "en") -> Brand:
    """A further brand; raises BrandRefused."""
    values = {"postal_address": _lines(postal_address)} if postal_address.strip() else {}
    brand = Brand.objects.create(
        name=check_name(name),
        public_url=check_public_url(public_url),
        language=check_language(language),
        **values,
    )
    hosts.forget()
    return brand


def parse_sender(text: str) -> Sender:
    """The name and address in `Name <a@b>`; a name is optional.

    Raises InvalidAddress, HeaderRefused, and SenderRefused for a free-mail address.
    """
    headers.check("From", text)
    phrase, bracket, rest = text.rpartition("<")
    address = check_sender_address(rest.strip().removesuffix(">") if bracket else text)
    return Sender(check_sender_name(unquote(phrase.strip())), address)


def check_sender_name(text: str) -> str:
    """`text`, if letters may show it as their sender; raises HeaderRefused, BrandRefused."""
    headers.check("From", text)
    if len(text) > 120:
        raise BrandRefused(_("The sender's name is longer than 120 characters; shorten it."))
    return text


def check_sender_address(text: str) -> str:
    """The address as SMTP is told it; raises InvalidAddress, and SenderRefused for a free-mail address."""
    address = addresses.parse(text)
    free_mail.refuse(address)
    return address.ascii


def check_name(text: str) -> str:
    """The name on one line, as a brand may have it; raises BrandRefused, HeaderRefused."""
    name = " ".join(text.split())
    if not name or len(name) > 120:
        raise BrandRefused(_("A brand's name has between 1 and 120 characters."))
    headers.check("From", name)
    return name


def check_language(text: str) -> str:
    """A language tag such as en or zh-Hans; raises BrandRefused."""
    tag = text.strip()
    if not LANGUAGE.fullmatch(tag):
        raise BrandRefused(_("This is not the code of a language, such as en, de or zh-hans."))
    return tag


def check_accent(text: str) -> str:
    """The colour as #rrggbb; raises BrandRefused."""
    if (colour := colours.parse(text)) is None:
        raise BrandRefused(_("This is not a colour; write it like #0b6b62."))
    return colour


def check_public_url(text: str) -> str:
    """The URL without a slash at the end, or ""; raises BrandRefused."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if url and (not good or parts.path or parts.query or parts.fragment or parts.username or len(url) > 200):
        raise BrandRefused(
            _("“%(text)s” is not a public URL; it must look like https://mail.example.org.")
            % {"text": text[:80]}
        )
    return url


def sender_of(brand: Brand) -> str:
    """`Name <a@b>` of the brand's usual sender; "" when none is set."""
    return headers.mailbox(brand.sender_name, brand.sender_address) if brand.sender_address else ""


def _lines(text: str) -> str:
    """Several lines, as on an envelope; blank ones and blanks around them go."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    address = "\n".join(line for line in lines if line)
    if not address:
        raise BrandRefused(_("The postal address is empty; the law wants one in every marketing letter."))
    return address
