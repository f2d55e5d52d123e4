"""Reads the ledger's rows that a sender is about to try, with what suppresses each by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailhub.delivery.contracts import DispatchFacts, Recipient, Stream
from mailhub.delivery.models import Dispatch
from mailhub.lib import sql


@dataclass(slots=True)
class Row:
    """One row of the ledger at the moment of the claim. `resent`: it was in doubt before, and goes once more."""

    recipient: Recipient
    attempts: int
    stopped: str
    not_before: datetime | None = None
    resent: bool = False


def window(dispatch: Dispatch, *, after_id: int, last_id: int, size: int) -> list[Row]:
    """The next ≤ `size` queued rows of a claimed chunk."""
    parameters = {"after_id": after_id, "last_id": last_id, "size": size}
    return _rows("select_window", dispatch, parameters)


def due(dispatch: Dispatch, *, owner: str, lease_until: datetime) -> list[Row]:
    """The rows of one dispatch behind a claim of due rows."""
    return _rows("select_due", dispatch, {"owner": owner, "lease_until": lease_until})


def facts(dispatch: Dispatch) -> DispatchFacts:
    stream: Stream = "marketing" if dispatch.stream == "marketing" else "transactional"
    return DispatchFacts(
        id=dispatch.pk,
        brand_id=dispatch.brand_id,
        stream=stream,
        ignore_cap=dispatch.ignore_cap,
        producer_id=dispatch.producer_id,
    )


def _rows(statement: str, dispatch: Dispatch, parameters: Mapping[str, Any]) -> list[Row]:
    found = sql.rows(
        "mailhub.delivery",
        statement,
        {
            **parameters,
            "dispatch_id": dispatch.pk,
            "brand_scope": f"brand:{dispatch.brand_id}",
            "stream_scope": f"stream:{dispatch.stream}",
            "obeyed": dispatch.obeyed_reasons,
        },
    )
    return [_row(dispatch.pk, values) for values in found]


def _row(dispatch_id: int, values: Mapping[str, Any]) -> Row:
    recipient = Recipient(
        values["id"],
        dispatch_id,
        values["recipient_key"],
        values["address"],
        values["address_hash"],
        values["contact_id"],
        values["list_key"],
        values["locale"],
    )
    not_before = values["not_before"] and sql.moment(values["not_before"])
    resent = bool(values.get("resent", False))
    return Row(recipient, values["attempts"], values["stopped"] or "", not_before, resent)
