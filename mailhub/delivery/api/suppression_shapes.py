"""How suppressions go in and out."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers

from mailhub.delivery.models.events import SuppressionReason
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text

LONGEST_ADDRESS = 320
SCOPE = re.compile(r"|(brand|list):[1-9][0-9]{0,17}")
# What a system may find out; who left or had themselves erased does that by their own act.
STATED = [
    choice
    for choice in SuppressionReason.choices
    if choice[0] in ("manual", "hard_bounce", "complaint", "invalid")
]


class Scope(Text):
    """What a suppression is for."""

    def __init__(self, **options: Any) -> None:
        told = "Empty: everything; or brand:3, list:7."
        super().__init__(max_length=64, help_text=told, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not SCOPE.fullmatch(text):
            raise serializers.ValidationError("Write nothing for everything, or such as brand:3 or list:7.")
        return text


class SuppressionQuery(Paged):
    email = Text(default="", max_length=LONGEST_ADDRESS, help_text="What stands against this address.")
    reason = serializers.ChoiceField(SuppressionReason.choices, default="", allow_blank=True)
    scope = Scope(required=False)


class SuppressionIn(Shape):
    """An address that must not be mailed."""

    email = Text(allow_blank=False, max_length=LONGEST_ADDRESS)
    reason = serializers.ChoiceField(STATED, default=SuppressionReason.MANUAL.value)
    scope = Scope(default="")
    note = Text(default="", max_length=2000, help_text="For people who wonder later.")


class SuppressionOut(Shape):
    """Something that stands against an address, which is kept as a keyed hash only."""

    id = Id()
    reason = serializers.ChoiceField(SuppressionReason.choices)
    scope = serializers.CharField(source="scope_key", help_text="Empty: everything; or brand:3, list:7.")
    note = Text()
    created_at = Moment()


class AddressCheckIn(Shape):
    """Addresses to ask about."""

    emails = serializers.ListField(
        child=Text(allow_blank=False, max_length=LONGEST_ADDRESS), allow_empty=False, max_length=1000
    )
    scope = Scope(default="")


class AddressCheckRow(Shape):
    """Whether one address may be mailed, as far as suppressions go."""

    email = Text()
    suppressed = serializers.BooleanField()
    reasons = serializers.ListField(child=Text())
    problem = Text(help_text="Why the address cannot be judged; empty when it can.")


class AddressCheckOut(Shape):
    """One answer for each address, in its place."""

    results = AddressCheckRow(many=True)


class LiftQuery(Shape):
    reason = Text(allow_blank=False, max_length=500, help_text="Why it is lifted; kept in the audit log.")
    confirm = serializers.BooleanField(
        default=False, help_text="Needed for a hard bounce and a complaint: they were there for a reason."
    )
