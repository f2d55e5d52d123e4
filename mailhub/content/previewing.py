"""What rooms above tell of people, and the post office they open: for previews and for test letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mailhub.content.schema import Schema
from mailhub.content.variants import VariantSource


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whose letter can be looked at. `key` finds them again; `detail` is their address."""

    key: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a letter says it is from."""

    address: str
    name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class NewTest:
    """A letter to be sent for a look: its source, whose data it is written with, and where it goes.

    `sender` is whom it will be from; None: the brand's own sender.
    """

    test_id: int
    source: VariantSource
    reader_key: str
    addresses: Sequence[str]
    brand_id: int = 0
    sender: Sender | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a test letter to one address; `state` is the ledger's word, `reply` the server's."""

    address: str
    state: str
    reason: str
    reply: str
    is_settled: bool
    settled_at: datetime | None = None


class People(Protocol):
    """Answers for the data of letters. `user` is who looks: what they may not see comes masked."""

    def fields(self) -> Mapping[str, str]:
        """Path → type of every name that letters may use of a person, such as contact.city → text."""
        ...

    def find(self, text: str, *, user: Any, limit: int) -> Sequence[Reader]: ...

    def reader(self, key: str, *, user: Any) -> Reader | None: ...

    def values(self, key: str, *, user: Any) -> Mapping[str, Any] | None:
        """{"contact": {...}, "list": {...}}, None when there is nobody with this key."""
        ...


class Post(Protocol):
    """Knows the brands and sends test letters through the ledger."""

    def brands(self) -> Sequence[tuple[int, str]]:
        """(id, name) of each, the default first."""
        ...

    def values(self, brand_id: int) -> Mapping[str, Any]:
        """`brand.*`, `postal_address` and the personal addresses as letters of the brand see them."""
        ...

    def send(self, test: NewTest) -> int:
        """The dispatch that was opened. Raises UserError with what is wrong."""
        ...

    def results(self, dispatch_id: int) -> Sequence[Result]: ...


SAMPLE, NAMELESS = "sample", "nameless"
_people: list[People] = []
_post: list[Post] = []

SAMPLE_VALUES: dict[str, Any] = {
    "contact": {
        "email": "ann.lind@example.org",
        "first_name": "Ann",
        "last_name": "Lind",
        "name": "Ann Lind",
        "phone": "+46 8 123 456",
        "locale": "en",
        "time_zone": "Europe/Stockholm",
        "country": "SE",
        "city": "Stockholm",
        "source": "website",
        "custom": {},
    },
    "list": {"name": "Newsletter", "slug": "newsletter"},
}
PLACEHOLDER_VALUES: dict[str, Any] = {
    "brand": {
        "name": "Your brand",
        "postal_address": "1 High Street\nTown",
        "url": "https://www.example.org",
        "language": "en",
        "sender_name": "Your brand",
        "sender_address": "news@example.org",
    },
    "postal_address": "1 High Street\nTown",
    "unsubscribe_url": "https://www.example.org/u/preview",
    "preferences_url": "https://www.example.org/p/preview",
    "view_url": "https://www.example.org/v/preview",
}


def register_people(people: People) -> None:
    _people[:] = [people]


def register_post(post: Post) -> None:
    _post[:] = [post]


def post() -> Post | None:
    return _post[0] if _post else None


def schema() -> Schema:
    """Every name that a letter may use."""
    return Schema().with_fields(_people[0].fields() if _people else _sample_fields())


def find(text: str, *, user: Any, limit: int = 8) -> list[Reader]:
    """People whose name or address begins with `text`."""
    return list(_people[0].find(text, user=user, limit=limit)) if _people and text.strip() else []


def reader(key: str, *, user: Any) -> Reader:
    """The one whom `key` names; the sample person for a key that names nobody any more."""
    if key == NAMELESS:
        return Reader(NAMELESS, "", "")
    found = _people[0].reader(key, user=user) if _people and key not in ("", SAMPLE) else None
    return found or Reader(SAMPLE, SAMPLE_VALUES["contact"]["name"], SAMPLE_VALUES["contact"]["email"])


def values(key: str, *, user: Any, brand_id: int = 0) -> dict[str, Any]:
    """All merge data of a preview for the person of `key` and a brand (0: the default one)."""
    found = _people[0].values(key, user=user) if _people and key not in ("", SAMPLE, NAMELESS) else None
    person = dict(found or SAMPLE_VALUES)
    if key == NAMELESS:
        address = SAMPLE_VALUES["contact"]["email"]
        person["contact"] = {"email": address, "custom": {}}
    office = post()
    return {**PLACEHOLDER_VALUES, **(office.values(brand_id) if office else {}), **person}


def _sample_fields() -> dict[str, str]:
    return {f"contact.{name}": "text" for name in SAMPLE_VALUES["contact"] if name != "custom"}
