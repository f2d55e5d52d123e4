"""What of a contact can stand in a column of an export."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, CustomField, List

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """`value` reads from a contact that came with its tags, subscriptions and `suppressed_for`."""

    key: str
    title: Text
    value: Callable[[Contact], Any]
    chosen: bool = False


def offered() -> list[Column]:
    """Every column, in the order in which they stand in a file."""
    return [*BUILTIN, *map(_of_list, List.objects.order_by("name", "pk")), *_custom()]


def chosen(keys: Iterable[str]) -> list[Column]:
    """The columns of these keys; those that are chosen beforehand when none of them is known."""
    wanted = set(keys)
    known = offered()
    return [column for column in known if column.key in wanted] or [
        column for column in known if column.chosen
    ]


def _field(name: str, title: Text, *, chosen: bool = False) -> Column:
    return Column(name, title, lambda contact: getattr(contact, name), chosen)


BUILTIN = (
    _field("email", _("E-mail"), chosen=True),
    _field("first_name", _("First name"), chosen=True),
    _field("last_name", _("Last name"), chosen=True),
    _field("phone", _("Phone")),
    _field("locale", _("Language")),
    _field("time_zone", _("Time zone")),
    _field("country", _("Country"), chosen=True),
    _field("city", _("City"), chosen=True),
    _field("source", _("Source")),
    _field("created_at", _("Added"), chosen=True),
    _field("updated_at", _("Changed")),
    Column("tags", _("Tags"), lambda contact: ", ".join(tag.name for tag in contact.tags.all()), True),
    Column("suppressed", _("Suppressed"), lambda contact: _suppressed_for(contact) or ""),
)


def _suppressed_for(contact: Any) -> str | None:
    """The reason for which nothing is mailed; what `browsing.with_badges` adds to a contact."""
    return contact.suppressed_for  # type: ignore[no-any-return]


def _of_list(list_: List) -> Column:
    def state(contact: Contact) -> str:
        found = [row.state for row in contact.subscriptions.all() if row.list_id == list_.pk]
        return str(found[0]) if found else ""

    return Column(f"list.{list_.pk}", _("List: %(name)s") % {"name": list_.name}, state)


def _custom() -> list[Column]:
    def column(key: str, label: str) -> Column:
        return Column(f"custom.{key}", label, lambda contact: _plain(contact.custom.get(key)), True)

    return [
        column(key, label) for key, label in CustomField.objects.order_by("label").values_list("key", "label")
    ]


def _plain(value: Any) -> Any:
    """Objects and lists as JSON, yes and no as words that an import reads again."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
