"""Shows a few of the people whom an import would bring, change or leave: what a dry run is for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from contacts.importing.merging import Scopes
from contacts.importing.people import FIELDS
from contacts.importing.statuses import Standing
from mailhub.lib import sql

OF_A_KIND = 5
KINDS = ("new", "changed", "unchanged")


@dataclass
class Sample:
    """People by kind, each a plain dictionary that can be kept as JSON; and what becomes of subscriptions."""

    people: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    suppressed: list[dict[str, Any]] = field(default_factory=list)
    granted: int = 0
    withdrawn: int = 0

    def take_batch(self) -> None:
        """From the batch that was decided last."""
        [effects] = sql.rows("contacts", "import_count_effects")
        self.granted += effects["granted"]
        self.withdrawn += effects["withdrawn"]
        for kind, found in self.people.items():
            if len(found) < OF_A_KIND:
                parameters = {"kind": kind, "count": OF_A_KIND - len(found)}
                rows = sql.rows("contacts", "import_sample_batch", parameters)
                found.extend(_person(row, is_new=kind == "new") for row in rows)

    def take_suppressed(self, scopes: Scopes) -> None:
        """From the whole staged file."""
        parameters = {"list_key": scopes.list_key, "brand_key": scopes.brand_key, "count": 2 * OF_A_KIND}
        for row in sql.rows("contacts", "import_sample_suppressed", parameters):
            if len(self.suppressed) == OF_A_KIND or row["email"] in {one["email"] for one in self.suppressed}:
                continue
            by_file = row["standing"] >= Standing.MANUAL
            reason = Standing(row["standing"]).reason if by_file else row["reason"]
            self.suppressed.append({"email": row["email"], "reason": reason, "by_file": by_file})


def _person(row: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    """`changes` are (field, before, after) in the order of the fields; of new people there is no before."""
    before = _object(row["before"])
    custom = _object(row["custom"])
    values = {name: row[name] for name in FIELDS if row[name]}
    changes = [[name, before[name], row[name] or ""] for name in FIELDS if name in before]
    former = before.get("custom") or {}
    changes += [[key, former[key], custom.get(key)] for key in sorted(former)]
    return {
        "email": row["email"],
        "contact_id": None if is_new else row["contact_id"],
        "values": values | {key: value for key, value in custom.items() if value not in (None, "")},
        "changes": changes,
        "tags_added": before.get("tags_added", []),
        "subscription_before": row["subscription_before"],
        "action": row["action"],
    }


def _object(value: Any) -> dict[str, Any]:
    """A JSON column as raw statements answer it: text on SQLite, and on PostgreSQL what Django set up."""
    return json.loads(value) if isinstance(value, str) else dict(value or {})
