"""Limits, reserved days and trips of the circuit breaker, to look at; the screen of limits sets them."""

from __future__ import annotations

from django.contrib import admin

from mailhub.delivery.models import (
    BreakerTrip,
    CounterMark,
    DestinationLimit,
    ReservedDay,
    RouteLimit,
    WarmUp,
)
from mailhub.web.admin import ReadOnlyAdmin

CAPS = ("per_second", "per_minute", "per_hour", "per_day", "zone")


@admin.register(RouteLimit)
class RouteLimitAdmin(ReadOnlyAdmin):
    list_display = ("id", "route", *CAPS)
    list_select_related = ("route",)
    search_fields = ("route__name",)


@admin.register(DestinationLimit)
class DestinationLimitAdmin(ReadOnlyAdmin):
    list_display = ("id", "domain", *CAPS, "at_once")
    search_fields = ("domain",)


@admin.register(WarmUp)
class WarmUpAdmin(ReadOnlyAdmin):
    list_display = ("domain", "route", "plan", "zone", "overflow", "overflow_route", "started_date")
    list_select_related = ("domain", "route", "overflow_route")
    list_filter = ("plan", "overflow")
    search_fields = ("domain__name", "route__name")


@admin.register(ReservedDay)
class ReservedDayAdmin(ReadOnlyAdmin):
    list_display = ("limit_key", "day", "reserved")
    search_fields = ("limit_key",)
    ordering = ("-day", "limit_key")


@admin.register(CounterMark)
class CounterMarkAdmin(ReadOnlyAdmin):
    list_display = ("word", "set_at")
    search_fields = ("word",)


@admin.register(BreakerTrip)
class BreakerTripAdmin(ReadOnlyAdmin):
    list_display = ("tripped_at", "dispatch_id", "route_name", "kind", "stops", "sentence", "cleared_at")
    list_filter = ("kind", "stops")
    search_fields = ("route_name", "sentence")
    ordering = ("-id",)
