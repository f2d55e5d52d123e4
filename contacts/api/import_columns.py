"""What a caller says of the columns of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from contacts.importing.mapping import Column, Role
from contacts.models import CustomField, FieldType
from contacts.services import fields
from mailhub.web.api.faults import Invalid

ROLES = {"email": Role.EMAIL, "tags": Role.TAGS, "status": Role.STATUS, "ignore": Role.IGNORED}
CUSTOM = "custom."


def read(text: str) -> dict[str, str]:
    """Column → what it is. Raises Invalid."""
    if not text:
        return {}
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("mapping", f"This is not JSON: {error}.") from error
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise Invalid("mapping", 'Give a JSON object such as {"Ort": "city"}.')
    return told


def choose(columns: Sequence[Column], told: Mapping[str, str]) -> list[Column]:
    """The columns as they are, and as `told` where it speaks of them. Raises Invalid, InvalidValue."""
    headers = {column.header for column in columns}
    for header in told:
        if header not in headers:
            known = ", ".join(f"“{name[:40]}”" for name in sorted(headers)[:20])
            raise Invalid("mapping", f"The file has no column “{header[:80]}”; it has {known}.")
    return [_as_told(column, told[column.header]) if column.header in told else column for column in columns]


def _as_told(column: Column, what: str) -> Column:
    if what in ROLES:
        target = what if what in ("email", "tags") else ""
        return replace(column, role=ROLES[what], target=target)
    if what in fields.BUILTIN:
        return replace(column, role=Role.FIELD, target=what)
    if what.startswith(CUSTOM):
        key = fields.check_key(what.removeprefix(CUSTOM))
        kept = CustomField.objects.filter(key=key).values_list("type", flat=True).first()
        kind = FieldType(kept) if kept else FieldType.TEXT
        return replace(column, role=Role.CUSTOM, target=key, kind=kind)
    known = ", ".join([*ROLES, *fields.BUILTIN, "custom.<key>"])
    raise Invalid("mapping", f"“{what[:60]}” is nothing that a column can be; choose of {known}.")
