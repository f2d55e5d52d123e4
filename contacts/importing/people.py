"""Turns the cells of one row into one person, or says why it can't."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from django.utils.translation import gettext as _

from contacts.importing import moments, names, statuses, survey
from contacts.importing.mapping import Column, Mapping, Role
from contacts.importing.statuses import Standing
from contacts.models import Contact, FieldType
from contacts.services import fields
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

FIELDS = ("first_name", "last_name", "phone", "locale", "time_zone", "country", "city", "source")
LOCALE = FIELDS.index("locale")
LONGEST = {field.name: field.max_length or 0 for field in Contact._meta.fields if field.name in FIELDS}
LONGEST_TAG = 120
CHECKED = frozenset(("locale", "time_zone"))


class InvalidRow(UserError):
    """The row names nobody who can be brought in; says why."""


class Person(NamedTuple):
    """One row, checked. A field that is None stays as it is; an empty one is emptied."""

    email: str
    email_key: str
    address: str
    standing: Standing
    has_left: bool  # the list, also when something stricter keeps letters from the address
    acted_at: datetime | None
    ip: str | None
    fields: tuple[str | None, ...]  # in the order of FIELDS
    custom: str  # JSON object: custom fields to set
    cleared: tuple[str, ...]  # keys of custom fields to take away
    tags: tuple[str, ...]
    notes: tuple[str, ...]  # what of the row was left out, and why


class Reader:
    """Reads the rows of one file by its mapping. `clear` empties a field whose cell is empty."""

    def __init__(self, mapping: Mapping, *, clear: bool, now: datetime) -> None:
        self._clear, self._now = clear, now
        self._width = len(mapping.columns)
        self._standing = mapping.standing
        self._email = mapping.having(Role.EMAIL)[0].index
        self._fields = [
            (column.index, FIELDS.index(column.target), column.target)
            for column in mapping.having(Role.FIELD)
        ]
        self._names = mapping.having(Role.NAME)
        self._japanese = any(names.is_japanese(column.header) for column in mapping.columns)
        self._custom = mapping.having(Role.CUSTOM)
        self._tags = mapping.having(Role.TAGS)
        self._objects = mapping.having(Role.ATTRIBUTES)
        self._attributes = {attribute.name: attribute for attribute in mapping.attributes}
        self._statuses = [
            *mapping.having(Role.STATUS),
            *mapping.having(Role.REMARK),
            *mapping.having(Role.CONSENT),
            *mapping.having(Role.WITHDRAWAL),
        ]
        self._consented_at = mapping.having(Role.CONSENTED_AT)
        self._consent_ip = mapping.having(Role.CONSENT_IP)

    def read(self, cells: list[str]) -> Person:
        """The person of the row; raises InvalidRow with the reason."""
        if len(cells) != self._width:
            cells = self._fit(cells)
        email = cells[self._email]
        if not email or email.isspace():
            raise InvalidRow(_("The row has no e-mail address."))
        try:
            address = addresses.parse(email)
        except addresses.InvalidAddress as error:
            raise InvalidRow(str(error)) from error
        notes: list[str] = []
        standing, has_left, acted_at = self._stand(cells, notes)
        custom, cleared = self._read_custom(cells, notes)
        return Person(
            address.typed,
            address.key,
            address.ascii,
            standing,
            has_left,
            acted_at,
            self._read_ip(cells) if standing == Standing.SUBSCRIBED else None,
            self._read_fields(cells, notes),
            json.dumps(custom) if custom else "{}",
            tuple(cleared),
            self._read_tags(cells),
            tuple(notes),
        )

    def _fit(self, cells: list[str]) -> list[str]:
        """Cells left off at the end are empty ones; cells too many are a row that was cut wrongly."""
        if any(cell.strip() for cell in cells[self._width :]):
            raise InvalidRow(
                _("The row has %(cells)s cells, but there are %(columns)s columns.")
                % {"cells": len(cells), "columns": self._width}
            )
        return cells[: self._width] + [""] * (self._width - len(cells))

    def _read_fields(self, cells: list[str], notes: list[str]) -> tuple[str | None, ...]:
        values: list[str | None] = [None] * len(FIELDS)
        for index, slot, name in self._fields:
            text = cells[index].strip()
            if text:
                # A spreadsheet's sign for “this is text” is no part of a number.
                values[slot] = _clean(name, text.lstrip("'") if name == "phone" else text, notes)
            elif self._clear:
                values[slot] = ""
        for column in self._names:
            if not values[0] and not values[1]:
                self._read_name(cells[column.index].strip(), values, notes)
        return tuple(values)

    def _read_name(self, text: str, values: list[str | None], notes: list[str]) -> None:
        """A single word is a first name and says nothing of the last."""
        language = (values[LOCALE] or "")[:2]
        chinese = not self._japanese if not language else language not in names.WITHOUT_A_RULE
        for slot, part in enumerate(names.split(text, chinese=chinese)):
            if part:
                values[slot] = _clean(FIELDS[slot], part, notes)
            elif self._clear:
                values[slot] = ""

    def _read_custom(self, cells: list[str], notes: list[str]) -> tuple[dict[str, object], list[str]]:
        values: dict[str, object] = {}
        cleared: list[str] = []
        for column in self._custom:
            text = cells[column.index].strip()
            if text:
                _keep(values, column.target, column.kind, text, notes)
            elif self._clear:
                cleared.append(column.target)
        for column in self._objects:
            self._read_object(cells[column.index], values, notes)
        return values, cleared

    def _read_object(self, text: str, values: dict[str, object], notes: list[str]) -> None:
        found = survey.read_object(text)
        if found is None:
            notes.append(_("The attributes are not a JSON object and were left out."))
            return
        for name, value in found.items():
            if value is not None and value != "":
                attribute = self._attributes[name]
                _keep(values, attribute.target, attribute.kind, value, notes)

    def _stand(self, cells: list[str], notes: list[str]) -> tuple[Standing, bool, datetime | None]:
        """The strictest of what the file's name and its columns say, whether the person left the list, and
        the moment, if it is told: of the leaving, else of what is strictest."""
        standing = self._standing
        has_left = standing == Standing.UNSUBSCRIBED
        moment: datetime | None = None
        left_at: datetime | None = None
        for column in self._statuses:
            text = cells[column.index]
            said = _said(column, text)
            if said is None:
                if column.role != Role.WITHDRAWAL and text.strip():
                    notes.append(
                        _(
                            "“%(text)s” in “%(column)s” is not a known status: "
                            "kept as a contact without a subscription."
                        )
                        % {"text": text.strip()[:60], "column": column.header}
                    )
                    standing = max(standing, Standing.NEVER)
                continue
            if said == Standing.UNSUBSCRIBED or (said > Standing.UNSUBSCRIBED and statuses.says_left(text)):
                has_left = True
                left_at = left_at or moments.read(text, now=self._now)
            # What the file's name or another column said already may get its moment here.
            if said > standing or (said == standing and moment is None):
                standing, moment = said, moments.read(text, now=self._now)
        if standing == Standing.SUBSCRIBED and self._consented_at:
            moment = self._consented(cells) or moment
        return standing, has_left, left_at if has_left else moment

    def _consented(self, cells: list[str]) -> datetime | None:
        found = (moments.read(cells[column.index], now=self._now) for column in self._consented_at)
        return max((moment for moment in found if moment), default=None)

    def _read_ip(self, cells: list[str]) -> str | None:
        for column in self._consent_ip:
            try:
                return str(ip_address(cells[column.index].strip()))
            except ValueError:
                continue
        return None

    def _read_tags(self, cells: list[str]) -> tuple[str, ...]:
        found: list[str] = []
        for column in self._tags:
            if cells[column.index].strip():
                found += split_tags(cells[column.index])
        return tuple(dict.fromkeys(found))


def split_tags(text: str) -> list[str]:
    """`"VIP","Early bird"` (Mailchimp), `a; b`, `a|b`, `a, b` and `["a", "b"]` → names."""
    text = text.strip().removeprefix("[").removesuffix("]")
    separator = next((sign for sign in (";", "|") if sign in text and '"' not in text), ",")
    cells = next(csv.reader([" ".join(text.split())], delimiter=separator, skipinitialspace=True), [])
    tags = (fields.CONTROL.sub("", cell).strip().strip("'").strip()[:LONGEST_TAG] for cell in cells)
    return [tag for tag in tags if tag]


def _said(column: Column, text: str) -> Standing | None:
    if column.role == Role.STATUS:
        return statuses.of_word(text)
    if column.role == Role.CONSENT:
        return statuses.of_consent(text)
    if column.role == Role.REMARK:
        return statuses.of_word(text) if text.strip() else None
    return statuses.of_withdrawal(text, otherwise=Standing[column.target.upper()])


def _clean(name: str, text: str, notes: list[str]) -> str | None:
    if name not in CHECKED and text.isprintable() and "  " not in text and len(text) <= LONGEST[name]:
        return text
    value, problem = _checked(name, text)
    if problem:
        notes.append(f"{problem} It was left out.")
    return value


@lru_cache(maxsize=4096)
def _checked(name: str, text: str) -> tuple[str | None, str]:
    try:
        return fields.clean({name: text})[name], ""
    except fields.InvalidValue as error:
        return None, str(error)


def _keep(values: dict[str, object], key: str, kind: FieldType, value: object, notes: list[str]) -> None:
    if (
        kind == FieldType.TEXT
        and isinstance(value, str)
        and len(value) <= fields.LONGEST_TEXT
        and value.isprintable()
    ):
        values[key] = value
        return
    try:
        values[key] = fields.coerce(kind, value)
    except fields.InvalidValue as error:
        notes.append(f"{key}: {error} It was left out.")
