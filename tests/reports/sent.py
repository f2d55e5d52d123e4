"""A campaign that was sent, and what its people did with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from campaigns.models import Campaign
from campaigns.services import following, lifecycle
from mailhub.accounts.models import User
from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.services import events
from mailhub.delivery.services.events import NewEvent
from reports.selectors import campaign_report
from tests.campaigns import people

_numbers = count()
BODY = (
    '<html><body><p>Hello {{ contact.first_name | default: "you" }}</p>'
    '<a href="https://shop.example/a">A</a> <a class="x" href="https://shop.example/b">B</a></body></html>'
)


def send(
    addresses: Sequence[str],
    *,
    at: datetime,
    name: str = "Spring",
    slug: str = "news",
    captured: bool = False,
) -> Campaign:
    """Finished at `at`: every letter was taken by a server, or by the capture mailbox."""
    list_ = people.make_list(slug=slug, people=addresses)
    campaign = people.make_campaign(lists=[list_], letter_version=people.make_letter(body=BODY), name=name)
    lifecycle.launch(campaign.pk, now=at)
    campaign.refresh_from_db()
    reply = f"250 2.0.0 {campaign_report.CAPTURED}" if captured else "250 OK"
    Message.objects.filter(dispatch_id=campaign.dispatch_id).update(state="sent", settled_at=at, reply=reply)
    Dispatch.objects.filter(pk=campaign.dispatch_id).update(
        state="finished", settled_at=at, **{"captured_at" if captured else "left_at": at}
    )
    following.follow(campaign.dispatch_id or 0, now=at)
    campaign.refresh_from_db()
    return campaign


def happened(
    campaign: Campaign,
    kind: str,
    who: str,
    *,
    after: timedelta = timedelta(minutes=30),
    grade: str = "human",
    link: int | None = None,
) -> None:
    """`who` did it so long after the launch."""
    message = Message.objects.get(dispatch_id=campaign.dispatch_id, address=who)
    assert campaign.launched_at is not None
    event = NewEvent(
        dispatch_id=message.dispatch_id,
        message_id=message.pk,
        contact_id=message.contact_id,
        address_hash=message.address_hash,
        type=kind,
        occurred_at=campaign.launched_at + after,
        dedupe_key=f"sent:{next(_numbers)}",
        grade=grade,
        link_number=link,
    )
    events.record([event])


def make_user(role: str, **fields: object) -> User:
    return User.objects.create_user(f"{role}{next(_numbers)}", password="x", role=role, **fields)
