"""Writes contacts, custom fields and tags, checking every value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactTag, CustomField, FieldType, Tag
from contacts.services import fields
from mailhub.delivery.hashing import address_hash
from mailhub.lib import addresses, clock, names
from mailhub.lib.errors import UserError


class AddressTaken(UserError):
    """Another contact has this address."""


class UnknownField(UserError):
    """A value was given for a custom field that does not exist."""


def create(
    email: str, *, values: Mapping[str, object] | None = None, custom: Mapping[str, object] | None = None
) -> Contact:
    """A new contact. `values` are built-in fields by name, `custom` custom fields by key.

    Raises InvalidAddress, InvalidValue, UnknownField, AddressTaken.
    """
    contact = Contact(created_at=clock.now())
    _put_address(contact, email)
    _put_values(contact, values or {}, custom or {})
    return _saved(contact)


def get_or_create(email: str, *, values: Mapping[str, object] | None = None) -> tuple[Contact, bool]:
    """The contact with this address, however it is spelt, and whether it is new; then with `values`.

    A contact that was there stays as it is. Raises InvalidAddress, InvalidValue.
    """
    hashed = address_hash(addresses.parse(email).key)
    found = Contact.objects.filter(address_hash=hashed).first()
    if found is not None:
        return found, False
    try:
        return create(email, values=values), True
    except AddressTaken:  # somebody else made it between the two looks
        return Contact.objects.get(address_hash=hashed), False


def update(
    contact: Contact,
    *,
    values: Mapping[str, object] | None = None,
    custom: Mapping[str, object] | None = None,
    email: str | None = None,
) -> Contact:
    """Change what is given and leave the rest; an empty value empties its field. Raises as `create`."""
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact.pk)
        if email is not None:
            _put_address(contact, email)
        _put_values(contact, values or {}, custom or {})
        return _saved(contact)


def check(
    email: str, *, contact: Contact | None, values: Mapping[str, object], custom: Mapping[str, object]
) -> None:
    """Nothing happens if `create` (contact None) or `update` would take these; raises what they would."""
    trial = Contact(pk=contact.pk, custom=contact.custom) if contact else Contact()
    _put_address(trial, email)
    _put_values(trial, values, custom)
    if Contact.objects.filter(address_hash=trial.address_hash).exclude(pk=trial.pk).exists():
        raise AddressTaken(_taken(trial))


def define_field(key: str, *, label: str = "", kind: str = FieldType.TEXT) -> CustomField:
    """The custom field called `key`, made when it is new; its type stays. Raises InvalidValue."""
    defaults = {"label": label or key.replace("_", " "), "type": FieldType(kind)}
    return CustomField.objects.get_or_create(key=fields.check_key(key), defaults=defaults)[0]


def get_tag(name: str) -> Tag:
    """The tag of this name in any case, made when it is new. Raises InvalidValue."""
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise fields.InvalidValue(_("A tag is 1 to 120 characters long."))
    names.check(name)
    return Tag.objects.get_or_create(key=name.casefold(), defaults={"name": name})[0]


def add_tags(contact: Contact, names: Iterable[str]) -> None:
    """The contact bears these tags, beside those that it has."""
    tags = [get_tag(name) for name in names]
    ContactTag.objects.bulk_create(
        [ContactTag(contact=contact, tag=tag) for tag in tags], ignore_conflicts=True
    )


def remove_tag(contact: Contact, name: str) -> None:
    ContactTag.objects.filter(contact=contact, tag__key=" ".join(name.split()).casefold()).delete()


def _put_address(contact: Contact, email: str) -> None:
    parsed = addresses.parse(email)
    contact.email, contact.email_key, contact.address = parsed.typed, parsed.key, parsed.ascii
    contact.address_hash = address_hash(parsed.key)


def _put_values(contact: Contact, values: Mapping[str, object], custom: Mapping[str, object]) -> None:
    if "email" in values:
        raise fields.InvalidValue(_("The address is not changed with the other fields; give it as `email`."))
    for name, value in fields.clean(values).items():
        setattr(contact, name, value)
    contact.custom = _merged(contact.custom, custom)


def _merged(kept: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    """What is given over what is kept. The value of a deleted field may stay or go, but not change."""
    kinds = dict(CustomField.objects.filter(key__in=list(given)).values_list("key", "type"))
    merged = dict(kept)
    for key, value in given.items():
        if key in kinds:
            merged[key] = fields.coerce(kinds[key], value)
        elif key in kept and value in (None, kept[key]):
            merged[key] = value
        else:
            raise UnknownField(_("There is no custom field “%(key)s”; define it first.") % {"key": key})
    return {key: value for key, value in merged.items() if value is not None}


def _saved(contact: Contact) -> Contact:
    contact.updated_at = clock.now()
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        raise AddressTaken(_taken(contact)) from error
    return contact


def _taken(contact: Contact) -> str:
    return _("There is already a contact with the address %(email)s.") % {"email": contact.email}
