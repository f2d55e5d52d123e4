"""How a brand looks, and whether it reads: what its page says of logo, colour and public address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from mailhub.delivery.models import Brand
from mailhub.lib import colours
from mailhub.lib.environment import LOOPBACK

# WCAG 2.2, success criterion 1.4.11: a button must stand out from its page.
VISIBLE = 3.0


@dataclass(frozen=True, slots=True)
class Look:
    """`contrast` is that of the text on the accent; the warnings are sentences, "" when all is well."""

    contrast: str
    colour_warning: str
    address: str
    address_warning: str
    logo: str


def of(brand: Brand) -> Look:
    return Look(
        contrast=f"{colours.contrast(brand.on_accent, brand.accent):.1f}",
        colour_warning=_colour_warning(brand.accent),
        address=brand.base_url,
        address_warning=_address_warning(brand.base_url),
        # By the path on this host: the public address may lead elsewhere yet.
        logo=default_storage.url(brand.logo) if brand.logo else "",
    )


def _colour_warning(accent: str) -> str:
    ratio = colours.contrast(accent, colours.WHITE)
    if ratio >= VISIBLE:
        return ""
    sentence = _("Buttons in this colour hardly stand out from a white page ({ratio} : 1; 3 : 1 is needed).")
    return sentence.format(ratio=f"{ratio:.1f}")


def _address_warning(url: str) -> str:
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK:
        return _("Only this machine can open links to it: set an address that your customers reach.")
    if parts.scheme != "https":
        return _("Without https, everybody on the way can read what people open and choose.")
    return ""
