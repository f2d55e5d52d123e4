"""Contacts: list, find, create, change, delete."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, filtering, finding, moving
from contacts.api.people_shapes import ContactIn, ContactOut, ContactPatch, ContactQuery, DeleteQuery, Lookup
from contacts.models import Contact
from contacts.services import editing, erasure, upserts
from contacts.services.upserts import Outcome
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web.api import paging
from mailhub.web.api.operations import Example, Operation, page_of

GROUP = "Contacts"
PATH = {"contact_id": examples.CONTACT}
BO = {
    "email": "bo@example.com",
    "first_name": "Bo",
    "locale": "de",
    "custom": {"shoe_size": 44},
    "tags": ["Wholesale"],
}
BO_KEPT = {**examples.ANN, **BO, "last_name": ""}


class ContactList(Endpoint):
    @operation(
        Operation(
            name="contacts_list",
            tag=GROUP,
            summary="List contacts",
            description="The newest first. Filters narrow each other: a contact passes all of them.",
            scope=Scope.CONTACTS_READ,
            asks=ContactQuery,
            gives=paging.of(ContactOut),
            example=Example(query={"tag": "VIP", "limit": 50}, answer=page_of(examples.ANN)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = filtering.contacts(self.query).prefetch_related("tags")
        return Response(paging.page(request, rows, query=self.query, shape=ContactOut))

    @operation(
        Operation(
            name="contacts_create",
            tag=GROUP,
            summary="Create a contact",
            description=(
                "A contact is nobody's subscriber yet: consent is given to a list, under Subscriptions. "
                "409 when there is one with this address, however it is spelt."
            ),
            scope=Scope.CONTACTS_WRITE,
            takes=ContactIn,
            gives=ContactOut,
            status=201,
            example=Example(body=BO, answer=BO_KEPT),
        )
    )
    def post(self, request: Request) -> Response:
        contact = upserts.create(upserts.check(self.body, kinds=upserts.kinds()))
        self.record("contact.created", target=contact, label=f"contact {contact.pk}")
        return _answer(contact, status=201)


class ContactLookup(Endpoint):
    @operation(
        Operation(
            name="contacts_lookup",
            tag=GROUP,
            summary="Get a contact by address",
            description="The contact with this address: capitals and invisible characters do not matter.",
            scope=Scope.CONTACTS_READ,
            asks=Lookup,
            gives=ContactOut,
            problems=(404,),
            example=Example(query={"email": "Ann@Example.org"}, answer=examples.ANN),
        )
    )
    def get(self, request: Request) -> Response:
        return _answer(finding.contact_by_address(self.query["email"]))


class ContactUpsert(Endpoint):
    @operation(
        Operation(
            name="contacts_upsert",
            tag=GROUP,
            summary="Create or change a contact",
            description=(
                "The contact with this address is made, or changed where you say something of it; what you "
                "leave out stays, an empty text or null empties its field, tags are added."
            ),
            scope=Scope.CONTACTS_WRITE,
            takes=ContactIn,
            gives=ContactOut,
            example=Example(
                body={"email": "ann@example.org", "city": "York"}, answer={**examples.ANN, "city": "York"}
            ),
        )
    )
    def post(self, request: Request) -> Response:
        contact, outcome = upserts.upsert(upserts.check(self.body, kinds=upserts.kinds()))
        if outcome == Outcome.UNCHANGED:
            self.wrote_nothing()
        else:
            self.record(f"contact.{outcome}", target=contact, label=f"contact {contact.pk}")
        return _answer(contact)


class ContactPage(Endpoint):
    @operation(
        Operation(
            name="contacts_get",
            tag=GROUP,
            summary="Get a contact",
            description="One contact with custom fields and tags.",
            scope=Scope.CONTACTS_READ,
            gives=ContactOut,
            example=Example(path=PATH, answer=examples.ANN),
        )
    )
    def get(self, request: Request, contact_id: int) -> Response:
        return _answer(finding.contact(contact_id))

    @operation(
        Operation(
            name="contacts_change",
            tag=GROUP,
            summary="Change a contact",
            description=(
                "What you leave out stays; an empty text or null empties its field; tags are added. "
                "409 when somebody else has the new address. Subscriptions go along to a new address, and so does "
                "what the person did against mail (unsubscribed, complained). What they confirmed by mail at the "
                "old one nobody confirmed at the new one: for lists with double opt-in say `consent_source`, "
                "else it is 409."
            ),
            scope=Scope.CONTACTS_WRITE,
            takes=ContactPatch,
            gives=ContactOut,
            example=Example(
                path=PATH,
                body={"city": "York", "custom": {"shoe_size": None}},
                answer={**examples.ANN, "city": "York", "custom": {}},
            ),
        )
    )
    def patch(self, request: Request, contact_id: int) -> Response:
        contact = finding.contact(contact_id)
        changed: Any = sorted(self.body)
        source = self.body.pop("consent_source", "")
        told = upserts.check(self.body, kinds=upserts.kinds())
        confirmed = moving.check(contact, email=told.email, source=source)
        contact, outcome = upserts.change(contact, told)
        moving.record(contact, confirmed, source=source, key=self.key)
        if outcome == Outcome.UNCHANGED:
            self.wrote_nothing()
        else:
            self.record(
                "contact.changed", target=contact, label=f"contact {contact.pk}", detail={"fields": changed}
            )
        return _answer(contact)

    @operation(
        Operation(
            name="contacts_delete",
            tag=GROUP,
            summary="Delete a contact",
            description=(
                "The person, tags and subscriptions are gone. Suppressions of the address stay, so that "
                "an import cannot bring back who has left. `erase` also removes whatever else names the person, "
                "as the law wants when they ask for it; only they themselves can come back then."
            ),
            scope=Scope.CONTACTS_WRITE,
            asks=DeleteQuery,
            status=204,
            example=Example(path=PATH),
        )
    )
    def delete(self, request: Request, contact_id: int) -> Response:
        contact = finding.contact(contact_id)
        self.record("contact.deleted", target=contact, label=f"contact {contact.pk}")
        if self.query["erase"]:
            erasure.erase(contact.pk, actor=f"API key {self.key}")
        else:
            editing.delete(contact)
        return Response(status=204)


def _answer(contact: Contact, *, status: int = 200) -> Response:
    fresh = Contact.objects.prefetch_related("tags").get(pk=contact.pk)
    return Response(ContactOut(fresh).data, status=status)
