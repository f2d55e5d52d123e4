"""Proposes for every column of a file what it is: a field, a status, a custom field, or nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from contacts.importing import formats, keys, rejects, vocabulary
from contacts.importing.formats import Format
from contacts.importing.keys import KnownField
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.statuses import Standing
from contacts.models import FieldType
from mailhub.lib import addresses


class Role(StrEnum):
    """What MailHub does with a column. A remark is a status that says nothing where it is empty."""

    EMAIL = "email"
    FIELD = "field"
    NAME = "name"
    TAGS = "tags"
    STATUS = "status"
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    REMARK = "remark"
    CONSENTED_AT = "consented_at"
    CONSENT_IP = "consent_ip"
    ATTRIBUTES = "attributes"
    CUSTOM = "custom"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Column:
    """`target` is the field's name or the custom field's key; of a withdrawal, the standing's name.

    `label` is what a new custom field is called; empty = like the column.
    """

    index: int
    header: str
    role: Role
    target: str = ""
    kind: FieldType = FieldType.TEXT
    label: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One key of the JSON objects in an attributes column."""

    name: str
    target: str
    kind: FieldType


@dataclass(frozen=True, slots=True)
class Mapping:
    """What becomes of each column. `standing` is what the file's name alone says of everybody in it."""

    columns: tuple[Column, ...]
    format_: Format | None
    standing: Standing = Standing.SUBSCRIBED
    attributes: tuple[Attribute, ...] = ()

    def having(self, role: Role) -> list[Column]:
        return [column for column in self.columns if column.role == role]

    def describe(self) -> dict[str, str]:
        """Column of the file → what it becomes, for people and for the record of the import."""
        return {column.header: column.target or column.role.value for column in self.columns}


def propose(header: Sequence[str], *, file_name: str) -> Mapping:
    """What the names of the columns alone tell; unknown ones are custom fields without a key yet.

    A mended error file keeps the rules of the format it came from, beside the columns that MailHub added.
    """
    simple = [vocabulary.simplify(name) for name in header]
    own = rejects.OWN if rejects.made(header) else frozenset()
    format_ = formats.recognise(
        [name for name, given in zip(simple, header, strict=True) if given not in own]
    )
    taken = {field: column for field in vocabulary.FIELDS if (column := _find(field, simple)) is not None}
    fields = {index: field for field, index in reversed(taken.items())}
    columns = tuple(
        _own_column(index, header[index])
        if header[index] in own
        else _column(index, header[index], simple[index], field=fields.get(index), format_=format_)
        for index in range(len(header))
    )
    standing = formats.standing_of_file(file_name, format_=format_)
    return Mapping(_without_whole_name(columns), format_, standing)


def settle(draft: Mapping, *, found: ReadOnly[int, tuple[Role, str]]) -> Mapping:
    """The draft with the (role, target) of the columns that their cells have shown to be no custom fields."""
    columns = list(draft.columns)
    for index, (role, target) in found.items():
        columns[index] = replace(columns[index], role=role, target=target)
    return replace(draft, columns=tuple(columns))


def complete(
    draft: Mapping,
    *,
    kinds: ReadOnly[int, FieldType],
    attributes: ReadOnly[str, FieldType],
    known: Sequence[KnownField],
) -> Mapping:
    """Give the unknown columns and attributes their keys and types: those of a field that is there already,
    by its label or its key, else guessed ones."""
    book = keys.Book(known)
    columns = []
    for column in draft.columns:
        if column.role == Role.CUSTOM:
            key, kind = book.assign(column.header, guess=kinds.get(column.index, FieldType.TEXT))
            column = replace(column, target=key, kind=kind)
        columns.append(column)
    named = tuple(Attribute(name, *book.assign(name, guess=kind)) for name, kind in attributes.items())
    return replace(draft, columns=tuple(columns), attributes=named)


def choose(plan: Mapping, chosen: Sequence[Column]) -> Mapping:
    """The plan with the columns that somebody chose. Raises UnreadableFile when the file has others."""
    if [(column.index, column.header) for column in chosen] != [
        (column.index, column.header) for column in plan.columns
    ]:
        raise UnreadableFile(
            _("The columns of the file are others than those that were chosen; upload it again.")
        )
    kept = plan.attributes if any(column.role == Role.ATTRIBUTES for column in chosen) else ()
    return replace(plan, columns=tuple(chosen), attributes=kept)


def require_email(plan: Mapping, *, file_name: str) -> None:
    """Raises UnreadableFile when no column holds the addresses."""
    if not plan.having(Role.EMAIL):
        raise UnreadableFile(_no_address(plan, file_name))


def with_email(draft: Mapping, *, index: int | None, file_name: str, needed: bool = True) -> Mapping:
    """The draft; column `index` is the address if none was known by its name. Raises UnreadableFile, also when
    the first line holds an address: it is a person then, and would be lost."""
    if any(_is_address(column.header) for column in draft.columns):
        raise UnreadableFile(
            _(
                "The first line of %(file)s holds an address instead of column names; "
                "put a line such as “email,first_name” above it."
            )
            % {"file": file_name}
        )
    if index is None and needed:
        require_email(draft, file_name=file_name)
    if index is None or draft.having(Role.EMAIL):
        return draft
    columns = list(draft.columns)
    columns[index] = replace(columns[index], role=Role.EMAIL, target="email")
    return replace(draft, columns=tuple(columns))


def _own_column(index: int, header: str) -> Column:
    return Column(index, header, Role.STATUS if header == rejects.STANDING else Role.IGNORED)


def _find(field: str, simple: Sequence[str]) -> int | None:
    for synonym in vocabulary.FIELDS[field]:
        if synonym in simple:
            return simple.index(synonym)
    return None


def _column(index: int, header: str, simple: str, *, field: str | None, format_: Format | None) -> Column:
    if format_ and simple in format_.ignored:
        return Column(index, header, Role.IGNORED)
    if format_ and simple in format_.targets:
        field = format_.targets[simple]
    if field in (Role.EMAIL, Role.NAME, Role.TAGS, Role.ATTRIBUTES):
        return Column(index, header, Role(field), field)
    if field:
        return Column(index, header, Role.FIELD, field)
    return _standing_column(index, header, simple) or _unknown(index, header)


def _standing_column(index: int, header: str, simple: str) -> Column | None:
    if simple in vocabulary.STATUS:
        return Column(index, header, Role.STATUS)
    if simple in vocabulary.CONSENT:
        return Column(index, header, Role.CONSENT)
    if simple in vocabulary.CONSENTED_AT:
        return Column(index, header, Role.CONSENTED_AT)
    if simple in vocabulary.CONSENT_IP:
        return Column(index, header, Role.CONSENT_IP)
    for standing, names in vocabulary.WITHDRAWALS.items():
        if simple in names:
            return Column(index, header, Role.WITHDRAWAL, standing)
    return None


def _unknown(index: int, header: str) -> Column:
    return Column(index, header, Role.CUSTOM if header else Role.IGNORED)


def _without_whole_name(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Beside a first and a last name the whole name tells nothing new."""
    present = {column.target for column in columns if column.role == Role.FIELD}
    if not {"first_name", "last_name"} <= present:
        return columns
    return tuple(
        replace(column, role=Role.IGNORED, target="") if column.role == Role.NAME else column
        for column in columns
    )


def _is_address(header: str) -> bool:
    try:
        return "@" in header and bool(addresses.parse(header))
    except addresses.InvalidAddress:
        return False


def _no_address(draft: Mapping, file_name: str) -> str:
    headers = [column.header for column in draft.columns]
    shown = ", ".join(f"“{header[:40]}”" for header in headers[:12] if header)
    return _(
        "%(file)s has no column of e-mail addresses; its columns are %(columns)s. Name one of them “email”."
    ) % {"file": file_name, "columns": shown or _("no names at all")}
