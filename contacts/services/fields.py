"""What the values of a contact's fields may be: pure checks that turn what was typed into what is kept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from contacts.models import Contact, FieldType, TrackingPreference
from mailhub.lib.errors import UserError

BUILTIN = {
    "email": "text",
    "first_name": "text",
    "last_name": "text",
    "phone": "text",
    "locale": "text",
    "time_zone": "text",
    "country": "text",
    "city": "text",
    "source": "text",
}
# Names that a custom field may not take: letters and forms know them by another meaning.
RESERVED = {*BUILTIN, "id", "name", "custom", "tags", "tracking", "address", "address_hash", "email_key"} | {
    "created_at",
    "updated_at",
}
KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
LONGEST_TEXT = 10_000
TRUE = {"true", "yes", "y", "1", "on", "是"}
FALSE = {"false", "no", "n", "0", "off", "否"}
# RFC 5646, as far as letters are written in it: language, script, region.
LOCALE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class InvalidValue(UserError):
    """A value does not fit its field; says which and why."""


def check_key(key: str) -> str:
    """`key`, if a custom field may be called so; raises InvalidValue."""
    if not KEY.fullmatch(key):
        raise InvalidValue(
            _("“%(key)s” cannot be a field's key: use a–z, 0–9 and _, beginning with a letter.")
            % {"key": key}
        )
    if key in RESERVED:
        raise InvalidValue(_("“%(key)s” is a built-in field; choose another key.") % {"key": key})
    return key


def coerce(kind: str, value: object) -> object:
    """What a custom field of type `kind` (a FieldType) keeps of `value`: a JSON value, dates as ISO 8601.

    Empty text and None are None: the field has no value. Raises InvalidValue.
    """
    if isinstance(value, str):
        value = CONTROL.sub("", value).strip()
    if value is None or value == "":
        return None
    return _COERCIONS[FieldType(kind)](value)


def clean(values: Mapping[str, object]) -> dict[str, str]:
    """Built-in fields (but the address) ready for the columns of Contact; raises InvalidValue."""
    return {name: _clean_builtin(name, "" if value is None else str(value)) for name, value in values.items()}


def normalise_locale(text: str) -> str:
    """`zh_hans_cn` → `zh-Hans-CN`; empty stays empty. Raises InvalidValue."""
    if not text:
        return ""
    match = LOCALE.fullmatch(text)
    if match is None:
        raise InvalidValue(
            _("“%(text)s” is not a language code such as en, de-AT or zh-Hans.") % {"text": text[:40]}
        )
    language, script, region = match.groups()
    parts = [language.lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def _clean_builtin(name: str, text: str) -> str:
    if name not in BUILTIN and name != "tracking":
        raise InvalidValue(_("“%(name)s” is not a field of contacts.") % {"name": name})
    # One line: these values reach the headers of letters.
    text = " ".join(CONTROL.sub("", text).split())
    longest = getattr(Contact._meta.get_field(name), "max_length", None)
    if longest and len(text) > longest:
        raise InvalidValue(
            _("%(name)s is longer than %(longest)s characters.") % {"name": name, "longest": longest}
        )
    return _CLEANERS.get(name, str)(text)


def _time_zone(text: str) -> str:
    """The zone's own name: other products write it in any case, and not every file system minds."""
    if not text:
        return ""
    try:
        return _zones()[text.casefold()]
    except KeyError as error:
        raise InvalidValue(
            _("“%(text)s” is not a time zone such as Europe/Berlin.") % {"text": text}
        ) from error


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _tracking(text: str) -> str:
    if text not in TrackingPreference.values:
        raise InvalidValue(
            _("Tracking is individual, anonymous, off or empty, not “%(text)s”.") % {"text": text}
        )
    return text


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(_("The text is longer than %(most)s characters.") % {"most": LONGEST_TEXT})
    return text


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidValue(_("“%(value)s” is not a number.") % {"value": value})
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise InvalidValue(_("“%(value)s” is not a number.") % {"value": value}) from error
    if not math.isfinite(number):
        raise InvalidValue(_("“%(value)s” is not a number.") % {"value": value})
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,18}", value):
        return int(value)
    return value if isinstance(value, int) else number


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return datetime.fromisoformat(str(value)).date().isoformat()
    except ValueError as error:
        raise InvalidValue(
            _("“%(value)s” is not a date; write it as 2026-03-31.") % {"value": value}
        ) from error


def _boolean(value: object) -> bool:
    word = str(value).casefold()
    if word not in TRUE | FALSE:
        raise InvalidValue(_("“%(value)s” is neither yes nor no.") % {"value": value})
    return word in TRUE


def _json(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise InvalidValue(
            _("“%(value)s” is not JSON: %(reason)s.") % {"value": str(value)[:40], "reason": error}
        ) from error


_COERCIONS = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: _boolean,
    FieldType.JSON: _json,
}
_CLEANERS = {"locale": normalise_locale, "time_zone": _time_zone, "tracking": _tracking}
