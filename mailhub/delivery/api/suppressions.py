"""Suppressions: who must not be mailed, whatever lists say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.delivery.api.suppression_shapes import (
    AddressCheckIn,
    AddressCheckOut,
    LiftQuery,
    SuppressionIn,
    SuppressionOut,
    SuppressionQuery,
)
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from mailhub.lib import addresses
from mailhub.lib.addresses import InvalidAddress
from mailhub.web import problems
from mailhub.web.api import faults, paging
from mailhub.web.api.faults import Fault
from mailhub.web.api.operations import Example, Operation, Ref
from mailhub.web.problems import Problem

GROUP = "Suppressions"
BY_THE_PERSON = ("unsubscribed", "erased")
NEED_CONFIRMING = ("hard_bounce", "complaint")
PATH = {"suppression_id": Ref("suppression", 8)}
STANDS = {
    "id": Ref("suppression", 8),
    "reason": "manual",
    "scope": "",
    "note": "asked by phone",
    "created_at": "2026-11-22T09:30:00Z",
}
CHECKED = {"email": "bo@example.com", "suppressed": True, "reasons": ["manual"], "problem": ""}


class SuppressionList(Endpoint):
    @operation(
        Operation(
            name="suppressions_list",
            tag=GROUP,
            summary="List suppressions",
            description="The newest first; with `email`, what stands against that address.",
            scope=Scope.SUPPRESSIONS_READ,
            asks=SuppressionQuery,
            gives=paging.of(SuppressionOut),
            example=Example(
                query={"email": "bo@example.com"},
                answer={"results": [STANDS], "next": None, "previous": None},
            ),
        )
    )
    def get(self, request: Request) -> Response:
        rows = Suppression.objects.all()
        if self.query["email"]:
            rows = rows.filter(address_hash=_hash(self.query["email"]))
        if self.query["reason"]:
            rows = rows.filter(reason=self.query["reason"])
        if "scope" in self.query:
            rows = rows.filter(scope_key=self.query["scope"])
        return Response(paging.page(request, rows, query=self.query, shape=SuppressionOut))

    @operation(
        Operation(
            name="suppressions_create",
            tag=GROUP,
            summary="Suppress an address",
            description=(
                "Nothing is mailed to it in this scope any more. One that stands already is answered as it is. "
                "For somebody who wants no more letters, use “Unsubscribe an address”."
            ),
            scope=Scope.SUPPRESSIONS_WRITE,
            takes=SuppressionIn,
            gives=SuppressionOut,
            status=201,
            example=Example(body={"email": "cy@example.com", "note": "asked by phone"}, answer=STANDS),
        )
    )
    def post(self, request: Request) -> Response:
        said, hashed = self.body, _hash(self.body["email"])
        told = {"reason": said["reason"], "scope_key": said["scope"]}
        suppression.suppress(hashed, source=f"API key {self.key}"[:120], note=said["note"], **told)
        row = Suppression.objects.get(address_hash=hashed, **told)
        self.record("suppression.added", target=row, detail=told)
        return Response(SuppressionOut(row).data, status=201)


class SuppressionCheck(Endpoint):
    @operation(
        Operation(
            name="suppressions_check",
            tag=GROUP,
            summary="Check addresses",
            description="Whether marketing mail to each of up to 1,000 addresses is stopped in this scope.",
            scope=Scope.SUPPRESSIONS_READ,
            takes=AddressCheckIn,
            gives=AddressCheckOut,
            example=Example(body={"emails": ["bo@example.com"]}, answer={"results": [CHECKED]}),
        )
    )
    def post(self, request: Request) -> Response:
        given = [(email, _hash_or_problem(email)) for email in self.body["emails"]]
        hashes = [hashed for _, (hashed, problem) in given if not problem]
        scopes = {"", self.body["scope"]}
        rows = Suppression.objects.filter(address_hash__in=hashes, scope_key__in=scopes)
        found: dict[str, list[str]] = {}
        for hashed, reason in rows.order_by("created_at", "id").values_list("address_hash", "reason"):
            found.setdefault(hashed, []).append(reason)
        self.wrote_nothing()
        return Response({"results": [_checked(email, *told, found) for email, told in given]})


class SuppressionPage(Endpoint):
    @operation(
        Operation(
            name="suppressions_lift",
            tag=GROUP,
            summary="Lift a suppression",
            description=(
                "With the reason, which the audit log keeps. A hard bounce or a complaint also wants `confirm`. "
                "409 for somebody who unsubscribed or was erased: only they themselves can come back."
            ),
            scope=Scope.SUPPRESSIONS_WRITE,
            asks=LiftQuery,
            status=204,
            example=Example(path=PATH, query={"reason": "he asked to get letters again"}),
        )
    )
    def delete(self, request: Request, suppression_id: int) -> Response:
        row = Suppression.objects.filter(pk=suppression_id).first()
        if row is None:
            raise faults.missing("suppression", suppression_id)
        _check_liftable(row, confirmed=self.query["confirm"])
        detail = {"reason": row.reason, "why": self.query["reason"]}
        self.record("suppression.lifted", target=row, detail=detail)
        suppression.lift(row.address_hash, reason=row.reason, scope_key=row.scope_key)
        return Response(status=204)


def _check_liftable(row: Suppression, *, confirmed: bool) -> None:
    reason = row.get_reason_display()
    if row.reason in BY_THE_PERSON:
        told = (
            f"This is the person's own act ({reason}): only they can come back, by signing up and confirming."
        )
        raise Fault(Problem(problems.CONFLICT, told))
    if row.reason in NEED_CONFIRMING and not confirmed:
        told = (
            f"This was a {reason}: mailing again can harm your reputation. Send confirm=true if you are sure."
        )
        raise Fault(Problem(problems.CONFLICT, told))


def _hash(email: str) -> str:
    return address_hash(addresses.parse(email).key)


def _hash_or_problem(email: str) -> tuple[str, str]:
    try:
        return _hash(email), ""
    except InvalidAddress as error:
        return "", str(error)


def _checked(email: str, hashed: str, problem: str, found: Mapping[str, list[str]]) -> dict[str, Any]:
    reasons = found.get(hashed, [])
    return {"email": email, "suppressed": bool(reasons), "reasons": reasons, "problem": problem}
