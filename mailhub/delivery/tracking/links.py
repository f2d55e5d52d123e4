"""Makes the tracked addresses of one letter while it is composed."""

from __future__ import annotations

from dataclasses import dataclass

from mailhub.content.engine.links import Link, fill
from mailhub.delivery import tokens
from mailhub.delivery.contracts import TrackingMode
from mailhub.delivery.tracking import locations


@dataclass(frozen=True, slots=True)
class TrackedUrls:
    """The addresses that one recipient's letter carries, as its privacy mode allows.

    `individual` names the message in the token; `anonymous` only the dispatch, so that a hit can be
    counted and nobody can be found by it; `off` leaves links as written and has no pixel. `base_url` is
    the brand's public address, without a slash at its end.
    """

    dispatch_id: int
    message_id: int
    tracking: TrackingMode
    base_url: str

    def link(self, link: Link, values: tuple[str, ...]) -> str:
        """Where the letter's link points; `values` fill the holes of its template, in their order."""
        if self.tracking == "off" or not locations.is_web(link.template):
            return fill(link.template, values)
        payload = tokens.Payload(
            dispatch_id=self.dispatch_id,
            message_id=self._named_message_id,
            number=link.number,
            values=tuple(values),
        )
        return f"{self.base_url}/c/{tokens.mint('click', payload)}"

    def pixel(self) -> str | None:
        """The address of the picture whose loading is an open; None where nothing is measured."""
        if self.tracking == "off":
            return None
        payload = tokens.Payload(dispatch_id=self.dispatch_id, message_id=self._named_message_id)
        return f"{self.base_url}/o/{tokens.mint('open', payload)}.gif"

    def view_url(self) -> str:
        """The letter as a page. It names the message in every mode, for nothing is recorded there."""
        payload = tokens.Payload(dispatch_id=self.dispatch_id, message_id=self.message_id)
        return f"{self.base_url}/v/{tokens.mint('view', payload)}"

    @property
    def _named_message_id(self) -> int:
        return self.message_id if self.tracking == "individual" else 0
