"""Brings what another system knows of people up to date here: new ones made, known ones changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, CustomField, Tag
from contacts.services import editing, fields, people
from mailhub.delivery.hashing import address_hashes
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

MOST_TAGS = 50


class WrongField(UserError):
    """A value of one field cannot be taken; `errors` names it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.errors = [
            {"field": name, "pointer": f"#/{name.replace('.', '/')}", "message": message},
        ]


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one person, checked: built-in fields, custom ones, tags to add. None = not said."""

    email: str | None
    values: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, object] = field(default_factory=dict)
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of many; `error` says why it was refused."""

    outcome: Outcome
    contact: Contact | None = None
    error: UserError | None = None


def kinds() -> dict[str, str]:
    """Key → type of every custom field: what `check` needs, asked once for many."""
    return dict(CustomField.objects.values_list("key", "type"))


def check(said: Mapping[str, object], *, kinds: Mapping[str, str]) -> Told:
    """`said` (fields by name, with `custom` and `tags`) as it will be kept. Raises WrongField."""
    values: dict[str, str] = {}
    for name, value in said.items():
        if name not in ("email", "custom", "tags"):
            values |= _checked_value(name, value)
    given = said.get("custom") or {}
    assert isinstance(given, Mapping)
    custom = {str(key): _checked_custom(str(key), value, kinds) for key, value in given.items()}
    return Told(_checked_email(said), values, custom, _checked_tags(said))


def create(told: Told) -> Contact:
    """A new contact. Raises AddressTaken."""
    assert told.email is not None
    with transaction.atomic():
        contact = people.create(told.email, values=told.values, custom=told.custom)
        people.add_tags(contact, told.tags)
    return contact


def change(contact: Contact, told: Told) -> tuple[Contact, Outcome]:
    """What is said is so, the rest stays; tags are added. Raises AddressTaken."""
    with transaction.atomic():
        moved = told.email if told.email is not None and told.email != contact.email else None
        same = moved is None and _says(contact, told)
        if moved is not None:
            # What stands against the person goes with them to the new address.
            contact, _ = editing.change(contact, email=moved, values=told.values, custom=told.custom)
        elif not same:
            contact = people.update(contact, values=told.values, custom=told.custom)
        missing = _missing_tags(contact, told.tags)
        people.add_tags(contact, missing)
    return contact, Outcome.UNCHANGED if same and not missing else Outcome.UPDATED


def upsert(told: Told) -> tuple[Contact, Outcome]:
    """The person with this address, however it is spelt, made or changed; the address as it stands stays."""
    assert told.email is not None
    found = Contact.objects.filter(address_hash=_hash(told.email)).first()
    if found is not None:
        return change(found, _without_address(told))
    try:
        return create(told), Outcome.CREATED
    except people.AddressTaken:  # somebody else made it between the two looks
        found = Contact.objects.get(address_hash=_hash(told.email))
        return change(found, _without_address(told))


def upsert_many(rows: Sequence[Mapping[str, object]]) -> list[Result]:
    """Each row on its own, in its place: one that is refused keeps no other from being done."""
    types = kinds()
    return [_upsert_row(row, types) for row in rows]


def _upsert_row(row: Mapping[str, object], types: Mapping[str, str]) -> Result:
    try:
        with transaction.atomic():
            contact, outcome = upsert(check(row, kinds=types))
    except UserError as error:
        return Result(Outcome.REFUSED, error=error)
    return Result(outcome, contact)


def _checked_value(name: str, value: object) -> dict[str, str]:
    try:
        return fields.clean({name: value})
    except fields.InvalidValue as error:
        raise WrongField(name, str(error)) from error


def _checked_custom(key: str, value: object, kinds: Mapping[str, str]) -> object:
    name = f"custom.{key[:80]}"
    if key not in kinds:
        raise WrongField(name, _("There is no custom field “%(key)s”; define it first.") % {"key": key[:80]})
    try:
        return fields.coerce(kinds[key], value)
    except fields.InvalidValue as error:
        raise WrongField(name, str(error)) from error


def _checked_email(said: Mapping[str, object]) -> str | None:
    if "email" not in said:
        return None
    try:
        return addresses.parse(str(said["email"])).typed
    except addresses.InvalidAddress as error:
        raise WrongField("email", str(error)) from error


def _checked_tags(said: Mapping[str, object]) -> list[str]:
    given = said.get("tags") or []
    assert isinstance(given, Sequence)
    names = {" ".join(str(name).split()).casefold(): str(name) for name in given}
    if len(names) > MOST_TAGS:
        raise WrongField("tags", _("At most %(most)s tags are added at once.") % {"most": MOST_TAGS})
    if "" in names or any(len(name) > 120 for name in names):
        raise WrongField("tags", _("A tag is 1 to 120 characters long."))
    return list(names.values())


def _says(contact: Contact, told: Told) -> bool:
    return all(getattr(contact, name) == value for name, value in told.values.items()) and all(
        contact.custom.get(key) == value for key, value in told.custom.items()
    )


def _missing_tags(contact: Contact, names: Sequence[str]) -> list[str]:
    wanted = {" ".join(name.split()).casefold(): name for name in names}
    borne = set(Tag.objects.filter(contacts=contact, key__in=wanted).values_list("key", flat=True))
    return [name for key, name in wanted.items() if key not in borne]


def _without_address(told: Told) -> Told:
    return Told(None, told.values, told.custom, told.tags)


def _hash(email: str) -> str:
    return address_hashes([addresses.parse(email).key])[0]
