"""What campaigns come to together. Captured letters have left for nobody: they count in no rate."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet, Sum

from reports.models import CampaignFigures

# A campaign of which a part was captured has no rates: who read the captured part is not told apart.
WITHOUT_CAPTURED = Q(captured_count=0)
RATED = ("measured", "opened", "clicked", "machine_opened", "unsubscribed", "complained")


def of(rows: QuerySet[CampaignFigures]) -> dict[str, int]:
    """The sums over `rows`, in letters and people.

    `sent` are letters that left and `captured` those that did not; `campaigns` are those that sent any.
    The names in RATED, and their base `reached` in letters, are of campaigns without captured letters.
    """
    rated = {name: Sum(f"{name}_count", filter=WITHOUT_CAPTURED, default=0) for name in RATED}
    return rows.aggregate(
        campaigns=Count("pk", filter=Q(sent_count__gt=F("captured_count"))),
        planned=Sum("planned_count", default=0),
        sent=Sum(F("sent_count") - F("captured_count"), default=0),
        captured=Sum("captured_count", default=0),
        reached=Sum("sent_count", filter=WITHOUT_CAPTURED, default=0),
        **rated,
    )
