"""The typed seams of the post office: what rooms above hand in, and what transports hand back.

What there is one of for each letter is not frozen: a frozen dataclass takes three times as long to make.
Nobody changes it all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from mailhub.content.engine.merge import Outline
from mailhub.lib import clock

TrackingMode = Literal["individual", "anonymous", "off"]
Stream = Literal["marketing", "transactional"]


@dataclass(frozen=True, slots=True)
class AudienceQuery:
    """A SELECT by a room above that names who is to get a letter.

    Columns, in this order: recipient_key (text, the producer's idempotency key), address (as SMTP is
    told it), address_hash (32 hex), contact_id (int or NULL), list_key (text such as "list:7", or ""),
    locale (BCP 47 or ""), not_before (timestamp or NULL). Parameters are named, `%(name)s`. Delivery
    wraps it in its own INSERT … SELECT … ON CONFLICT DO NOTHING and joins the suppressions.
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Recipient:
    """One row of the ledger, as a source sees it."""

    message_id: int
    dispatch_id: int
    recipient_key: str
    address: str
    address_hash: str
    contact_id: int | None
    list_key: str
    locale: str


@dataclass(slots=True)
class MergeData:
    """Plain values for one letter: {"contact": {...}, "list": {...}, …}; delivery adds brand and URLs.

    `tracking` is the person's own wish, `list_id` what the unsubscribe link acts on (0 = everything).
    """

    values: Mapping[str, Any]
    tracking: TrackingMode = "individual"
    list_id: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """This person is not to be mailed now; `reason` is one word of the ledger (unsubscribed, capped …)."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DispatchFacts:
    """What a source may want to know of the dispatch that it is asked for."""

    id: int
    brand_id: int
    stream: Stream
    ignore_cap: bool
    producer_id: int


class RecipientSource(Protocol):
    """Checked again at send time: consent, list membership, caps, goals. Called with ≤ 100 at a time."""

    def resolve(
        self, batch: Sequence[Recipient], *, dispatch: DispatchFacts
    ) -> Mapping[int, MergeData | Refusal]:
        """By message_id, one answer for each of the batch."""
        ...

    def describe(self, recipient: Recipient) -> MergeData | None:
        """Merge data for showing a letter again, whether or not it might be mailed now; None if gone."""
        ...


_sources: dict[str, RecipientSource] = {}


def register_source(name: str, source: RecipientSource) -> None:
    _sources[name] = source


def source(name: str) -> RecipientSource:
    """The source that a dispatch names; KeyError if no room registered it."""
    return _sources[name]


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Paths of pages that a room above serves, up to the token that ends them: "/u/". Not names of addresses:
    whoever asks Django for one imports all views, which a sender needs for nothing."""

    unsubscribe: str
    preferences: str


_pages: list[PublicPages] = []


def register_pages(pages: PublicPages) -> None:
    _pages[:] = [pages]


def public_pages() -> PublicPages | None:
    return _pages[0] if _pages else None


@dataclass(frozen=True, slots=True)
class Parts:
    """A letter as provider APIs take it: readable headers in their order, without the MIME ones; the
    bodies with LF line ends, "" where there is none."""

    headers: Sequence[tuple[str, str]]
    text: str
    html: str


class MergeSource(Protocol):
    """A letter as fixed texts and this person's values; letters of equal `key` have the same fixed texts."""

    @property
    def key(self) -> Hashable: ...

    def outline(self) -> Outline: ...

    def values(self, outline: Outline) -> Sequence[str]:
        """One text for each of the outline's holes; raises RenderError."""
        ...


@dataclass(slots=True)
class Envelope:
    """One letter ready to go: parts and headers for provider APIs, lazy bytes for SMTP.

    `headers` come in the order in which they are written, without the MIME ones. With `parts`, which
    makes them, headers, text and html are read when somebody asks: SMTP never does. `build` makes the
    bytes, with the DKIM header where the domain is ours to sign for; threads may call `as_bytes`. `merge` is for
    transports whose other end fills templates; it costs nothing until it is called. `is_wire_form` vouches for
    the bytes: every CR and LF is a line end, no line begins with a dot, and the last one is ended.
    """

    message_id: int
    mail_from: str
    rcpt_to: str
    headers: Sequence[tuple[str, str]] = ()
    text: str = ""
    html: str = ""
    dispatch_id: int = 0
    prepared: bytes | None = None
    build: Callable[[Envelope], bytes] | None = None
    parts: Callable[[], Parts] | None = field(default=None, compare=False, repr=False)
    merge: Callable[[], MergeSource] | None = field(default=None, compare=False, repr=False)
    is_wire_form: bool = field(default=False, compare=False, repr=False)
    _bytes: bytes | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.parts is not None:
            # Empty slots: reading one of them comes to __getattr__.
            del self.headers, self.text, self.html

    def __getattr__(self, name: str) -> Any:
        if name not in Parts.__slots__ or self.parts is None:
            raise AttributeError(name)
        made = self.parts()
        self.headers, self.text, self.html, self.parts = made.headers, made.text, made.html, None
        return getattr(made, name)

    @property
    def metadata(self) -> dict[str, str]:
        """What providers are to say of the letter in their events."""
        return {"dispatch_id": str(self.dispatch_id), "message_id": str(self.message_id)}

    def as_bytes(self) -> bytes:
        """The whole signed message with CRLF line ends and no dot-stuffing; built once."""
        if self._bytes is None:
            if self.build is None:
                raise RuntimeError("An envelope without a builder cannot become bytes.")
            self._bytes = self.build(self)
        return self._bytes

    def forget_bytes(self) -> None:
        """The letter has its answer: a window holds a thousand of them until it is written down."""
        self._bytes = None


class Verdict(StrEnum):
    """What is known of one hand-over."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # definite: not taken now (4xx, or the line broke before the content went)
    REFUSED = "refused"  # definite: never (5xx)
    UNKNOWN = "unknown"  # content was written and no answer came


class Kind(StrEnum):
    """What a deferral or a refusal is about (rules 3.5)."""

    MAILBOX_FULL = "mailbox_full"
    MAILBOX_GONE = "mailbox_gone"  # with a refusal: there is no such mailbox and won't be
    GREYLISTED = "greylisted"  # come again later, nothing is wrong
    THROTTLED = "throttled"  # too much, too fast, or too busy: slow down for this destination
    POLICY = "policy"  # the receiver does not want it from us: never the contact's fault
    CONTENT = "content"  # this letter itself: too large, not allowed
    ROUTE = "route"  # our own fault: login, sender address, protocol
    UNREACHABLE = "unreachable"  # nobody answered at the destination, or DNS did not say where it is
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Outcome:
    """The answer for one envelope. `code` is the SMTP reply (0 = none), `enhanced` as in RFC 3463.

    `kind` says what a deferral or refusal is about: a word of `Kind`, "" when there is nothing to say.
    `answered_at` counts from when a transport makes the outcome: an open is graded by how soon after
    it comes, so the end of the batch would be too late. `arrived` says of an accepted letter that the recipient's
    own server took it; a relay's or a provider's word is no delivery yet. `again_at` is when a deferred letter may come
    again, where the other end (or a rest of its own) names a time: the next try is then, if that is later
    than usual and not too far away. A journal keeps neither.
    """

    message_id: int
    verdict: Verdict
    code: int = 0
    enhanced: str = ""
    reply: str = ""
    kind: str = ""
    answered_at: datetime = field(default_factory=clock.now, compare=False)
    again_at: datetime | None = field(default=None, compare=False)
    arrived: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Outcomes of the envelopes that were tried. Those left out (the route failed, or the worker is
    asked to stop) were not tried at all.

    `route_error` is a sentence for people when the route as a whole does not work (no connection,
    login refused, TLS failed): the dispatch pauses with it and the untried rows stay queued.
    """

    outcomes: list[Outcome]
    route_error: str = ""


class Journal(Protocol):
    """What a sender wants to know of the wire as it happens, so that a killed process can be settled.

    Both are called in the thread that called `send`, and must be quick: the wire waits.
    """

    def writing(self, message_id: int) -> None:
        """Right before the first byte of this letter's content may leave."""
        ...

    def answered(self, outcome: Outcome) -> None:
        """At once after a definite answer (ACCEPTED, DEFERRED, REFUSED); a doubt is not told."""
        ...


class KeepsNothing:
    """The journal of senders that need none."""

    def writing(self, message_id: int) -> None: ...

    def answered(self, outcome: Outcome) -> None: ...


NO_JOURNAL = KeepsNothing()


class Transport(Protocol):
    """Hands envelopes over. One object a sender process; connections stay open between calls."""

    def send(self, envelopes: Sequence[Envelope], journal: Journal = NO_JOURNAL) -> BatchResult: ...

    def close(self) -> None: ...
