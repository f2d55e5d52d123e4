"""The plan of a warm-up as its row says it."""

from __future__ import annotations

from mailhub.delivery.limits import warm_up
from mailhub.delivery.limits.warm_up import Plan
from mailhub.delivery.models import WarmUp
from mailhub.delivery.models.limits import WarmUpPlan


def of(row: WarmUp) -> Plan:
    if row.plan == WarmUpPlan.HOURLY:
        return warm_up.HOURLY
    if row.plan == WarmUpPlan.CUSTOM:
        caps = tuple(int(cap) for cap in row.custom_caps)
        return Plan("hour" if row.custom_per_hour else "day", caps, row.custom_step_days)
    return warm_up.SEED
