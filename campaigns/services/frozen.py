"""What is frozen when a campaign starts: sender, letter and audience, written into a dispatch."""

from __future__ import annotations

from campaigns.models import Campaign
from campaigns.selectors import finding, reach
from contacts.selectors import audience
from mailhub.content.schema import Schema
from mailhub.delivery import privacy
from mailhub.delivery.contracts import TrackingMode
from mailhub.delivery.models import Dispatch
from mailhub.delivery.models.ledger import Lane, Stream
from mailhub.delivery.services import compiling, ledger
from mailhub.delivery.services.ledger import Recorded


def open_dispatch(campaign: Campaign) -> Dispatch:
    return ledger.open_dispatch(
        stream=Stream.MARKETING,
        lane=Lane.BULK,
        brand=campaign.brand,
        sender_name=campaign.sender_name,
        sender_address=campaign.sender_address,
        reply_to=campaign.reply_to,
        source=audience.SOURCE,
        producer="campaign",
        producer_id=campaign.pk,
        content_version_id=campaign.letter_version_id,
        tracking=tracking(campaign),
        ignore_cap=campaign.ignore_cap,
    )


def compile_letter(campaign: Campaign, dispatch: Dispatch) -> None:
    """Raises LetterError with line and column."""
    compiling.compile_for(dispatch, finding.letter_of(campaign), schema=schema(), utm=campaign.utm)


def record_audience(campaign: Campaign, dispatch: Dispatch) -> Recorded:
    return ledger.record_recipients(dispatch, reach.audience_of(campaign))


def schema() -> Schema:
    """Every name that a campaign's letter may use."""
    return Schema().with_fields(audience.merge_schema())


def tracking(campaign: Campaign) -> TrackingMode:
    """The campaign's own choice, else the strictest of its lists', else individual."""
    wishes = [campaign.tracking] if campaign.tracking else [each.tracking for each in campaign.lists.all()]
    return privacy.strictest(wishes)
