"""Renames, merges and deletes tags."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import ContactTag, Tag
from mailhub.lib import names
from mailhub.lib.errors import UserError

LONGEST = 120


class NameTaken(UserError):
    """There is another tag of this name."""


class WrongName(UserError):
    """The name cannot be a tag's."""


def create(name: str) -> Tag:
    """A new tag. Raises WrongName, NameTaken."""
    name, key = _clean(name)
    tag, created = Tag.objects.get_or_create(key=key, defaults={"name": name})
    if not created:
        raise NameTaken(_("There is already a tag “%(name)s”.") % {"name": tag.name})
    return tag


def rename(tag: Tag, name: str) -> Tag:
    """Raises WrongName, and NameTaken: merging is its own act."""
    name, key = _clean(name)
    other = Tag.objects.filter(key=key).exclude(pk=tag.pk).first()
    if other is not None:
        raise NameTaken(_("There is already a tag “%(name)s”. Merge the two instead.") % {"name": other.name})
    tag.name, tag.key = name, key
    tag.save(update_fields=["name", "key"])
    return tag


@transaction.atomic
def merge(tag: Tag, *, into: Tag) -> int:
    """Who bears `tag` bears `into` afterwards, and `tag` is gone; how many did not bear `into` before."""
    if tag.pk == into.pk:
        raise WrongName(_("A tag cannot be merged into itself."))
    bearing = ContactTag.objects.filter(tag=into)
    moved = ContactTag.objects.filter(tag=tag).exclude(contact__in=bearing.values("contact")).update(tag=into)
    tag.delete()
    return moved


def delete(tag: Tag) -> None:
    """The tag is gone, off everybody; the contacts stay."""
    tag.delete()


def _clean(name: str) -> tuple[str, str]:
    name = " ".join(name.replace("\x00", "").split())
    if not 0 < len(name) <= LONGEST:
        raise WrongName(_("A tag is 1 to 120 characters long."))
    names.check(name)
    return name, name.casefold()
