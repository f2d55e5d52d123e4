"""Keeps filters of the contact table under names."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.models import SavedView
from contacts.selectors import browsing
from mailhub.accounts.models import User
from mailhub.lib import clock, names
from mailhub.lib.errors import UserError

LONGEST_QUERY = 20_000


class NameTaken(UserError):
    """This person has another view of the same name."""


def of(user: User) -> list[SavedView]:
    """The views that this person sees: their own, and what others share."""
    return list(
        SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner").order_by("name")
    )


def keep(name: str, *, query: str, shared: bool, owner: User) -> SavedView:
    """The filter of `query` under this name; the owner's view of that name is replaced. Raises BadTree."""
    names.check(name)
    canonical = browsing.read(QueryDict(query[:LONGEST_QUERY])).query_string()
    view, _created = SavedView.objects.update_or_create(
        owner=owner, name=name, defaults={"query": canonical, "shared": shared, "updated_at": clock.now()}
    )
    return view


def rename(view: SavedView, *, name: str, shared: bool) -> None:
    """Raises NameTaken."""
    names.check(name)
    view.name, view.shared, view.updated_at = name, shared, clock.now()
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NameTaken(_("You have another view with this name.")) from error


def delete(view: SavedView) -> None:
    view.delete()
