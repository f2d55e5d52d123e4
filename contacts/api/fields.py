"""Custom fields: what this business keeps of its contacts beside the built-in ones."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding
from contacts.models import CustomField, FieldType
from contacts.services import custom_fields
from contacts.services.custom_fields import CannotConvert, KeyTaken
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web import problems
from mailhub.web.api import faults, paging
from mailhub.web.api.operations import Example, Operation, page_of
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text

faults.register(KeyTaken, problems.CONFLICT)
faults.register(CannotConvert, problems.CONFLICT)

GROUP = "Custom fields"
PATH = {"field_id": examples.FIELD}
SHOE = {
    "id": examples.FIELD,
    "key": "shoe_size",
    "label": "Shoe size",
    "type": "number",
    "public": False,
    "created_at": examples.AT,
}


class FieldChange(Shape):
    label = Text(max_length=120, allow_blank=False, help_text="What staff see.")  # type: ignore[assignment]  # the metaclass takes it out of the class

    type = serializers.ChoiceField(FieldType.choices)
    public = serializers.BooleanField(help_text="Shown to people on their preference page.")


class FieldIn(FieldChange):
    key = Text(
        max_length=63,
        allow_blank=False,
        help_text="Its name in letters, {{ contact.key }}: a–z, 0–9 and _, beginning with a letter.",
    )
    label = Text(max_length=120, default="", help_text="What staff see; made from the key when left out.")
    type = serializers.ChoiceField(FieldType.choices, default=FieldType.TEXT.value)
    public = serializers.BooleanField(default=False, help_text="Shown to people on their preference page.")


class FieldOut(Shape):
    """A custom field."""

    id = Id()
    key = Text()
    label = Text()  # type: ignore[assignment]  # the metaclass takes it out of the class
    type = serializers.ChoiceField(FieldType.choices)
    public = serializers.BooleanField()
    created_at = Moment()


class FieldList(Endpoint):
    @operation(
        Operation(
            name="fields_list",
            tag=GROUP,
            summary="List custom fields",
            description="All of them, the newest first.",
            scope=Scope.CONTACTS_READ,
            asks=Paged,
            gives=paging.of(FieldOut),
            example=Example(answer=page_of(SHOE)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = CustomField.objects.all()
        return Response(paging.page(request, rows, query=self.query, shape=FieldOut))

    @operation(
        Operation(
            name="fields_create",
            tag=GROUP,
            summary="Define a custom field",
            description="409 when there is one with this key.",
            scope=Scope.CONTACTS_WRITE,
            takes=FieldIn,
            gives=FieldOut,
            status=201,
            example=Example(
                body={"key": "birthday", "label": "Birthday", "type": "date"},
                answer={**SHOE, "key": "birthday", "label": "Birthday", "type": "date"},
            ),
        )
    )
    def post(self, request: Request) -> Response:
        said = self.body
        label = said["label"] or said["key"].replace("_", " ").capitalize()
        field = custom_fields.create(label, key=said["key"], kind=said["type"], public=said["public"])
        self.record("field.created", target=field)
        return Response(FieldOut(field).data, status=201)


class FieldPage(Endpoint):
    @operation(
        Operation(
            name="fields_get",
            tag=GROUP,
            summary="Get a custom field",
            description="One custom field.",
            scope=Scope.CONTACTS_READ,
            gives=FieldOut,
            example=Example(path=PATH, answer=SHOE),
        )
    )
    def get(self, request: Request, field_id: int) -> Response:
        return Response(FieldOut(_found(field_id)).data)

    @operation(
        Operation(
            name="fields_change",
            tag=GROUP,
            summary="Change a custom field",
            description=(
                "The key stays: letters say it. A new type converts every value; 409 when some do not fit it."
            ),
            scope=Scope.CONTACTS_WRITE,
            takes=FieldChange,
            gives=FieldOut,
            example=Example(
                path=PATH, body={"label": "Size of shoe"}, answer={**SHOE, "label": "Size of shoe"}
            ),
        )
    )
    def patch(self, request: Request, field_id: int) -> Response:
        field = _found(field_id)
        if said := self.body:
            field = custom_fields.update(
                field,
                label=said.get("label", field.label),
                kind=said.get("type", field.type),
                public=said.get("public", field.public),
            )
            self.record("field.changed", target=field)
        return Response(FieldOut(field).data)

    @operation(
        Operation(
            name="fields_delete",
            tag=GROUP,
            summary="Delete a custom field",
            description="With everybody’s values in it. Letters that use it are refused from now on.",
            scope=Scope.CONTACTS_WRITE,
            status=204,
            example=Example(path=PATH),
        )
    )
    def delete(self, request: Request, field_id: int) -> Response:
        field = _found(field_id)
        self.record("field.deleted", target=field)
        custom_fields.delete(field)
        return Response(status=204)


def _found(field_id: int) -> CustomField:
    return finding.one(CustomField.objects.all(), field_id, what="custom field")
