"""Makes, changes and deletes lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.models import Confirmation, List, OptIn, Subscription, SubscriptionState
from contacts.services import fields
from mailhub.delivery.models import Brand
from mailhub.lib import names
from mailhub.lib.errors import UserError


class StillInUse(UserError):
    """Something relies on the list; says what."""


@dataclass(frozen=True)
class Belongings:
    """What goes with a list when it is deleted. Proof of consent and suppressions stay."""

    subscribed: int
    pending: int
    unsubscribed: int
    # (what names the list, how many), such as ("campaigns", 2).
    named_by: list[tuple[str, int]]


def get_or_create(
    slug: str, *, brand: Brand, name: str = "", opt_in: str = OptIn.SINGLE, public: bool = False
) -> tuple[List, bool]:
    """The list with this slug, and whether it was made now; one that is there stays as it is.

    Raises InvalidValue when `slug` cannot be a slug.
    """
    if slug != slugify(slug) or not 0 < len(slug) <= 120:
        raise fields.InvalidValue(
            _("“%(slug)s” cannot be a list's slug: use a–z, 0–9, - and _, such as %(proposal)s.")
            % {"slug": slug, "proposal": slugify(slug) or "news"}
        )
    title = name or slug.replace("-", " ").replace("_", " ").capitalize()
    defaults = {"name": title, "brand": brand, "opt_in": OptIn(opt_in), "public": public}
    return List.objects.get_or_create(slug=slug, defaults=defaults)


def create(name: str, *, brand: Brand, **values: Any) -> List:
    """A new list with a slug of its own, made of the name."""
    names.check(name)
    return List.objects.create(name=name, slug=_free_slug(name), brand=brand, **values)


def update(list_: List, **values: Any) -> List:
    """Change what is given. The slug stays: files, forms and other systems know the list by it."""
    if "name" in values:
        names.check(values["name"])
    for name, value in values.items():
        setattr(list_, name, value)
    list_.save(update_fields=list(values))
    return list_


def belongings(list_: List) -> Belongings:
    """What goes with the list."""
    rows = Subscription.objects.filter(list=list_).values_list("state")
    counts = dict(rows.annotate(number=models.Count("pk")).values_list("state", "number"))
    return Belongings(
        counts.get(SubscriptionState.SUBSCRIBED, 0),
        counts.get(SubscriptionState.PENDING, 0),
        counts.get(SubscriptionState.UNSUBSCRIBED, 0),
        _named_by(list_),
    )


@transaction.atomic
def delete(list_: List) -> None:
    """The list, its subscriptions and open confirmations are gone; the proof stays. Raises StillInUse."""
    try:
        Confirmation.objects.filter(list=list_).delete()
        list_.delete()
    except models.ProtectedError as error:
        names = ", ".join(sorted({str(found._meta.verbose_name_plural) for found in error.protected_objects}))
        raise StillInUse(
            _("The list cannot be deleted: %(names)s rely on it. Change them first.") % {"names": names}
        ) from error


def _named_by(list_: List) -> list[tuple[str, int]]:
    """Who in the rooms above refers to the list; found by its relations, for those rooms are not imported."""
    found = []
    for relation in List._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToManyRel):
            continue
        model: Any = relation.related_model
        number = model._default_manager.filter(**{relation.field.name: list_}).count()
        if number:
            found.append((str(model._meta.verbose_name_plural), number))
    return found


def _free_slug(name: str) -> str:
    beginning = slugify(name)[:100] or "list"
    taken = set(List.objects.filter(slug__startswith=beginning).values_list("slug", flat=True))
    numbered = (f"{beginning}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (beginning, *numbered) if slug not in taken)
