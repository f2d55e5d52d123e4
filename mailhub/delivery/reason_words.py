"""What staff screens call the reasons of suppressions."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.models.events import SuppressionReason

WORDS: dict[str, Promise] = {
    SuppressionReason.HARD_BOUNCE.value: _("hard bounce"),
    SuppressionReason.SOFT_BOUNCE.value: _("mailbox full for weeks"),
    SuppressionReason.COMPLAINT.value: _("complaint"),
    SuppressionReason.UNSUBSCRIBED.value: _("unsubscribed"),
    SuppressionReason.MANUAL.value: _("by hand"),
    SuppressionReason.INVALID.value: _("invalid address"),
    SuppressionReason.ERASED.value: _("erased"),
}


def of(reason: str) -> Promise | str:
    return WORDS.get(reason, reason)
