"""The letter that the examples of the API speak of."""

from __future__ import annotations

from typing import Any

from mailhub.web.api.operations import Ref

AT = "2026-11-22T09:30:00Z"
PATH = {"letter_id": Ref("letter", 7)}
EN = {
    "locale": "en",
    "subject": 'Spring is here, {{ contact.first_name | default: "friend" }}',
    "preheader": "New in the shop",
    "body": 'Hello {{ contact.first_name | default: "friend" }},\n\nthe new colours are here.\n',
    "text": "",
}
REVISION: dict[str, Any] = {
    "variants": [{**EN, "subject": "The new colours are here"}],
    "default_locale": "en",
    "note": "shorter subject",
}
SPRING = {"name": "Spring", "kind": "markdown", "variants": [EN], "default_locale": "en"}
LETTER = {
    "id": Ref("letter", 7),
    "name": "Spring",
    "kind": "markdown",
    "description": "",
    "is_template": False,
    "archived": False,
    "newest_version_id": Ref("version", 15),
    "newest_version_number": 1,
    "created_at": AT,
    "updated_at": AT,
}
VERSION = {
    "id": Ref("version", 15),
    "letter_id": Ref("letter", 7),
    "number": 1,
    "default_locale": "en",
    "note": "",
    "created_by": "API key Shop",
    "created_at": AT,
    "variants": [EN],
}
ANSWER = {
    "problems": [
        {
            "locale": "en",
            "part": "body",
            "line": 1,
            "column": 10,
            "message": "There is no “contact.frist_name”; did you mean “contact.first_name”?",
        }
    ]
}
