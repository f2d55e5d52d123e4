"""What may stand in one field of a draft; each function gives back the value as it is kept, or refuses."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from mailhub.delivery.services import brands
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

MAX_NAME = 200
MAX_SENDER_NAME = 120
# In a header, a line break would let a name write headers of its own (rules 3.10).
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class BadName(UserError):
    """A campaign without a name, or with one that is too long."""


class BadValue(UserError):
    """A value that no letter could be sent with."""


def name(text: str) -> str:
    """Raises BadName."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise BadName(_("A campaign needs a name."))
    if len(cleaned) > MAX_NAME:
        raise BadName(
            _("The campaign's name has %(count)s characters; at most %(most)s are allowed.")
            % {"count": len(cleaned), "most": MAX_NAME}
        )
    return cleaned


def sender_name(text: str) -> str:
    """Raises BadValue."""
    if CONTROL.search(text):
        raise BadValue(_("The sender's name contains a line break or another control character."))
    if len(text) > MAX_SENDER_NAME:
        raise BadValue(
            _("The sender's name has %(count)s characters; at most %(most)s are allowed.")
            % {"count": len(text), "most": MAX_SENDER_NAME}
        )
    return text.strip()


def sender_address(text: str) -> str:
    """The address as SMTP is told it, or "" for none yet. Raises InvalidAddress, SenderRefused.

    Asks no DNS: whether its domain is verified matters when the campaign is sent.
    """
    return brands.check_sender_address(text) if text.strip() else ""


def reply_to(text: str) -> str:
    """The address as SMTP is told it, or "". Raises InvalidAddress."""
    return addresses.parse(text).ascii if text.strip() else ""


def utm(value: object) -> dict[str, str]:
    """`value`, if it is names and texts that can be added to links. Raises BadValue."""
    if not isinstance(value, dict) or not all(
        key and isinstance(key, str) and isinstance(text, str) for key, text in value.items()
    ):
        raise BadValue(
            _('The UTM parameters are not names with texts, such as {"utm_source": "newsletter"}.')
        )
    return value
