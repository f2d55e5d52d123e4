"""Words of the people's room for templates."""

from __future__ import annotations

from django import template

from contacts.importing import drafts
from contacts.models import Import
from mailhub.delivery import reason_words

register = template.Library()


@register.filter
def suppression_reason(reason: str) -> str:
    """`hard_bounce` as “hard bounce”, in the reader's language."""
    return str(reason_words.of(reason))


@register.filter
def import_target(run: Import) -> str:
    """The list into which the file goes, as far as it is decided."""
    return drafts.target_of(run)
