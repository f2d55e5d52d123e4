"""The people and things that the examples of the API speak of."""

from __future__ import annotations

from mailhub.web.api.operations import Ref

CONTACT = Ref("contact", 12)
LIST = Ref("list", 3)
TAG = Ref("tag", 5)
FIELD = Ref("field", 2)
IMPORT = Ref("import", 4)
AT = "2026-11-22T09:30:00Z"

ANN = {
    "id": CONTACT,
    "email": "ann@example.org",
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "",
    "locale": "en",
    "time_zone": "Europe/London",
    "country": "United Kingdom",
    "city": "Leeds",
    "source": "shop",
    "tracking": "",
    "custom": {"shoe_size": 39},
    "tags": ["VIP"],
    "created_at": AT,
    "updated_at": AT,
}
NEWS = {
    "id": LIST,
    "name": "News",
    "slug": "news",
    "description": "What is new in the shop, once a month.",
    "brand_id": Ref("brand", 1),
    "public": True,
    "opt_in": "double",
    "tracking": "",
    "created_at": AT,
}
