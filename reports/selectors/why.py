"""Why did or didn't this person get a campaign's letter? In sentences, from every room that knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import finding
from contacts.selectors import people, standing
from mailhub.delivery import hashing
from mailhub.delivery.models import Event, Message, Suppression
from mailhub.delivery.models.ledger import MessageState
from mailhub.delivery.services.settling import ARRIVED
from mailhub.lib import addresses
from mailhub.lib.addresses import Address

# The ledger's words for why a row is as it is, as the middle of a sentence.
REASONS = {
    "suppressed": "this address is suppressed",
    "unsubscribed": "the person had unsubscribed",
    "consent_expired": "the consent had run out",
    "paused": "the person had asked for a pause",
    "frequency": "the person wants at most one letter a week and had had one",
    "capped": "the frequency cap",
    "too_late": "it would have come too late",
    "contact_gone": "the contact is gone",
    "address_changed": "the contact has another address by now",
    "list_gone": "the list is gone",
    "unknown_recipient": "nobody is known any more for whom it was meant",
    "example_person": "this person is example data, which is never mailed in earnest",
    "stopped": "the campaign was stopped",
    "bounced": "the mailbox does not exist",
    "refused": "the receiving server refused it",
    "gave_up": "the receiving server kept putting it off",
    "no_answer": "the server did not answer after it had been given the letter",
    "cannot_render": "it could not be written with the person's data",
    "deferred": "the receiving server put it off",
    "route": "our own mail server could not be reached",
    "not_before": "its moment has not come yet",
    "sender_vanished": "the sender process died while the letter was on its way",
    "marked_lost": "nobody knew whether it had arrived, and somebody marked it as not arrived",
    "sent_again": "nobody knew whether it had arrived, and somebody sends it again",
}
# What stands beside these is no server's answer to the letter but our own words.
OURS = ("route", "cannot_render")


def explain(campaign_id: int, *, address: str) -> list[str]:
    """Sentences, the most important first. Raises UnknownCampaign or InvalidAddress."""
    campaign = finding.campaign(campaign_id)
    person = addresses.parse(address)
    message = _message(campaign, person)
    if message is None:
        return list(_without_row(campaign, person))
    return [_what_became(message, campaign), *_what_happened(message)]


def _message(campaign: Campaign, person: Address) -> Message | None:
    """A campaign's recipient_key is the address hash: one person gets one copy."""
    if campaign.dispatch_id is None:
        return None
    key = hashing.address_hash(person.key)
    return Message.objects.filter(dispatch_id=campaign.dispatch_id, recipient_key=key).first()


def _what_became(message: Message, campaign: Campaign) -> str:
    who, at, because, reply = message.address, _moment(message.settled_at), _because(message), _reply(message)
    match message.state:
        case MessageState.SENT if message.reason == ARRIVED:
            return f"{who} counts as sent{at}: nobody knew whether it had arrived, and somebody marked it so."
        case MessageState.SENT:
            return f"{who} was sent it{at}.{reply}"
        case MessageState.QUEUED | MessageState.CLAIMED:
            return f"{who} has not got it yet: the letter is queued{_standing(campaign)}."
        case MessageState.DEFERRED:
            return f"{who} has not got it yet: {because}{_again(message)}.{reply}"
        case MessageState.UNCERTAIN:
            return f"Nobody knows whether {who} got it: {because}.{reply} It is not sent again blindly."
        case MessageState.FAILED:
            return f"{who} did not get it{at}: {because}.{reply}"
        case _:
            return f"{who} was not mailed{at}: {because}{reply}."


def _because(message: Message) -> str:
    return REASONS.get(message.reason, message.reason.replace("_", " ") or "no reason is recorded")


def _again(message: Message) -> str:
    return "" if message.reason == "not_before" else ", and it is tried again"


def _reply(message: Message) -> str:
    """The server's answer, or what was written down beside the reason."""
    if not message.reply or message.reply == message.reason:
        return ""
    if message.state in (MessageState.SKIPPED, MessageState.CANCELLED):
        return f" ({message.reply.replace('_', ' ').rstrip('.')})"
    if message.reason in OURS:
        return f" {message.reply}"
    return f" The server said: {message.reply}"


def _standing(campaign: Campaign) -> str:
    if campaign.state != CampaignState.PAUSED:
        return ""
    reason = campaign.pause_reason.rstrip(".")
    return f", and the campaign is paused ({reason})" if reason else ", and the campaign is paused"


def _what_happened(message: Message) -> Iterator[str]:
    """Events after the hand-over, in their order; repeated ones as one sentence."""
    seen: dict[tuple[str, str], list[datetime]] = {}
    events = Event.objects.filter(dispatch_id=message.dispatch_id, message_id=message.pk).order_by(
        "occurred_at"
    )
    for kind, grade, occurred_at in events.values_list("type", "grade", "occurred_at"):
        seen.setdefault((kind, grade), []).append(occurred_at)
    for (kind, grade), moments in seen.items():
        by = f" by a {grade}" if kind in ("opened", "clicked") and grade != "unknown" else ""
        times = f", {len(moments)} times" if len(moments) > 1 else ""
        yield f"{kind.capitalize()}{by}{_moment(moments[0])}{times}."


def _without_row(campaign: Campaign, person: Address) -> Iterator[str]:
    if campaign.dispatch_id is None:
        yield f"Campaign {campaign.pk} is {campaign.get_state_display()}: it was not sent to anybody."
    else:
        at = _moment(campaign.launched_at)
        yield f"{person.typed} was not in the audience of campaign {campaign.pk}{at}."
    contact = people.by_address(person.typed)
    if contact is None:
        yield f"MailHub knows no contact {person.typed}."
        yield from _suppressions(person)
        return
    obstacles = standing.why_not(contact, lists=campaign.lists.order_by("name"))
    yield from obstacles or [f"Nothing stands in the way of {person.typed} now."]


def _suppressions(person: Address) -> Iterator[str]:
    """A suppression outlives its contact, and keeps it from being mailed when it comes back."""
    rows = Suppression.objects.filter(address_hash=hashing.address_hash(person.key)).order_by("created_at")
    for row in rows:
        yield f"The address is suppressed{_moment(row.created_at)}: {row.get_reason_display()}."


def _moment(at: datetime | None) -> str:
    return f" at {at:%Y-%m-%d %H:%M:%S} UTC" if at else ""
