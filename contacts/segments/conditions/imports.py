"""Conditions about the files that somebody came or was changed with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from contacts.models import Import, ImportChange, ImportKind
from contacts.segments.conditions.attributes import GROUP
from contacts.segments.field import Field, Moment, Operator

MOST_OFFERED = 100


class Brought(Field):
    """The imports of people; who was in the file and stayed as they were is not among them."""

    name = "import"
    label = gettext_lazy("Import")
    group = GROUP
    operators = {
        "is": Operator(
            gettext_lazy("brought or changed them"),
            gettext_lazy("the import %(value)s brought or changed them"),
            "choice",
            many=True,
        )
    }

    def choices(self) -> Sequence[tuple[str, str]]:
        runs = Import.objects.filter(kind=ImportKind.PEOPLE).exclude(state="draft").order_by("-pk")
        return [(str(run.pk), f"{run.file_name} ({run.pk})") for run in runs[:MOST_OFFERED]]

    def _clean_choice(self, value: object) -> str:
        # Older ones than the offered are linked to from their pages.
        text = str(value)
        if (
            text.isascii()
            and text.isdecimal()
            and len(text) < 19
            and Import.objects.filter(pk=int(text)).exists()
        ):
            return text
        return super()._clean_choice(value)

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        rows = ImportChange.objects.filter(run__in=[int(item) for item in value])
        return Q(pk__in=rows.values("contact_id"))


FIELDS: Sequence[Field] = (Brought(),)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return FIELDS[0] if name == "import" else None
