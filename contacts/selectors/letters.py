"""The letters of one person: what was planned for them, what became of each, what they did with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import contracts
from contacts.contracts import Named
from contacts.models import Contact
from mailhub.delivery.models import Dispatch, Event, Message

# One look asks for so many dispatches; each is one probe of the ledger's unique index.
DISPATCHES_AT_ONCE = 200
MOST_LOOKS = 10
STATES: dict[str, tuple[str, Promise]] = {
    "sent": ("ok", _("sent")),
    "queued": ("info", _("waiting")),
    "claimed": ("info", _("on its way")),
    "deferred": ("warn", _("put off")),
    "failed": ("bad", _("failed")),
    "skipped": ("neutral", _("not mailed")),
    "uncertain": ("warn", _("in doubt")),
    "cancelled": ("neutral", _("stopped")),
}
REASONS: dict[str, Promise] = {
    "suppressed": _("the address is suppressed"),
    "unsubscribed": _("unsubscribed before it was sent"),
    "consent_expired": _("the consent had run out"),
    "capped": _("had another letter a short while before"),
    "paused": _("has paused the letters"),
    "too_late": _("it would have come too late"),
    "bounced": _("the mailbox does not exist"),
    "refused": _("the receiving server refused it"),
    "gave_up": _("the receiving server kept putting it off"),
    "stopped": _("the campaign was stopped"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the ledger with what happened to it; `counts` by (event, graded as machine)."""

    message: Message
    dispatch: Dispatch
    name: Named | None
    counts: dict[tuple[str, bool], int] = field(default_factory=dict)

    @property
    def state(self) -> tuple[str, Promise | str]:
        """(kind of badge, word)."""
        return STATES.get(self.message.state, ("neutral", self.message.state))

    @property
    def reason(self) -> Promise | str:
        return REASONS.get(self.message.reason, self.message.reason.replace("_", " "))

    @property
    def at(self) -> datetime:
        return self.message.settled_at or self.dispatch.created_at

    @property
    def opened(self) -> int:
        return self.counts.get(("opened", False), 0)

    @property
    def opened_by_machine(self) -> int:
        return self.counts.get(("opened", True), 0)

    @property
    def clicked(self) -> int:
        return self.counts.get(("clicked", False), 0)

    @property
    def clicked_by_machine(self) -> int:
        return self.counts.get(("clicked", True), 0)

    @property
    def happened(self) -> list[str]:
        """Bounced, complained, unsubscribed: what matters more than opens."""
        kinds = {kind for kind, _machine in self.counts}
        return [kind for kind in ("bounced", "complained", "unsubscribed") if kind in kinds]


@dataclass(frozen=True, slots=True)
class Page:
    """Letters, the latest dispatch first; `older` is the dispatch to go on below, 0 = none are left."""

    letters: list[Letter]
    older: int


def page(contact: Contact, *, below: int = 0, size: int = 25) -> Page:
    """The person's letters of the dispatches below this number; 0 = of the latest."""
    found: list[tuple[Message, Dispatch]] = []
    for _look in range(MOST_LOOKS):
        dispatches = _dispatches(below)
        if not dispatches:
            return Page(_letters(found), 0)
        found += _messages(contact, dispatches)
        below = min(dispatches)
        if len(found) > size:
            found = found[: size + 1]
            return Page(_letters(found[:size]), found[size - 1][1].pk)
    return Page(_letters(found), below)


def names_of(dispatches: Iterable[Dispatch]) -> dict[int, Named]:
    """What each dispatch is called upstairs, by its number; the unknown are left out."""
    by_kind: dict[str, dict[int, int]] = {}
    for dispatch in dispatches:
        by_kind.setdefault(dispatch.producer, {})[dispatch.pk] = dispatch.producer_id
    found: dict[int, Named] = {}
    for kind, numbers in by_kind.items():
        producer = contracts.producers().get(kind)
        names = producer.names(set(numbers.values())) if producer else {}
        found |= {pk: names[number] for pk, number in numbers.items() if number in names}
    return found


def _dispatches(below: int) -> dict[int, Dispatch]:
    rows = Dispatch.objects.filter(producer__in=list(contracts.producers()))
    if below:
        rows = rows.filter(pk__lt=below)
    return {dispatch.pk: dispatch for dispatch in rows.order_by("-pk")[:DISPATCHES_AT_ONCE]}


def _messages(contact: Contact, dispatches: dict[int, Dispatch]) -> list[tuple[Message, Dispatch]]:
    """A campaign's recipient key is the address hash: one person gets one copy."""
    rows = Message.objects.filter(dispatch_id__in=list(dispatches), recipient_key=contact.address_hash)
    return [(row, dispatches[row.dispatch_id]) for row in rows.order_by("-dispatch_id")]


def _letters(found: list[tuple[Message, Dispatch]]) -> list[Letter]:
    names = names_of(dispatch for _message, dispatch in found)
    counts = _counts([message for message, _dispatch in found])
    return [
        Letter(message, dispatch, names.get(dispatch.pk), counts.get(message.pk, {}))
        for message, dispatch in found
    ]


def _counts(messages: list[Message]) -> dict[int, dict[tuple[str, bool], int]]:
    rows = Event.objects.filter(
        dispatch_id__in=[message.dispatch_id for message in messages],
        message_id__in=[message.pk for message in messages],
    )
    counts: dict[int, dict[tuple[str, bool], int]] = {}
    for message_id, kind, grade in rows.values_list("message_id", "type", "grade"):
        of_message = counts.setdefault(message_id or 0, {})
        key = (kind, grade == "machine")
        of_message[key] = of_message.get(key, 0) + 1
    return counts
