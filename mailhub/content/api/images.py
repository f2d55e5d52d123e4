"""The image library: upload pictures, and see what there is."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.content import pictures
from mailhub.content.api.letter_examples import AT
from mailhub.content.pictures import NoPicture
from mailhub.content.selectors import images
from mailhub.content.services import images as library
from mailhub.web import problems
from mailhub.web.api import faults, paging
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Text

faults.register(NoPicture, problems.INVALID)

GROUP = "Images"
# One transparent pixel, byte by character.
PIXEL = (
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    ",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
LOGO = {
    "id": Ref("image", 3),
    "name": "logo",
    "alt": "The shop's logo",
    "source": "{{ brand.url }}/media/images/0f343b0931126a20f133d67c2b018a3b.png",
    "content_type": "image/png",
    "width": 600,
    "height": 200,
    "size": 14210,
    "created_at": AT,
}


class ImageQuery(Paged):
    search = Text(default="", max_length=200, help_text="Images whose name or text holds this.")


class ImageIn(Shape):
    """A picture for letters."""

    file = serializers.FileField(max_length=255, help_text="JPEG, PNG, GIF or WebP.")
    alt = Text(default="", max_length=300, help_text="Read where the picture is not seen.")


class ImageOut(Shape):
    """A picture of the library."""

    id = Id()
    name = Text()
    alt = Text()
    source = Text(help_text="Its address as a letter writes it.")  # type: ignore[assignment]  # taken out of the class
    content_type = Text()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")
    created_at = Moment()


class ImageList(Endpoint):
    @operation(
        Operation(
            name="images_list",
            tag=GROUP,
            summary="List images",
            description="The newest first.",
            scope=Scope.LETTERS_READ,
            asks=ImageQuery,
            gives=paging.of(ImageOut),
            example=Example(answer=page_of(LOGO)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = images.listed(self.query["search"])
        return Response(paging.page(request, rows, query=self.query, shape=ImageOut))

    @operation(
        Operation(
            name="images_create",
            tag=GROUP,
            summary="Upload an image",
            description=(
                "A form (multipart/form-data). Type and size are checked; a picture that is in the library "
                "already is answered as it is. Put its `source` into the src of an img."
            ),
            scope=Scope.LETTERS_WRITE,
            takes=ImageIn,
            gives=ImageOut,
            status=201,
            uploads=True,
            example=Example(
                body={"alt": "The shop's logo"}, files={"file": ("logo.gif", PIXEL)}, answer=LOGO
            ),
        )
    )
    def post(self, request: Request) -> Response:
        file = self.body["file"]
        data = file.read(pictures.MAX_BYTES + 1)
        author = f"API key {self.key}"
        kept = library.add(data, name=file.name or "image", alt=self.body["alt"], author=author)
        self.record("image.added", target=kept.image)
        return Response(ImageOut(kept.image).data, status=201)
