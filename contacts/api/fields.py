"""Custom fields: what this business keeps of its contacts beside the built-in ones."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding, writing
from contacts.models import CustomField, FieldType
from contacts.services import people
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web import problems
from mailhub.web.api import paging
from mailhub.web.api.faults import Fault
from mailhub.web.api.operations import Example, Operation
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text
from mailhub.web.problems import Problem

GROUP = "Custom fields"
PATH = {"field_id": examples.FIELD}
SHOE = {
    "id": examples.FIELD,
    "key": "shoe_size",
    "label": "Shoe size",
    "type": "number",
    "created_at": examples.AT,
}


class FieldChange(Shape):
    label = Text(max_length=120, allow_blank=False, help_text="What staff see.")  # type: ignore[assignment]  # the metaclass takes it out of the class


class FieldIn(FieldChange):
    key = Text(
        max_length=63,
        allow_blank=False,
        help_text="Its name in letters, {{ contact.key }}: a–z, 0–9 and _, beginning with a letter.",
    )
    label = Text(max_length=120, default="", help_text="What staff see; made from the key when left out.")
    type = serializers.ChoiceField(FieldType.choices, default=FieldType.TEXT.value)


class FieldOut(Shape):
    """A custom field."""

    id = Id()
    key = Text()
    label = Text()  # type: ignore[assignment]  # the metaclass takes it out of the class
    type = serializers.ChoiceField(FieldType.choices)
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
            example=Example(answer=examples.page_of(SHOE)),
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
            description="409 when there is one with this key. The type stays for good.",
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
        key = self.body["key"]
        if CustomField.objects.filter(key=key).exists():
            raise Fault(Problem(problems.CONFLICT, f"There is already a custom field “{key}”."))
        field = people.define_field(key, label=self.body["label"], kind=self.body["type"])
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
            summary="Rename a custom field",
            description="Changes what staff see; key and type stay, because letters rely on them.",
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
        if "label" in self.body:
            field = writing.rename_field(field, label=self.body["label"])
            self.record("field.changed", target=field)
        return Response(FieldOut(field).data)

    @operation(
        Operation(
            name="fields_delete",
            tag=GROUP,
            summary="Delete a custom field",
            description="Letters that use it are refused from now on. Values that contacts have are kept.",
            scope=Scope.CONTACTS_WRITE,
            status=204,
            example=Example(path=PATH),
        )
    )
    def delete(self, request: Request, field_id: int) -> Response:
        field = _found(field_id)
        self.record("field.deleted", target=field)
        writing.delete_field(field)
        return Response(status=204)


def _found(field_id: int) -> CustomField:
    return finding.one(CustomField.objects.all(), field_id, what="custom field")
