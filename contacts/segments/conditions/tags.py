"""Conditions about tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from contacts.models import ContactTag, Tag
from contacts.segments.field import Field, Moment, Operator


class Tagged(Field):
    """Has any of the tags, or none of them."""

    name = "tag"
    label = gettext_lazy("Tag")
    group = gettext_lazy("Tags and lists")
    operators = {
        "has": Operator(gettext_lazy("has"), gettext_lazy("has the tag %(value)s"), "choice", many=True),
        "has_not": Operator(
            gettext_lazy("has not"), gettext_lazy("does not have the tag %(value)s"), "choice", many=True
        ),
    }

    def choices(self) -> Sequence[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Tag.objects.order_by("name").values_list("pk", "name")]

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        marks = ContactTag.objects.filter(contact=OuterRef("pk"), tag__in=[int(item) for item in value])
        return Q(~Exists(marks)) if operator == "has_not" else Q(Exists(marks))


FIELDS: Sequence[Field] = (Tagged(),)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return FIELDS[0] if name == "tag" else None
