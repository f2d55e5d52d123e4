"""On what terms the people of a file are brought in: what the consent records of an import say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from contacts.models import LegalBasis
from mailhub.lib import clock
from mailhub.lib.errors import UserError

LONGEST_SOURCE = 2_000
LONGEST_WORDING = 10_000


class WrongCall(UserError):
    """What was asked for can't be done with any file."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`source` says where these people agreed to be mailed, `wording` what they were shown.

    `basis` is a LegalBasis; unstated = they did not agree, and nobody is subscribed. Implied consent ends at
    `basis_expires_at`. `actor` is the member of staff who states all this. Raises WrongCall.
    """

    source: str
    basis: str = LegalBasis.EXPRESS
    basis_expires_at: datetime | None = None
    wording: str = ""
    actor: str = ""

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise WrongCall(_("Say where these people agreed to be mailed: the source of consent is empty."))
        if len(self.source) > LONGEST_SOURCE:
            raise WrongCall(
                _("The source of consent is longer than %(most)s characters.") % {"most": LONGEST_SOURCE}
            )
        if len(self.wording) > LONGEST_WORDING:
            raise WrongCall(_("The wording is longer than %(most)s characters.") % {"most": LONGEST_WORDING})
        if self.basis not in LegalBasis.values:
            raise WrongCall(_("The legal basis is express or implied, or empty when they did not agree."))
        if (self.basis == LegalBasis.IMPLIED) != (self.basis_expires_at is not None):
            raise WrongCall(_("Implied consent needs the day on which it ends, and no other kind has one."))
        if self.basis_expires_at is not None and self.basis_expires_at <= clock.now():
            raise WrongCall(_("The consent would have ended already; choose a day to come."))
