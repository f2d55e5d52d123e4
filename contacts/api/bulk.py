"""Many contacts in one request, each with an answer of its own."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api.people_shapes import BulkIn, BulkOut, ContactIn
from contacts.services import upserts
from contacts.services.upserts import Outcome, Result
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.lib.errors import UserError
from mailhub.web.api import faults
from mailhub.web.api.operations import Example, Operation, Ref

ROWS = [{"email": "ann@example.org", "city": "York"}, {"email": "cy@"}]
REFUSAL = {
    "field": "email",
    "pointer": "#/contacts/1/email",
    "message": "“cy@” is not an e-mail address: it needs one @ with text on both sides.",
}
ANSWER = {
    "created": 0,
    "updated": 1,
    "unchanged": 0,
    "refused": 1,
    "results": [
        {"index": 0, "email": "ann@example.org", "status": "updated", "id": Ref("contact", 12), "errors": []},
        {"index": 1, "email": "cy@", "status": "refused", "id": None, "errors": [REFUSAL]},
    ],
}


class ContactBulk(Endpoint):
    @operation(
        Operation(
            name="contacts_bulk",
            tag="Contacts",
            summary="Create or change many contacts",
            description=(
                "Up to 1,000 people, each as by “Create or change a contact”. A row that is refused says why "
                "and keeps no other from being done; the answer is 200 also then."
            ),
            scope=Scope.CONTACTS_WRITE,
            takes=BulkIn,
            gives=BulkOut,
            example=Example(body={"contacts": ROWS}, answer=ANSWER),
        )
    )
    def post(self, request: Request) -> Response:
        rows = self.body["contacts"]
        results = _upserted(rows)
        counts = Counter(result.outcome.value for result in results)
        told = {outcome.value: counts[outcome.value] for outcome in Outcome}
        self.record("contacts.upserted", label=f"{len(rows)} contacts", detail=told)
        answers = [_answer(index, row, results[index]) for index, row in enumerate(rows)]
        return Response(told | {"results": answers})


def _upserted(rows: list[Any]) -> list[Result]:
    """In their places; what has the wrong shape is refused without being tried."""
    shapes = [ContactIn(data=row) for row in rows]
    sound = [index for index, shape in enumerate(shapes) if shape.is_valid()]
    done = upserts.upsert_many([shapes[index].validated_data for index in sound])
    by_index = dict(zip(sound, done, strict=True))
    return [
        by_index[index] if index in by_index else Result(Outcome.REFUSED, error=_Misshapen(shape.errors))
        for index, shape in enumerate(shapes)
    ]


def _answer(index: int, row: Any, result: Result) -> dict[str, Any]:
    email = row.get("email") if isinstance(row, dict) else ""
    return {
        "index": index,
        "email": email if isinstance(email, str) else "",
        "status": result.outcome.value,
        "id": result.contact.pk if result.contact else None,
        "errors": _errors(result.error, index) if result.error else [],
    }


def _errors(error: UserError, index: int) -> list[dict[str, Any]]:
    """With pointers into the whole body."""
    problem = faults.problem_of(error)
    row = f"#/contacts/{index}"
    found = [
        each | {"pointer": row + each.get("pointer", "#/").removeprefix("#").removesuffix("/")}
        for each in map(dict, problem.errors)
    ]
    return found or [{"pointer": row, "message": problem.detail}]


class _Misshapen(UserError):
    """A row that is no contact at all."""

    def __init__(self, detail: Any) -> None:
        problem = faults.of_validation(detail)
        super().__init__(problem.detail)
        self.errors = problem.errors
