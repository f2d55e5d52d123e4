"""The campaigns that the examples of the API speak of."""

from __future__ import annotations

from typing import Any

from mailhub.web.api.operations import Ref

AT = "2026-11-22T09:30:00Z"
DRAFT = {"campaign_id": Ref("draft", 9)}
SCHEDULED = {"campaign_id": Ref("scheduled", 10)}
SENDING = {"campaign_id": Ref("sending", 11)}
PAUSED = {"campaign_id": Ref("paused", 12)}
DOUBTFUL = {"campaign_id": Ref("doubtful", 13)}
SAID: dict[str, Any] = {
    "name": "Spring",
    "letter_version_id": Ref("version", 15),
    "lists": ["news"],
    "sender_name": "Shop",
    "sender_address": "news@shop.example",
    "utm": {"utm_source": "newsletter"},
}
ROW = {
    "id": Ref("draft", 9),
    **SAID,
    "state": "draft",
    "pause_reason": "",
    "problem": "",
    "brand_id": Ref("brand", 1),
    "excluded_lists": [],
    "reply_to": "",
    "tracking": "",
    "ignore_cap": False,
    "allow_unverified": True,
    "scheduled_at": None,
    "time_zone": "UTC",
    "created_at": AT,
    "launched_at": None,
    "finished_at": None,
}
ZEROS = dict.fromkeys(("planned", "queued", "sent", "failed", "skipped", "uncertain", "cancelled"), 0)
OUT = {**ROW, "balance": ZEROS}
LAUNCHED = {
    **OUT,
    "state": "sending",
    "launched_at": AT,
    "balance": {**ZEROS, "planned": 1180, "queued": 1180},
}
FINDING = {
    "check": "testing",
    "level": "warn",
    "message": "Nobody has looked at a test of this letter yet. Send one to yourself.",
    "place": "test",
    "count": None,
}
COUNTED = {
    "check": "people",
    "level": "pass",
    "message": "1 180 people get it.",
    "place": "audience",
    "count": 1180,
}
AUDIENCE = {
    "members": 1250,
    "unsubscribed": 40,
    "unconfirmed": 20,
    "repeated": 0,
    "excluded": 0,
    "planned": 1190,
    "suppressed": 10,
    "expired": 0,
    "paused": 0,
    "weekly": 0,
    "capped": 0,
    "will_get": 1180,
    "counted_at": AT,
}


def page_of(result: object) -> dict[str, object]:
    return {"results": [result], "next": None, "previous": None}
