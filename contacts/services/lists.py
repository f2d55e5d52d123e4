"""Makes lists."""

from __future__ import annotations

from django.utils.text import slugify

from contacts.models import List, OptIn
from contacts.services import fields
from mailhub.delivery.models import Brand


def get_or_create(
    slug: str, *, brand: Brand, name: str = "", opt_in: str = OptIn.SINGLE, public: bool = False
) -> tuple[List, bool]:
    """The list with this slug, and whether it was made now; one that is there stays as it is.

    Raises InvalidValue when `slug` cannot be a slug.
    """
    if slug != slugify(slug) or not 0 < len(slug) <= 120:
        raise fields.InvalidValue(
            f"“{slug}” cannot be a list's slug: use a–z, 0–9, - and _, such as {slugify(slug) or 'news'}."
        )
    title = name or slug.replace("-", " ").replace("_", " ").capitalize()
    defaults = {"name": title, "brand": brand, "opt_in": OptIn(opt_in), "public": public}
    return List.objects.get_or_create(slug=slug, defaults=defaults)
