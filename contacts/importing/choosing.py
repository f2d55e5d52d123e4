"""What a column of a file may become, as a person chooses it: a word for each, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.importing.keys import Book, KnownField
from contacts.importing.mapping import Column, Role
from contacts.models import CustomField, FieldType
from contacts.selectors import profile
from mailhub.lib.errors import UserError

NEW = "new"
IGNORED = Role.IGNORED.value
FIELDS: dict[str, Promise] = {**profile.LABELS, "source": gettext_lazy("Where the contact came from")}
ABOUT_MAIL: dict[str, Promise] = {
    "status": gettext_lazy("Status: a word such as subscribed, unsubscribed, bounced"),
    "consent": gettext_lazy("Consent: yes, or when they agreed"),
    "withdrawal:unsubscribed": gettext_lazy("Opted out: yes, or when"),
    "withdrawal:hard_bounce": gettext_lazy("Bounced: yes, or when"),
    "withdrawal:complaint": gettext_lazy("Complained: yes, or when"),
    "withdrawal:manual": gettext_lazy("Blocked: yes, or why"),
    "withdrawal:invalid": gettext_lazy("Invalid address: yes, or why"),
    "consented_at": gettext_lazy("Moment of the consent"),
    "consent_ip": gettext_lazy("IP address of the consent"),
}
# Only where MailHub found them: nobody would choose these.
FOUND: dict[str, Promise] = {
    "remark": gettext_lazy("Status, where something stands in it"),
    "attributes": gettext_lazy("Custom fields, as a JSON object"),
}
ONCE = frozenset(("email", "name"))
Option = tuple[str, str]


class WrongColumns(UserError):
    """The columns can't be imported so; says which, and why."""


def word_of(column: Column) -> str:
    """The choice that a column stands for, such as `field:city`."""
    if column.role in (Role.FIELD, Role.CUSTOM, Role.WITHDRAWAL):
        return f"{column.role}:{column.target}"
    return str(column.role)


def options(column: Column, *, known: Iterable[CustomField]) -> list[tuple[str, list[Option]]]:
    """Groups of (word, label) for the select of a column; a field that it would make new is among them."""
    custom = {field.key: field.label for field in known}
    if column.role == Role.CUSTOM and column.target not in custom:
        name = column.label or column.header
        custom[column.target] = _("%(name)s (new, %(kind)s)") % {"name": name, "kind": column.kind.label}
    mail = {**ABOUT_MAIL, **{word: text for word, text in FOUND.items() if word == str(column.role)}}
    person = {"email": _("E-mail address"), "name": _("Whole name"), "tags": _("Tags")}
    return [
        ("", [(IGNORED, _("Leave out"))]),
        (
            _("The person"),
            [
                ("email", person["email"]),
                *((f"field:{name}", str(text)) for name, text in FIELDS.items()),
                ("name", person["name"]),
                ("tags", person["tags"]),
            ],
        ),
        (_("May they be mailed?"), [(word, str(text)) for word, text in mail.items()]),
        (
            _("Custom fields"),
            [*((f"custom:{key}", label) for key, label in custom.items()), (NEW, _("New field…"))],
        ),
    ]


def chosen(
    columns: Sequence[Column],
    *,
    words: Sequence[str],
    new: Sequence[tuple[str, str]],
    known: list[CustomField],
) -> list[Column]:
    """The columns with what was chosen for each; `new` are (label, type) of new fields. Raises WrongColumns."""
    book = Book([KnownField(field.key, field.label, FieldType(field.type)) for field in known])
    kinds = {field.key: FieldType(field.type) for field in known}
    found = [
        _chosen(column, word, new=label_and_kind, book=book, kinds=kinds)
        for column, word, label_and_kind in zip(columns, words, new, strict=True)
    ]
    _check(found)
    return found


def _chosen(
    column: Column, word: str, *, new: tuple[str, str], book: Book, kinds: dict[str, FieldType]
) -> Column:
    role, _colon, target = word.partition(":")
    if word == NEW:
        label = " ".join(new[0].split()) or column.header
        key, kind = book.assign(label, guess=FieldType(new[1] or FieldType.TEXT))
        return replace(column, role=Role.CUSTOM, target=key, kind=kind, label=label[:120])
    if role == Role.CUSTOM:
        kind = kinds.get(target, column.kind)
        return replace(column, role=Role.CUSTOM, target=target, kind=kind)
    kept = target or (role if role in ("email", "name", "tags", "attributes") else "")
    return replace(column, role=Role(role), target=kept, kind=FieldType.TEXT, label="")


def _check(columns: Sequence[Column]) -> None:
    if not any(column.role == Role.EMAIL for column in columns):
        raise WrongColumns(_("Choose the column that holds the e-mail addresses."))
    seen: dict[str, Column] = {}
    for column in columns:
        word = word_of(column)
        if word in ONCE or column.role in (Role.FIELD, Role.CUSTOM):
            if word in seen:
                raise WrongColumns(
                    _("“%(first)s” and “%(second)s” would go into the same field; leave one of them out.")
                    % {"first": seen[word].header, "second": column.header}
                )
            seen[word] = column
