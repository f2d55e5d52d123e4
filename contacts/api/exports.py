"""Exports: contacts as a CSV file."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding
from contacts.exporting import columns, files
from contacts.models import BulkJob, BulkKind, BulkState
from contacts.segments import tree
from contacts.segments.tree import EVERYBODY
from contacts.selectors.browsing import Choice, Filter
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.lib import clock
from mailhub.web import downloads, problems
from mailhub.web.api import faults, paging
from mailhub.web.api.faults import Fault, Invalid
from mailhub.web.api.operations import Example, Operation, Ref, page_of
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Anything, Count, Id, Moment, Object, Shape, Text
from mailhub.web.problems import Problem

GROUP = "Exports"
PATH = {"export_id": Ref("export", 21)}
DONE = {
    "id": Ref("export", 21),
    "state": "finished",
    "done_count": 1,
    "problem": "",
    "columns": ["email", "city"],
    "created_at": examples.AT,
    "finished_at": examples.AT,
    "expires_at": examples.AT,
}
IN_YORK = {"all": [{"field": "city", "operator": "is", "value": "York"}]}


class ExportIn(Shape):
    """Whom to export, and which columns."""

    search = Text(default="", max_length=320, help_text="Whose address or name begins so.")
    filter = Object(
        child=Anything(), default=dict, help_text="Conditions, as in docs/api.md; everybody when left out."
    )
    columns = serializers.ListField(
        child=Text(max_length=100),
        default=list,
        max_length=500,
        help_text="Keys such as email, city, tags, list.3, custom.shoe_size; the usual ones when left out.",
    )


class ExportOut(Shape):
    """An export and how far it has come."""

    id = Id()
    state = serializers.ChoiceField(BulkState.choices)
    done_count = Count(help_text="Contacts that are written.")
    problem = Text(help_text="Why it failed, in a sentence.")
    columns = serializers.SerializerMethodField()
    created_at = Moment()
    finished_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="When the file is deleted.")

    def get_columns(self, job: BulkJob) -> list[str]:
        return list(job.parameters.get("columns", []))


class ExportList(Endpoint):
    @operation(
        Operation(
            name="exports_list",
            tag=GROUP,
            summary="List exports",
            description="The newest first, those of staff too.",
            scope=Scope.EXPORTS_READ,
            asks=Paged,
            gives=paging.of(ExportOut),
            example=Example(answer=page_of(DONE)),
        )
    )
    def get(self, request: Request) -> Response:
        return Response(paging.page(request, _exports(), query=self.query, shape=ExportOut))

    @operation(
        Operation(
            name="exports_create",
            tag=GROUP,
            summary="Export contacts",
            description="A worker writes the file; ask for the export until it is finished, then download it.",
            scope=Scope.EXPORTS_WRITE,
            takes=ExportIn,
            gives=ExportOut,
            status=202,
            example=Example(
                body={"filter": IN_YORK, "columns": ["email", "city"]},
                answer={**DONE, "state": "running", "finished_at": None, "expires_at": None},
            ),
        )
    )
    def post(self, request: Request) -> Response:
        said = self.body
        known = {column.key for column in columns.offered()}
        for index, key in enumerate(said["columns"]):
            if key not in known:
                raise Invalid(f"columns.{index}", f"There is no column “{key[:60]}”.")
        group = tree.read(said["filter"]) if said["filter"] else EVERYBODY
        choice = Choice(Filter(said["search"], group), asked_at=clock.now())
        job = files.begin(choice, words=f"API key {self.key}", column_keys=said["columns"], total=0, by=None)
        self.record("export.started", label=f"export {job.pk}")
        return Response(ExportOut(job).data, status=202)


class ExportPage(Endpoint):
    @operation(
        Operation(
            name="exports_get",
            tag=GROUP,
            summary="Get an export",
            description="How far it has come.",
            scope=Scope.EXPORTS_READ,
            gives=ExportOut,
            example=Example(path=PATH, answer=DONE),
        )
    )
    def get(self, request: Request, export_id: int) -> Response:
        return Response(ExportOut(_found(export_id)).data)


class ExportFile(Endpoint):
    @operation(
        Operation(
            name="exports_file",
            tag=GROUP,
            summary="Download an export",
            description="The CSV file: UTF-8 with its mark, formulas neutralised. 409 until it is finished.",
            scope=Scope.EXPORTS_READ,
            media_type="text/csv",
            problems=(409,),
            example=Example(path=PATH),
        )
    )
    def get(self, request: Request, export_id: int) -> HttpResponseBase:
        job = _found(export_id)
        if job.state == BulkState.RUNNING:
            raise Fault(Problem(problems.CONFLICT, "The file is still being written; ask again in a moment."))
        file = files.open_file(job)
        if file is None:
            raise faults.missing("file of export", export_id)
        return downloads.offer_csv(file, name=f"contacts-{job.created_at:%Y-%m-%d}-{job.pk}.csv")


def _exports() -> QuerySet[BulkJob]:
    return BulkJob.objects.filter(kind=BulkKind.EXPORT)


def _found(export_id: int) -> BulkJob:
    return finding.one(_exports(), export_id, what="export")
