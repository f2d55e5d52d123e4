"""Makes the tracked addresses of one letter while it is composed."""

from __future__ import annotations

from collections.abc import Iterable

from mailhub.content.engine import Slot
from mailhub.content.engine.links import Link, fill
from mailhub.content.engine.plans import Text
from mailhub.delivery.contracts import TrackingMode
from mailhub.delivery.tokens import LetterTokens, Minter
from mailhub.delivery.tracking import locations

# Where the tokens of a letter stand among the slots of its chunks.
OPEN, CLICK, VIEW = Slot(0), Slot(1), Slot(2)


class TrackedUrls:
    """The addresses that one recipient's letter carries, as its privacy mode allows.

    `individual` names the message in the token; `anonymous` only the dispatch, so that a hit can be
    counted and nobody can be found by it; `off` leaves links as written and has no pixel. `base_url` is
    the brand's public address, without a slash at its end. `own` names the message in every mode, for
    what is not measured.
    """

    __slots__ = ("_minter", "base_url", "message_id", "own", "shown", "tracking")

    def __init__(
        self,
        dispatch_id: int,
        message_id: int,
        tracking: TrackingMode,
        base_url: str,
        minter: Minter | None = None,
    ) -> None:
        minter = minter or Minter(dispatch_id)
        self._minter = minter
        self.message_id = message_id
        self.tracking = tracking
        self.base_url = base_url
        self.own: LetterTokens = minter.letter(message_id)
        self.shown: LetterTokens = self.own if tracking == "individual" else minter.anonymous

    def link(self, link: Link, values: tuple[str, ...]) -> str:
        """Where the letter's link points; `values` fill the holes of its template, in their order."""
        if self.tracking == "off" or not locations.is_web(link.template):
            return fill(link.template, values)
        if not values:
            return f"{self.base_url}/c/{self.shown.click}.{link.number}"
        message_id = self.message_id if self.tracking == "individual" else 0
        return f"{self.base_url}/c/{self._minter.link(message_id, link.number, values)}"

    def pixel(self) -> str | None:
        """The address of the picture whose loading is an open; None where nothing is measured."""
        return None if self.tracking == "off" else f"{self.base_url}/o/{self.shown.open}.gif"

    def view_url(self) -> str:
        """The letter as a page. It names the message in every mode, for nothing is recorded there."""
        return f"{self.base_url}/v/{self.own.view}"


def planned_links(links: Iterable[Link], tracking: TrackingMode, base_url: str) -> dict[int, Text]:
    """What `TrackedUrls.link` gives for links without values, with slots for the tokens."""
    off = tracking == "off"
    return {
        link.number: (fill(link.template, ()),)
        if off or not locations.is_web(link.template)
        else (f"{base_url}/c/", CLICK, f".{link.number}")
        for link in links
    }


def planned_pixel(tracking: TrackingMode, base_url: str) -> Text:
    """What `TrackedUrls.pixel` gives; empty where nothing is measured."""
    return () if tracking == "off" else (f"{base_url}/o/", OPEN, ".gif")
