"""How a letter is read over time: people who had opened or clicked, by the hour since it was launched."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from mailhub.lib import sql

PACKAGE = "reports"
HOURS = 72
# The places in a curve's pairs.
OPENED, CLICKED = 0, 1
Curve = list[list[int]]


def count(dispatch_id: int, *, launched_at: datetime) -> Curve:
    """[opened, clicked] at the end of each hour since the launch, in people; later ones are in the last."""
    parameters = {"dispatch_id": dispatch_id, "launched_at": launched_at, "hours": HOURS}
    new = {
        int(row["hour"]): (int(row["opened"]), int(row["clicked"]))
        for row in sql.rows(PACKAGE, "count_opens_by_hour", parameters)
    }
    curve, opened, clicked = [], 0, 0
    for hour in range(HOURS + 1):
        opened, clicked = opened + new.get(hour, (0, 0))[0], clicked + new.get(hour, (0, 0))[1]
        curve.append([opened, clicked])
    return curve


def middle(curves: list[tuple[Curve, int]], *, deed: int) -> list[float]:
    """The median share of people who had done it (OPENED, CLICKED) by each hour, of (curve, sent) pairs."""
    read = [(curve, sent) for curve, sent in curves if sent and len(curve) == HOURS + 1]
    if not read:
        return []
    return [median(curve[hour][deed] / sent for curve, sent in read) for hour in range(HOURS + 1)]
