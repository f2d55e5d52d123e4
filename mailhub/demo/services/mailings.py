"""Writes the example campaigns: ledger rows, opens, clicks and what came back, as if they had been sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import models

from campaigns.models import Campaign, CampaignState
from campaigns.services import drafting, frozen
from campaigns.services.drafting import Draft
from contacts.models import LeavingReason
from mailhub.delivery.models import AddressRecord, Chunk, Dispatch, DispatchLink, Event, Message
from mailhub.delivery.models.ledger import DispatchState
from mailhub.demo import histories
from mailhub.demo.histories import Letter, Mailing
from mailhub.demo.plan import DRAFT, SCHEDULED, SENDER_ADDRESS, SENDER_NAME, CampaignPlan
from mailhub.demo.services.building import Building

BATCH = 500


def step(number: int) -> Callable[[Building], Iterator[models.Model]]:
    """The step that writes mailing `number` of the past."""

    def build(building: Building) -> Iterator[models.Model]:
        mailing = building.past.mailings[number]
        campaign = _draft(mailing.plan, building, created_at=mailing.launched_at - timedelta(days=1, hours=2))
        building.campaigns.append(campaign)
        yield campaign
        dispatch = _dispatch(campaign, mailing)
        yield dispatch
        messages = _messages(dispatch, mailing, building)
        _events(dispatch, mailing, messages)
        _reasons(dispatch, mailing, building)
        if mailing.settled_at is None:
            _leave_open(dispatch, messages)
        _launched(campaign, dispatch, mailing)

    return build


def _draft(plan: CampaignPlan, building: Building, *, created_at: datetime) -> Campaign:
    draft = Draft(
        name=plan.letter.name,
        brand=building.brand,
        lists=[building.lists[number] for number in plan.lists],
        sender_name=SENDER_NAME,
        sender_address=SENDER_ADDRESS,
        # Its domain cannot be proved; what is sent on a trial stays in the capture mailbox (see guard).
        allow_unverified=True,
    )
    return drafting.create(draft, letter_version=building.versions[plan.letter.name], now=created_at)


def _dispatch(campaign: Campaign, mailing: Mailing) -> Dispatch:
    dispatch = frozen.open_dispatch(campaign)
    frozen.compile_letter(campaign, dispatch)
    over = mailing.settled_at is not None
    dispatch.state = DispatchState.FINISHED if over else DispatchState.PAUSED
    dispatch.planned_count = len(mailing.letters)
    dispatch.created_at = dispatch.started_at = mailing.launched_at
    dispatch.settled_at = mailing.settled_at
    dispatch.left_at = mailing.launched_at
    dispatch.save()
    return dispatch


def _messages(dispatch: Dispatch, mailing: Mailing, building: Building) -> list[Message]:
    rows = []
    for letter in mailing.letters:
        contact = building.contacts[letter.person]
        rows.append(
            Message(
                dispatch=dispatch,
                recipient_key=contact.address_hash,
                address=contact.address,
                address_hash=contact.address_hash,
                contact_id=contact.pk,
                list_key=building.lists[letter.list_number].key,
                locale=contact.locale,
                content_version_id=dispatch.content_version_id,
                state=letter.state,
                reason=letter.reason,
                reply=letter.reply,
                attempts=int(letter.state in ("sent", "failed")),
                settled_at=letter.settled_at,
            )
        )
    return Message.objects.bulk_create(rows, batch_size=BATCH)


def _events(dispatch: Dispatch, mailing: Mailing, messages: list[Message]) -> None:
    links = list(
        DispatchLink.objects.filter(dispatch=dispatch).order_by("number").values_list("number", flat=True)
    )
    rows: list[Event] = []
    for letter, message in zip(mailing.letters, messages, strict=True):
        rows += _hits(letter, message, links)
        rows += _aftermath(letter, message)
    rows.sort(key=lambda event: event.occurred_at)
    for number, event in enumerate(rows):
        event.dedupe_key = f"demo:{dispatch.pk}:{number}"
    Event.objects.bulk_create(rows, batch_size=BATCH)


def _hits(letter: Letter, message: Message, links: list[int]) -> Iterator[Event]:
    for hit in letter.hits:
        clicked = hit.link is not None
        event = _event(message, "clicked" if clicked else "opened", hit.at)
        event.grade, event.rule, event.user_agent = hit.grade, hit.rule, hit.agent
        event.ip = f"198.51.100.{letter.person % 254 + 1}"
        if hit.link is not None and links:
            event.link_number = links[hit.link % len(links)]
        yield event


def _aftermath(letter: Letter, message: Message) -> Iterator[Event]:
    for kind, at, _ in letter.aftermath:
        event = _event(message, kind, at)
        event.grade = "human" if kind == "unsubscribed" else "unknown"
        if kind == "bounced":
            event.rule, event.detail = "smtp_reply", {"reply": letter.reply}
        yield event


def _event(message: Message, kind: str, at: datetime) -> Event:
    return Event(
        dispatch_id=message.dispatch_id,
        message_id=message.pk,
        contact_id=message.contact_id,
        address_hash=message.address_hash,
        type=kind,
        occurred_at=at,
        recorded_at=at,
    )


def _reasons(dispatch: Dispatch, mailing: Mailing, building: Building) -> None:
    """Why people left, as far as they said; found again by their hashes."""
    LeavingReason.objects.bulk_create(
        LeavingReason(
            contact=building.contacts[letter.person],
            address_hash=building.hashes[letter.person],
            list_id=building.lists[letter.list_number].pk,
            dispatch_id=dispatch.pk,
            reason=reason,
            given_at=at,
        )
        for letter in mailing.letters
        for _, at, reason in letter.aftermath
        if reason
    )


def _leave_open(dispatch: Dispatch, messages: list[Message]) -> None:
    """The rest waits in one run of ids, as the ledger cuts them."""
    queued = [message.pk for message in messages if message.state == "queued"]
    if queued:
        before = min(queued) - 1
        Chunk.objects.create(
            dispatch=dispatch, first_id=min(queued), last_id=max(queued), done_id=before, intent_id=before
        )


def _launched(campaign: Campaign, dispatch: Dispatch, mailing: Mailing) -> None:
    campaign.state = CampaignState.FINISHED if mailing.settled_at else CampaignState.PAUSED
    campaign.dispatch = dispatch
    campaign.launched_at, campaign.finished_at = mailing.launched_at, mailing.settled_at
    campaign.save()


def build_open_campaigns(building: Building) -> Iterator[models.Model]:
    """One that is scheduled, one that is still being written; and what is known of each address by now."""
    scheduled = _draft(SCHEDULED, building, created_at=building.now - timedelta(days=1))
    scheduled.state = CampaignState.SCHEDULED
    scheduled.scheduled_at = histories.launch_of(SCHEDULED, now=building.now)
    scheduled.time_zone = "Europe/London"
    scheduled.save()
    draft = _draft(DRAFT, building, created_at=building.now - timedelta(hours=5))
    building.campaigns += [scheduled, draft]
    yield from (scheduled, draft)
    AddressRecord.objects.bulk_create(_address_records(building), batch_size=BATCH)


def _address_records(building: Building) -> Iterator[AddressRecord]:
    known: dict[int, AddressRecord] = {}
    for mailing in building.past.mailings:
        for letter in mailing.letters:
            if letter.state != "sent":
                continue
            hashed = building.hashes[letter.person]
            record = known.setdefault(letter.person, AddressRecord(address_hash=hashed))
            record.last_marketing_at = letter.settled_at
            for hit in letter.hits:
                if hit.grade == "human" and hit.link is None:
                    record.last_opened_at = hit.at
                elif hit.grade == "human":
                    record.last_clicked_at = hit.at
    return iter(known.values())
