"""Who is on which list, and the consent that says so."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding, subscribing
from contacts.api.subscription_shapes import (
    ConsentOut,
    LeaveIn,
    LeaveQuery,
    SubscribeIn,
    SubscriptionOut,
    SubscriptionQuery,
)
from contacts.models import ConsentRecord, Subscription
from contacts.services import consent
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.lib import addresses
from mailhub.web.api import paging
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged

GROUP = "Subscriptions"
PATH = {"contact_id": examples.CONTACT}
ON_NEWS = {
    "contact_id": examples.CONTACT,
    "list_id": examples.LIST,
    "list": "news",
    "state": "subscribed",
    "basis_expires_at": None,
    "changed_at": examples.AT,
}
PROOF = {
    "id": Ref("consent", 31),
    "contact_id": examples.CONTACT,
    "list_id": examples.LIST,
    "list_name": "News",
    "action": "granted",
    "basis": "express",
    "basis_expires_at": None,
    "method": "form",
    "source": "sign-up form",
    "wording": "Yes, send me news once a month.",
    "form_version": "",
    "ip": "203.0.113.9",
    "user_agent": "",
    "actor": "",
    "occurred_at": examples.AT,
    "recorded_at": examples.AT,
}
AGREED = {
    "email": "cy@example.com",
    "list": "news",
    "opt_in": "single",
    "consent": {
        "source": "checkout, order 1003",
        "wording": "Yes, send me news once a month.",
        "ip": "203.0.113.9",
    },
}


class SubscriptionList(Endpoint):
    @operation(
        Operation(
            name="subscriptions_create",
            tag=GROUP,
            summary="Subscribe somebody",
            description=(
                "Puts a person on a list, with the proof of their consent. Where the list (or `opt_in`) says "
                "double, a confirmation mail asks them and the state is `pending` until they confirm; single "
                "needs `consent.source`. Somebody who unsubscribed or was erased is not revived: that is 409, and "
                "only their own confirmation (`opt_in` double) brings them back. An address that is suppressed "
                "for a hard bounce, a complaint, as invalid or by hand is 409 in any case, with the `reason`: "
                "not even the question could reach it. A contact is made for an address that is new."
            ),
            scope=Scope.SUBSCRIPTIONS_WRITE,
            takes=SubscribeIn,
            gives=SubscriptionOut,
            example=Example(body=AGREED, answer=ON_NEWS),
        )
    )
    def post(self, request: Request) -> Response:
        list_ = finding.list_of(self.body["list"])
        contact, brought = subscribing.person(self.body)
        row = subscribing.subscribe(contact, list_, self.body, key=self.key, brought_contact=brought)
        self.record("contact.subscribed", target=list_, detail={"contact_id": contact.pk, "state": row.state})
        return Response(SubscriptionOut(row).data)


class ContactSubscriptions(Endpoint):
    @operation(
        Operation(
            name="subscriptions_list",
            tag=GROUP,
            summary="List a contact's subscriptions",
            description="Where the contact stands with each list it ever had to do with.",
            scope=Scope.SUBSCRIPTIONS_READ,
            asks=SubscriptionQuery,
            gives=paging.of(SubscriptionOut),
            example=Example(path=PATH, answer=page_of(ON_NEWS)),
        )
    )
    def get(self, request: Request, contact_id: int) -> Response:
        contact = finding.contact(contact_id)
        rows = Subscription.objects.filter(contact=contact).select_related("list")
        if self.query["state"]:
            rows = rows.filter(state=self.query["state"])
        return Response(paging.page(request, rows, query=self.query, shape=SubscriptionOut))


class ContactSubscription(Endpoint):
    @operation(
        Operation(
            name="subscriptions_delete",
            tag=GROUP,
            summary="Unsubscribe a contact from a list",
            description="The contact gets nothing of the list any more. Twice is the same as once.",
            scope=Scope.SUBSCRIPTIONS_WRITE,
            asks=LeaveQuery,
            status=204,
            example=Example(
                path={"contact_id": examples.CONTACT, "list_id": examples.LIST},
                query={"source": "phone call"},
            ),
        )
    )
    def delete(self, request: Request, contact_id: int, list_id: int) -> Response:
        contact, list_ = finding.contact(contact_id), finding.list_numbered(list_id)
        evidence = subscribing.evidence({}, key=self.key)
        consent.withdraw(contact, list_, method="api", source=self.query["source"], evidence=evidence)
        self.record("contact.unsubscribed", target=list_, detail={"contact_id": contact.pk})
        return Response(status=204)


class Leaving(Endpoint):
    @operation(
        Operation(
            name="unsubscriptions_create",
            tag=GROUP,
            summary="Unsubscribe an address",
            description=(
                "For systems that know only the address. From one list, or from everything, also of lists to "
                "come, when `list` is left out. Works for an address that MailHub does not know: it will not be "
                "mailed when it comes in later."
            ),
            scope=Scope.SUBSCRIPTIONS_WRITE,
            takes=LeaveIn,
            status=204,
            example=Example(body={"email": "ann@example.org", "list": "news", "source": "phone call"}),
        )
    )
    def post(self, request: Request) -> Response:
        person = subscribing.known_or_hash(addresses.parse(self.body["email"]))
        told = {"method": "api", "source": self.body["source"]}
        evidence = subscribing.evidence({}, key=self.key)
        if "list" in self.body:
            list_ = finding.list_of(self.body["list"])
            consent.withdraw(person, list_, evidence=evidence, **told)
            self.record("contact.unsubscribed", target=list_)
        else:
            consent.withdraw_everything(person, evidence=evidence, **told)
            self.record("contact.unsubscribed", label="everything")
        return Response(status=204)


class ConsentRecords(Endpoint):
    @operation(
        Operation(
            name="consent_list",
            tag=GROUP,
            summary="List a contact's consent records",
            description="Every act of agreeing and leaving with its proof, the newest first; none ever changes.",
            scope=Scope.SUBSCRIPTIONS_READ,
            asks=Paged,
            gives=paging.of(ConsentOut),
            example=Example(path=PATH, answer=page_of(PROOF)),
        )
    )
    def get(self, request: Request, contact_id: int) -> Response:
        rows = ConsentRecord.objects.filter(contact=finding.contact(contact_id))
        return Response(paging.page(request, rows, query=self.query, shape=ConsentOut))
