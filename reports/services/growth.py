"""Counts by day who joined and who left, from the consent records, each record once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from contacts.models import ConsentRecord
from mailhub.lib import sql
from reports.models import DailyGrowth, Mark

PACKAGE = "reports"
CONSENT = "consent"
# A record may be numbered and not yet committed: the youngest wait until nothing older can appear.
SETTLED_AFTER = timedelta(minutes=2)
STEP = 200_000


def count_new(*, now: datetime) -> int:
    """Add what is settled since the last time; up to which record everything is counted now."""
    with transaction.atomic():
        Mark.objects.get_or_create(name=CONSENT)
        mark = Mark.objects.select_for_update().get(name=CONSENT)
        end = min(_settled_up_to(mark.position, now), mark.position + STEP)
        if end > mark.position:
            sql.run(PACKAGE, "add_growth", {"after_id": mark.position, "to_id": end})
            mark.position = end
            mark.save(update_fields=["position"])
    return mark.position


def count_anew() -> None:
    """Begin from nothing, after records have been taken away."""
    with transaction.atomic():
        DailyGrowth.objects.all().delete()
        Mark.objects.filter(name=CONSENT).delete()


def _settled_up_to(position: int, now: datetime) -> int:
    new = ConsentRecord.objects.filter(pk__gt=position, pk__lte=position + STEP)
    young = new.filter(recorded_at__gt=now - SETTLED_AFTER).aggregate(first=Min("pk"))["first"]
    newest = new.aggregate(last=Max("pk"))["last"]
    return (young - 1 if young else newest) or position
