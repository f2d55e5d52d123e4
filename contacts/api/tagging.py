"""The tags of one contact."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding
from contacts.models import Contact
from contacts.services import people
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web.api.operations import Example, Operation
from mailhub.web.api.shapes import Shape, Text

PATH = {"contact_id": examples.CONTACT}


class TagNames(Shape):
    """Tags by name."""

    tags = serializers.ListField(
        child=Text(max_length=120, allow_blank=False),
        allow_empty=False,
        min_length=1,
        max_length=50,
        help_text="Names.",
    )


class TagsOut(Shape):
    """The tags that a contact bears."""

    tags = serializers.ListField(child=Text())


class ContactTags(Endpoint):
    @operation(
        Operation(
            name="contact_tags_add",
            tag="Tags",
            summary="Tag a contact",
            description="The contact bears these tags beside those it has; new ones are made.",
            scope=Scope.CONTACTS_WRITE,
            takes=TagNames,
            gives=TagsOut,
            example=Example(path=PATH, body={"tags": ["Wholesale"]}, answer={"tags": ["VIP", "Wholesale"]}),
        )
    )
    def post(self, request: Request, contact_id: int) -> Response:
        contact = finding.contact(contact_id)
        people.add_tags(contact, self.body["tags"])
        self._record("contact.tagged", contact)
        return _answer(contact)

    @operation(
        Operation(
            name="contact_tags_remove",
            tag="Tags",
            summary="Take tags from a contact",
            description="The contact bears none of the tags named in `tags` (may be given again) any more.",
            scope=Scope.CONTACTS_WRITE,
            asks=TagNames,
            gives=TagsOut,
            example=Example(path=PATH, query={"tags": "VIP"}, answer={"tags": []}),
        )
    )
    def delete(self, request: Request, contact_id: int) -> Response:
        contact = finding.contact(contact_id)
        for name in self.query["tags"]:
            people.remove_tag(contact, name)
        self._record("contact.untagged", contact)
        return _answer(contact)

    def _record(self, act: str, contact: Contact) -> None:
        self.record(act, target=contact, label=f"contact {contact.pk}")


def _answer(contact: Contact) -> Response:
    return Response({"tags": sorted(contact.tags.values_list("name", flat=True))})
