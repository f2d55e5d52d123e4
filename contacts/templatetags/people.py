"""Words of the people's room for templates."""

from __future__ import annotations

from django import template

from mailhub.delivery import reason_words

register = template.Library()


@register.filter
def suppression_reason(reason: str) -> str:
    """`hard_bounce` as “hard bounce”, in the reader's language."""
    return str(reason_words.of(reason))
