"""What is usual here: the middle of the last ten campaigns before this one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median

from reports.models import CampaignFigures
from reports.selectors import curves, examples, sums

SIZE = 10
# Below this many there is no usual.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Usual:
    """Medians over `size` campaigns, as shares of those sent; None when there are too few to say."""

    size: int = 0
    open: float | None = None
    click: float | None = None
    unsubscribe: float | None = None
    complaint: float | None = None
    failure: float | None = None
    curve: list[float] = field(default_factory=list)
    click_curve: list[float] = field(default_factory=list)

    def after(self, hours: int) -> Usual:
        """What is usual so many hours after the launch; the rest settles too slowly to be held against."""
        if hours >= len(self.curve):
            return self
        opened, clicked = self.curve[hours], self.click_curve[hours]
        return replace(self, open=opened, click=clicked, unsubscribe=None, complaint=None)


def before(launched_at: datetime | None, *, campaign_id: int) -> Usual:
    """The usual when the campaign was launched, of campaigns whose letters left.

    Example campaigns are held against each other only.
    """
    known = examples.read().campaign_ids
    found = CampaignFigures.objects.filter(sums.WITHOUT_CAPTURED, sent_count__gt=0).exclude(pk=campaign_id)
    found = found.filter(pk__in=known) if campaign_id in known else found.exclude(pk__in=known)
    if launched_at is not None:
        found = found.filter(launched_at__lt=launched_at)
    rows = list(found.order_by("-launched_at").defer("report")[:SIZE])
    if len(rows) < FEWEST:
        return Usual(size=len(rows))
    measured = [row for row in rows if row.measured_count]
    read = [(row.curve, row.measured_count) for row in measured]
    return Usual(
        size=len(rows),
        open=_middle([row.opened_count / row.measured_count for row in measured]),
        click=_middle([row.clicked_count / row.measured_count for row in measured]),
        unsubscribe=_middle([row.unsubscribed_count / row.sent_count for row in rows]),
        complaint=_middle([row.complained_count / row.sent_count for row in rows]),
        failure=_middle([row.failed_count / (row.sent_count + row.failed_count) for row in rows]),
        curve=curves.middle(read, deed=curves.OPENED),
        click_curve=curves.middle(read, deed=curves.CLICKED),
    )


def _middle(shares: list[float]) -> float | None:
    return median(shares) if len(shares) >= FEWEST else None
