"""Letters and their versions."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.content.api import writing
from mailhub.content.api.letter_examples import ANSWER, LETTER, PATH, REVISION, SPRING, VERSION
from mailhub.content.api.letter_shapes import (
    LetterChange,
    LetterCheckIn,
    LetterCheckOut,
    LetterIn,
    LetterOut,
    LetterQuery,
    PreviewIn,
    PreviewOut,
    RevisionIn,
    VersionOut,
)
from mailhub.content.models import Letter, LetterVersion
from mailhub.content.selectors import letters
from mailhub.content.services import catalogue
from mailhub.web.api import faults, paging
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged

GROUP = "Letters"


class LetterList(Endpoint):
    @operation(
        Operation(
            name="letters_list",
            tag=GROUP,
            summary="List letters",
            description="The newest first, without their words.",
            scope=Scope.LETTERS_READ,
            asks=LetterQuery,
            gives=paging.of(LetterOut),
            example=Example(query={"search": "spring"}, answer=page_of(LETTER)),
        )
    )
    def get(self, request: Request) -> Response:
        query = self.query
        rows = letters.listed(archived=query["archived"], text=query["search"], kind=query["kind"])
        return Response(paging.page(request, rows, query=query, shape=LetterOut))

    @operation(
        Operation(
            name="letters_create",
            tag=GROUP,
            summary="Write a letter",
            description=(
                "Version 1 of a new letter, in one language or several. A letter that could not be sent is not "
                "kept: `errors` says each problem with line and column. Names that letters may use are in "
                "docs/letters.md."
            ),
            scope=Scope.LETTERS_WRITE,
            takes=LetterIn,
            gives=VersionOut,
            status=201,
            example=Example(body=SPRING, answer=VERSION),
        )
    )
    def post(self, request: Request) -> Response:
        version = writing.create(self.body, author=f"API key {self.key}")
        self.record("letter.created", target=version.letter)
        return Response(VersionOut(version).data, status=201)


class LetterCheck(Endpoint):
    @operation(
        Operation(
            name="letters_check",
            tag=GROUP,
            summary="Check a letter",
            description="What stops a letter from being sent, with line and column; nothing is kept.",
            scope=Scope.LETTERS_READ,
            takes=LetterCheckIn,
            gives=LetterCheckOut,
            example=Example(
                body={
                    "kind": "markdown",
                    "variants": [
                        {"locale": "en", "subject": "Spring", "body": "Hello {{ contact.frist_name }}"}
                    ],
                },
                answer=ANSWER,
            ),
        )
    )
    def post(self, request: Request) -> Response:
        self.wrote_nothing()
        return Response({"problems": writing.problems_of(self.body)})


class LetterPage(Endpoint):
    @operation(
        Operation(
            name="letters_get",
            tag=GROUP,
            summary="Get a letter",
            description="One letter; its words are in its versions.",
            scope=Scope.LETTERS_READ,
            gives=LetterOut,
            example=Example(path=PATH, answer=LETTER),
        )
    )
    def get(self, request: Request, letter_id: int) -> Response:
        return Response(LetterOut(found(letter_id)).data)

    @operation(
        Operation(
            name="letters_change",
            tag=GROUP,
            summary="Rename or archive a letter",
            description="What you leave out stays. Its words change by a new version.",
            scope=Scope.LETTERS_WRITE,
            takes=LetterChange,
            gives=LetterOut,
            example=Example(
                path=PATH, body={"name": "Spring sale"}, answer={**LETTER, "name": "Spring sale"}
            ),
        )
    )
    def patch(self, request: Request, letter_id: int) -> Response:
        letter = found(letter_id)
        writing.change(letter, self.body)
        self.record("letter.changed", target=letter, detail={"fields": sorted(self.body)})
        return Response(LetterOut(found(letter_id)).data)

    @operation(
        Operation(
            name="letters_delete",
            tag=GROUP,
            summary="Delete a letter",
            description="With all its versions. 409 when a campaign uses it: archive it instead.",
            scope=Scope.LETTERS_WRITE,
            status=204,
            example=Example(path={"letter_id": Ref("unused_letter", 8)}),
        )
    )
    def delete(self, request: Request, letter_id: int) -> Response:
        letter = found(letter_id)
        self.record("letter.deleted", target=letter)
        catalogue.delete(letter)
        return Response(status=204)


class VersionList(Endpoint):
    @operation(
        Operation(
            name="letter_versions_list",
            tag=GROUP,
            summary="List the versions of a letter",
            description="The newest first, with their words.",
            scope=Scope.LETTERS_READ,
            asks=Paged,
            gives=paging.of(VersionOut),
            example=Example(path=PATH, answer=page_of(VERSION)),
        )
    )
    def get(self, request: Request, letter_id: int) -> Response:
        rows = found(letter_id).versions.prefetch_related("variants")
        return Response(paging.page(request, rows, query=self.query, shape=VersionOut, order=("-number",)))

    @operation(
        Operation(
            name="letter_versions_create",
            tag=GROUP,
            summary="Revise a letter",
            description="The next version; older ones, and campaigns that use them, stay as they are.",
            scope=Scope.LETTERS_WRITE,
            takes=RevisionIn,
            gives=VersionOut,
            status=201,
            example=Example(path=PATH, body=REVISION, answer={**VERSION, "number": 2, **REVISION}),
        )
    )
    def post(self, request: Request, letter_id: int) -> Response:
        letter = found(letter_id)
        version = writing.revise(letter, self.body, author=f"API key {self.key}")
        self.record("letter.revised", target=letter, detail={"number": version.number})
        return Response(VersionOut(version).data, status=201)


class VersionPage(Endpoint):
    @operation(
        Operation(
            name="letter_versions_get",
            tag=GROUP,
            summary="Get a version",
            description="One version of a letter, by its number.",
            scope=Scope.LETTERS_READ,
            gives=VersionOut,
            example=Example(path={**PATH, "number": 1}, answer=VERSION),
        )
    )
    def get(self, request: Request, letter_id: int, number: int) -> Response:
        version = LetterVersion.objects.filter(letter=found(letter_id), number=number).first()
        if version is None:
            raise faults.missing("version", number)
        return Response(VersionOut(version).data)


class Preview(Endpoint):
    @operation(
        Operation(
            name="letters_preview",
            tag=GROUP,
            summary="Preview a letter",
            description=(
                "The letter as one person would get it: subject, HTML and text; nothing is sent or kept. "
                "`contact_id` shows somebody's data, and needs the scope `contacts:read` too."
            ),
            scope=Scope.LETTERS_READ,
            takes=PreviewIn,
            gives=PreviewOut,
            example=Example(
                path=PATH,
                body={"locale": "en"},
                answer={
                    "locale": "en",
                    "subject": "Spring is here, Ann",
                    "preheader": "",
                    "html": "<!doctype html>…",
                    "text": "Hello Ann",
                },
            ),
        )
    )
    def post(self, request: Request, letter_id: int) -> Response:
        self.wrote_nothing()
        if "contact_id" in self.body:
            self.require(Scope.CONTACTS_READ, to="A preview with somebody's data")
        return Response(writing.rendered(found(letter_id), self.body))


def found(letter_id: int) -> Letter:
    rows: QuerySet[Letter] = letters.listed() | letters.listed(archived=True)
    letter = rows.filter(pk=letter_id).first()
    if letter is None:
        raise faults.missing("letter", letter_id)
    return letter
