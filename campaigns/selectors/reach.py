"""Whom a campaign goes to: the people of its lists, and what would become of each if it were sent now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Campaign
from contacts.models import List
from contacts.selectors import audience
from contacts.source import FREQUENCY_CAP
from mailhub.delivery.contracts import AudienceQuery
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import suppression
from mailhub.lib import sql

PACKAGE = "campaigns"
CAPPED = "capped"


def audience_of(campaign: Campaign) -> AudienceQuery:
    """Everybody whom a launch writes into the ledger: on its lists, and on none that it leaves out."""
    everybody = audience.subscribers(campaign.lists.all())
    excluded = list(campaign.excluded_lists.all())
    if not excluded:
        return everybody
    statement = sql.load(PACKAGE, "select_audience").replace("{audience}", everybody.sql)
    return AudienceQuery(statement, {**everybody.params, "excluded_ids": _numbers(excluded)})


def outcomes(campaign: Campaign, *, now: datetime) -> tuple[dict[str, int], list[int]]:
    """How many of the audience meet each outcome of select_reach ("" gets the letter); three of the latter.

    The three are contacts, by their numbers.
    """
    statement, parameters = _reach(campaign, now=now)
    rows = _rows(sql.load(PACKAGE, "count_reach").replace("{reach}", statement), parameters)
    counts = {outcome: number for outcome, number in rows if outcome != "person"}
    return counts, [number for outcome, number in rows if outcome == "person"]


def empty_fields(campaign: Campaign, names: Collection[str], *, now: datetime) -> dict[str, int]:
    """For how many who would get the letter each of the contact's fields is empty; 0 is left out."""
    if not names:
        return {}
    statement, parameters = _reach(campaign, now=now)
    given: object = sorted(names) if connection.vendor == "postgresql" else json.dumps(sorted(names))
    counting = sql.load(PACKAGE, "count_empty").replace("{reach}", statement)
    return dict(_rows(counting, {**parameters, "names": given}))


def _reach(campaign: Campaign, *, now: datetime) -> tuple[str, dict[str, Any]]:
    wanted = audience_of(campaign)
    statement = sql.load(PACKAGE, "select_reach").replace("{audience}", wanted.sql)
    return statement, {
        **wanted.params,
        "brand_scope": f"brand:{campaign.brand_id}",
        "stream_scope": f"stream:{Stream.MARKETING.value}",
        "obeyed": f",{','.join(suppression.MARKETING_OBEYS)},",
        "now": now,
        "capped_since": now - FREQUENCY_CAP,
        # Who had a letter a short while ago gets this one too, if the campaign waives the cap.
        "kept": CAPPED if campaign.ignore_cap else "",
    }


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, sql.adapted(parameters))
        return [(str(name), int(number)) for name, number in cursor.fetchall()]


def _numbers(lists: Iterable[List]) -> object:
    ids = sorted(list_.pk for list_ in lists)
    return ids if connection.vendor == "postgresql" else json.dumps(ids)
