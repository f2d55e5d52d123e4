"""Whom a campaign goes to: the people of its lists, and what would become of each if it were sent now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from campaigns.models import Campaign
from contacts.models import List
from contacts.selectors import audience, wishes
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


@dataclass(frozen=True, slots=True)
class Question:
    """A campaign's audience as the counting statements are told it, at one moment."""

    lists: tuple[int, ...]
    excluded: tuple[int, ...]
    parameters: dict[str, Any]

    def rows(self, name: str, **more: object) -> list[tuple[Any, ...]]:
        """What the statement answers."""
        statement = sql.load(PACKAGE, name).replace("{dropped}", sql.load(PACKAGE, "select_dropped"))
        for place, numbers in (("{lists}", self.lists), ("{excluded}", self.excluded)):
            # Numbers of rows and nothing else; 0 is nobody's.
            statement = statement.replace(place, ", ".join(str(int(number)) for number in numbers or (0,)))
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Compiling a statement that runs once takes longer than it saves; until the transaction ends.
                cursor.execute("SET LOCAL jit = off")
            cursor.execute(statement, sql.adapted({**self.parameters, **more}))
            return list(cursor.fetchall())


def question(campaign: Campaign, *, now: datetime) -> Question:
    return Question(
        tuple(campaign.lists.values_list("pk", flat=True)),
        tuple(campaign.excluded_lists.values_list("pk", flat=True)),
        {
            "brand_scope": f"brand:{campaign.brand_id}",
            "stream_scope": f"stream:{Stream.MARKETING.value}",
            "obeyed": f",{','.join(suppression.MARKETING_OBEYS)},",
            "now": now,
            "capped_since": now - FREQUENCY_CAP,
            "week_since": now - wishes.WEEK,
            # Who had a letter a short while ago gets this one too, if the campaign waives the cap.
            "kept": CAPPED if campaign.ignore_cap else "",
        },
    )


def count_people(asked: Question) -> int:
    """How many people a launch would write into the ledger."""
    return int(asked.rows("count_people")[0][0])


def count_dropped(asked: Question) -> tuple[dict[str, int], list[int]]:
    """How many of them would not get the letter, by outcome (suppressed, expired, paused, frequency,
    capped), and the numbers of a few contacts who would."""
    rows = asked.rows("count_dropped")
    counts = {str(outcome): int(number) for outcome, number in rows if outcome != "person"}
    return counts, list(dict.fromkeys(int(number) for outcome, number in rows if outcome == "person"))


def count_empty(asked: Question, names: Collection[str]) -> dict[str, int]:
    """For how many who would get the letter each of the contact's fields is empty; 0 is left out."""
    if not names:
        return {}
    given: object = sorted(names) if connection.vendor == "postgresql" else json.dumps(sorted(names))
    return {str(name): int(number) for name, number in asked.rows("count_empty", names=given)}


def _numbers(lists: Iterable[List]) -> object:
    ids = sorted(list_.pk for list_ in lists)
    return ids if connection.vendor == "postgresql" else json.dumps(ids)
