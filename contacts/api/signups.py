"""Sign-ups that people made on your own pages, taken in through the same protection as the hosted forms."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import finding
from contacts.api.subscription_shapes import SignUpIn, SignUpOut
from contacts.services import fields, joining
from contacts.services.evidence import Evidence
from contacts.services.joining import Person
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web.api.faults import Invalid
from mailhub.web.api.operations import Example, Operation

TYPED = {
    "email": "cy@example.com",
    "list": "news",
    "fields": {"first_name": "Cy"},
    "wording": "Yes, send me news once a month.",
    "ip": "203.0.113.9",
    "source": "footer of the shop",
}


class SignUps(Endpoint):
    @operation(
        Operation(
            name="signups_create",
            tag="Subscriptions",
            summary="Pass on a sign-up",
            description=(
                "For a form on your own site. Give the visitor's `ip`: the limits per address, IP and network "
                "are those of the hosted forms, and a crowd waits. The answer is the same for a new, a pending, "
                "a subscribed, an unsubscribed and a suppressed address; what follows (a confirmation mail where "
                "the list is double opt-in) happens a moment later."
            ),
            scope=Scope.SUBSCRIPTIONS_WRITE,
            takes=SignUpIn,
            gives=SignUpOut,
            status=202,
            example=Example(body=TYPED, answer={"accepted": True}),
        )
    )
    def post(self, request: Request) -> Response:
        said = self.body
        joining.ask(
            finding.list_of(said["list"]),
            said["email"],
            person=Person(said["fields"], said["custom"], _language(said["language"])),
            method="api",
            source=said["source"],
            evidence=Evidence(
                ip=said["ip"],
                user_agent=said["user_agent"],
                wording=said["wording"],
                form_version=said["form_version"],
                actor=f"API key {self.key}",
            ),
        )
        self.record("signup.passed_on")
        return Response({"accepted": True}, status=202)


def _language(text: str) -> str:
    """As a contact's language is kept. Raises Invalid."""
    try:
        return fields.clean({"locale": text})["locale"]
    except fields.InvalidValue as error:
        raise Invalid("language", str(error)) from error
