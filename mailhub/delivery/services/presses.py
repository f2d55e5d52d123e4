"""Prints the letters of one dispatch in one language and privacy mode: what they share is made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from mailhub.content import engine
from mailhub.content.engine import Plan, Slot
from mailhub.delivery import mime, skeletons
from mailhub.delivery.contracts import Envelope, MergeData, Parts, Recipient, TrackingMode
from mailhub.delivery.dkim import Signer
from mailhub.delivery.mime import LetterHead
from mailhub.delivery.services.merging import LetterMerge
from mailhub.delivery.skeletons import Frame, Head
from mailhub.delivery.tracking import links
from mailhub.delivery.tracking.links import TrackedUrls
from mailhub.lib import clock, quoted_printable

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

    def merge_source(self, program: engine.Program) -> LetterMerge:
        """For providers that merge; see `Envelope.merge`."""
        link, pixel_url = self.urls.link, self.urls.pixel()
        rendered = program.render(self.data, link=link, pixel_url=pixel_url)
        key = (self.recipient.dispatch_id, program.locale)
        return LetterMerge(key, program, self.data, rendered, link, pixel_url)


@dataclass(slots=True)
class Printed:
    """A letter that is written and not yet put together: what an envelope asks for when somebody wants it."""

    press: Press
    letter: Letter
    written: engine.Written
    head: Head
    personal: tuple[bytes, ...]
    moment: datetime

    def build(self, _envelope: Envelope) -> bytes:
        return skeletons.letter(
            self.head, self.press.frame, self.personal, self.written.text, self.written.html
        )

    def parts(self) -> Parts:
        return Parts(
            mime.headers_for(self.press.head_of(self.letter, self.written.subject, self.moment)),
            quoted_printable.decode(b"".join(self.written.text)),
            quoted_printable.decode(b"".join(self.written.html)),
        )

    def merge(self) -> LetterMerge:
        return self.letter.merge_source(self.press.program)


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
        head_of: Callable[[Letter, str, datetime], LetterHead],
    ) -> None:
        """`name` tells this press's boundary from others; `shared` are values that everybody's letter has;
        `head_of` says what the header of a letter with a subject says at a moment."""
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
        self.program, self.head_of = program, head_of
        self._sheet = engine.Sheet(program, plan, slots=SLOTS)
        self.frame = Frame("=_" + blake2b(name.encode(), digest_size=16).hexdigest(), self._sheet.relaxed)
        self._signer = signer
        self._heads: dict[tuple[str, str], Head] = {}

    def write(self, letter: Letter, *, message_id: str) -> Printed | None:
        """The letter, dated now; None where a part of it is empty for this person and has no place in the frame.

        Raises RenderError, HeaderRefused and InvalidAddress for data that cannot be written.
        """
        shown, own = letter.urls.shown, letter.urls.own
        tokens = (shown.open, shown.click, own.view, *letter.person_tokens)
        slots = [quoted_printable.word(token) for token in tokens]
        written = self._sheet.write(letter.data, slots, link=letter.urls.link, pixel_url=letter.urls.pixel())
        if not any(written.text) or not any(written.html):
            return None
        moment = clock.now()
        personal = skeletons.personal_fields(
            to=letter.recipient.address,
            subject=skeletons.subject_field(written.subject),
            moment=moment,
            message_id=message_id,
            unsubscribe_url=letter.unsubscribe_url,
        )
        head = self._heads.get(letter.list_facts)
        if head is None:
            like = self.head_of(letter, written.subject, moment)
            head = Head(like, content_type=self.frame.content_type, signer=self._signer)
            self._heads[letter.list_facts] = head
        return Printed(self, letter, written, head, personal, moment)
