"""Lists of letters with what their newest version says of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from mailhub.content.models import Letter, LetterDraft, LetterVariant, LetterVersion
from mailhub.web.search import Hit


def listed(*, archived: bool = False, text: str = "", kind: str = "") -> QuerySet[Letter]:
    """Letters with `number`, `size`, `changed_by` and `newest_id` of their newest version.

    `in_work` says whether drafts wait, `draft_by` who wrote in them last.
    """
    letters = Letter.objects.filter(archived_at__isnull=not archived)
    if text:
        letters = letters.filter(Q(name__icontains=text) | Q(description__icontains=text))
    if kind:
        letters = letters.filter(kind=kind)
    newest = LetterVersion.objects.filter(letter=OuterRef("pk")).order_by("-number")
    return letters.annotate(
        number=Subquery(newest.values("number")[:1]),
        size=Subquery(newest.values("size")[:1]),
        changed_by=Subquery(newest.values("created_by")[:1]),
        newest_id=Subquery(newest.values("id")[:1]),
        in_work=Exists(LetterDraft.objects.filter(letter=OuterRef("pk"))),
        draft_by=Subquery(
            LetterDraft.objects.filter(letter=OuterRef("pk")).order_by("-changed_at").values("changed_by")[:1]
        ),
    )


def languages(version_ids: Sequence[int]) -> dict[int, list[str]]:
    """The languages of each version, the first made first."""
    found: dict[int, list[str]] = {version_id: [] for version_id in version_ids}
    rows = LetterVariant.objects.filter(version__in=version_ids).order_by("id")
    for version_id, locale in rows.values_list("version_id", "locale"):
        found[version_id].append(locale)
    return found


def templates() -> QuerySet[Letter]:
    """Letters of this house that new ones may begin with."""
    return Letter.objects.filter(is_template=True, archived_at=None).order_by("name", "id")


def search(text: str, *, user: object, limit: int) -> list[Hit]:
    """Letters whose name holds the text, for the global search."""
    found = Letter.objects.filter(name__icontains=text).order_by("-updated_at", "-id")[:limit]
    return [
        Hit(
            letter.name,
            letter.description or letter.get_kind_display(),
            reverse("content:letter_page", args=[letter.pk]),
        )
        for letter in found
    ]
