"""The exports of other products, known by their columns, and what in them is none of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from contacts.importing.statuses import Standing
from contacts.importing.vocabulary import words


@dataclass(frozen=True, slots=True)
class Format:
    """`signature` columns make a file this product's; `ignored` ones only serve its own bookkeeping.

    All column names are simplified (`vocabulary.simplify`).
    """

    name: str
    signature: tuple[str, ...]
    needed: int
    ignored: tuple[str, ...]
    targets: dict[str, str]


MAILCHIMP = Format(
    name="Mailchimp",
    signature=words("leid, euid, member rating, optin time, confirm time"),
    needed=2,
    ignored=words(
        "leid, euid, gmtoff, dstoff, latitude, longitude, last changed, unsub campaign title, "
        "unsub campaign id, unsub reason, unsub reason other, clean campaign title, clean campaign id"
    ),
    targets={"cc": "country"},
)
KLAVIYO = Format(
    name="Klaviyo",
    signature=words("klaviyo id, email marketing consent, email suppressions"),
    needed=1,
    ignored=words(
        "klaviyo id, email suppressions timestamp, latitude, longitude, first active, last active, "
        "last open, last click, date added, profile created on, sms marketing consent, "
        "sms marketing consent timestamp, sms suppressions, sms suppressions timestamp, "
        "sms transactional consent, push marketing consent, sms transactional consent timestamp, "
        "whatsapp marketing consent"
    ),
    targets={},
)
LISTMONK = Format(
    name="listmonk",
    signature=words("uuid, attributes, status, email"),
    needed=4,
    ignored=words("uuid, created at, updated at"),
    targets={"attributes": "attributes"},
)
ALL = (LISTMONK, KLAVIYO, MAILCHIMP)

# Mailchimp tells an export's kind by the file's name alone where the people have no time of their own.
FILE_NAMES = {
    "unsubscribed_": Standing.UNSUBSCRIBED,
    "nonsubscribed_": Standing.NEVER,
    "cleaned_": Standing.HARD_BOUNCE,
}


def recognise(columns: Sequence[str]) -> Format | None:
    """The product that made a file with these simplified column names, if it is a known one."""
    present = frozenset(columns)
    return next(
        (format_ for format_ in ALL if len(present.intersection(format_.signature)) >= format_.needed), None
    )


def standing_of_file(name: str, *, format_: Format | None) -> Standing:
    """What a Mailchimp file's name says of everybody in it: never more than a subscription."""
    if format_ is not MAILCHIMP:
        return Standing.SUBSCRIBED
    lower = PurePath(name).name.lower()
    return next(
        (standing for start, standing in FILE_NAMES.items() if lower.startswith(start)), Standing.SUBSCRIBED
    )
