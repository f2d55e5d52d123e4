"""Tags: words put on contacts."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding
from contacts.models import Tag
from contacts.services import people, tags
from contacts.services.tags import NameTaken, WrongName
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web import problems
from mailhub.web.api import faults, paging
from mailhub.web.api.faults import Invalid
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text

faults.register(NameTaken, problems.CONFLICT)
faults.register(WrongName, problems.INVALID)

GROUP = "Tags"
VIP = {"id": examples.TAG, "name": "VIP", "created_at": examples.AT}
PATH = {"tag_id": examples.TAG}


class TagQuery(Paged):
    search = Text(default="", max_length=120, help_text="Tags whose name begins so, in any case.")


class TagIn(Shape):
    name = Text(max_length=120, allow_blank=False, help_text="VIP and vip are one tag.")


class MergeIn(Shape):
    """Which tag stays."""

    into = Id(help_text="The tag that everybody bears afterwards.")


class TagOut(Shape):
    """A tag."""

    id = Id()
    name = Text()
    created_at = Moment()


class TagList(Endpoint):
    @operation(
        Operation(
            name="tags_list",
            tag=GROUP,
            summary="List tags",
            description="All tags, the newest first.",
            scope=Scope.CONTACTS_READ,
            asks=TagQuery,
            gives=paging.of(TagOut),
            example=Example(query={"search": "vi"}, answer=page_of(VIP)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = Tag.objects.filter(key__startswith=self.query["search"].casefold())
        return Response(paging.page(request, rows, query=self.query, shape=TagOut))

    @operation(
        Operation(
            name="tags_create",
            tag=GROUP,
            summary="Create a tag",
            description="The tag of this name; one that is there already is answered as it is.",
            scope=Scope.CONTACTS_WRITE,
            takes=TagIn,
            gives=TagOut,
            status=201,
            example=Example(body={"name": "Wholesale"}, answer={**VIP, "name": "Wholesale"}),
        )
    )
    def post(self, request: Request) -> Response:
        tag = people.get_tag(self.body["name"])
        self.record("tag.created", target=tag)
        return Response(TagOut(tag).data, status=201)


class TagPage(Endpoint):
    @operation(
        Operation(
            name="tags_get",
            tag=GROUP,
            summary="Get a tag",
            description="One tag.",
            scope=Scope.CONTACTS_READ,
            gives=TagOut,
            example=Example(path=PATH, answer=VIP),
        )
    )
    def get(self, request: Request, tag_id: int) -> Response:
        return Response(TagOut(_found(tag_id)).data)

    @operation(
        Operation(
            name="tags_rename",
            tag=GROUP,
            summary="Rename a tag",
            description="Everybody who bears it keeps it, under the new name.",
            scope=Scope.CONTACTS_WRITE,
            takes=TagIn,
            gives=TagOut,
            example=Example(path=PATH, body={"name": "Patrons"}, answer={**VIP, "name": "Patrons"}),
        )
    )
    def patch(self, request: Request, tag_id: int) -> Response:
        tag = _found(tag_id)
        if "name" not in self.body:
            self.wrote_nothing()
        else:
            tag = tags.rename(tag, self.body["name"])
            self.record("tag.renamed", target=tag)
        return Response(TagOut(tag).data)

    @operation(
        Operation(
            name="tags_delete",
            tag=GROUP,
            summary="Delete a tag",
            description="Nobody bears it any more; the contacts stay.",
            scope=Scope.CONTACTS_WRITE,
            status=204,
            example=Example(path=PATH),
        )
    )
    def delete(self, request: Request, tag_id: int) -> Response:
        tag = _found(tag_id)
        self.record("tag.deleted", target=tag)
        tags.delete(tag)
        return Response(status=204)


class TagMerge(Endpoint):
    @operation(
        Operation(
            name="tags_merge",
            tag=GROUP,
            summary="Merge a tag into another",
            description="Who bears the tag bears the other one afterwards, and the tag is gone.",
            scope=Scope.CONTACTS_WRITE,
            takes=MergeIn,
            gives=TagOut,
            example=Example(
                path=PATH, body={"into": Ref("other_tag", 6)}, answer={**VIP, "name": "Regulars"}
            ),
        )
    )
    def post(self, request: Request, tag_id: int) -> Response:
        tag, into = _found(tag_id), Tag.objects.filter(pk=self.body["into"]).first()
        if into is None:
            raise Invalid("into", f"There is no tag {self.body['into']}.")
        self.record("tag.merged", target=tag, detail={"into": into.pk})
        tags.merge(tag, into=into)
        return Response(TagOut(into).data)


def _found(tag_id: int) -> Tag:
    return finding.one(Tag.objects.all(), tag_id, what="tag")
