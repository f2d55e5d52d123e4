"""Prints the letters of one dispatch in one language and privacy mode: what they share is made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from mailhub.content import engine
from mailhub.content.engine import Plan, Slot
from mailhub.delivery import headers
from mailhub.delivery.contracts import MergeData, Recipient, TrackingMode
from mailhub.delivery.dkim import Signer
from mailhub.delivery.headers import Field
from mailhub.delivery.mime import LetterHead
from mailhub.delivery.skeletons import Build, Frame, Head, builder, personal_fields
from mailhub.delivery.tracking import links
from mailhub.delivery.tracking.links import TrackedUrls
from mailhub.lib import quoted_printable

UNSUBSCRIBE, PREFERENCES = Slot(3), Slot(4)
SLOTS = 5


@dataclass(frozen=True, slots=True)
class PageRoots:
    """The public pages' addresses before their tokens; "" where no room serves them."""

    unsubscribe: str
    preferences: str


@dataclass(slots=True)
class Letter:
    """One person's letter before it is written: merge data, addresses, and the tokens in them."""

    recipient: Recipient
    merge: MergeData
    urls: TrackedUrls
    unsubscribe_url: str
    data: Mapping[str, Any]
    person_tokens: tuple[str, str]

    @property
    def list_facts(self) -> tuple[str, str]:
        """Slug and name of the list that it goes to, "" and "" where it goes to none."""
        facts = self.merge.values.get("list")
        if not isinstance(facts, Mapping) or not facts.get("slug"):
            return "", ""
        return str(facts["slug"]), str(facts.get("name") or "")


class Press:
    """Writes and encodes letters of a compiled program, in the frame that they share."""

    def __init__(
        self,
        program: engine.Program,
        *,
        name: str,
        shared: Mapping[str, Any],
        tracking: TrackingMode,
        base_url: str,
        pages: PageRoots,
        signer: Signer | None,
    ) -> None:
        """`name` tells this press's boundary from others; `shared` are values that everybody's letter has."""
        plan = Plan(
            values=shared,
            texts={
                "unsubscribe_url": (pages.unsubscribe, UNSUBSCRIBE) if pages.unsubscribe else (),
                "preferences_url": (pages.preferences, PREFERENCES) if pages.preferences else (),
                "view_url": (f"{base_url}/v/", links.VIEW),
            },
            links=links.planned_links(program.links, tracking, base_url),
            pixel=links.planned_pixel(tracking, base_url),
        )
        self._sheet = engine.Sheet(program, plan, slots=SLOTS)
        self._frame = Frame("=_" + blake2b(name.encode(), digest_size=16).hexdigest(), self._sheet.relaxed)
        self._signer = signer
        self._heads: dict[tuple[str, str], Head] = {}
        self._subject = self._sheet.subject and headers.field("Subject", self._sheet.subject)

    def write(self, letter: Letter) -> engine.Written:
        """Raises RenderError for data that cannot be written."""
        shown, own = letter.urls.shown, letter.urls.own
        tokens = (shown.open, shown.click, own.view, *letter.person_tokens)
        slots = [quoted_printable.word(token) for token in tokens]
        return self._sheet.write(letter.data, slots, link=letter.urls.link, pixel_url=letter.urls.pixel())

    def builder(
        self,
        letter: Letter,
        written: engine.Written,
        *,
        moment: datetime,
        message_id: str,
        make_head: Callable[[], LetterHead],
    ) -> Build:
        """What puts the written letter together. `make_head` is asked once for all letters to a list.

        Raises HeaderRefused and InvalidAddress.
        """
        head = self._heads.get(letter.list_facts)
        if head is None:
            head = Head(make_head(), content_type=self._frame.content_type, signer=self._signer)
            self._heads[letter.list_facts] = head
        fields: tuple[Field, ...] = personal_fields(
            to=letter.recipient.address,
            subject=self._subject or headers.field("Subject", written.subject),
            moment=moment,
            message_id=message_id,
            unsubscribe_url=letter.unsubscribe_url,
        )
        return builder(head, self._frame, fields, written.text, written.html)
