"""Imports of files: upload, dry run, start, status, errors, undo."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from contacts.api import examples, finding, importing
from contacts.api.import_shapes import ImportIn, ImportOut, ImportQuery, UndoOut
from contacts.importing import uploads
from contacts.models import Import
from mailhub.accounts.api.endpoints import Endpoint, operation
from mailhub.accounts.scopes import Scope
from mailhub.web import downloads
from mailhub.web.api import faults, paging
from mailhub.web.api.operations import Example, Operation, Ref, page_of

GROUP = "Imports"
COUNTS = {"created": 1, "updated": 0, "unchanged": 0, "duplicate": 0, "invalid": 0, "suppressed": 0}
DONE = {
    "id": examples.IMPORT,
    "state": "finished",
    "phase": "",
    "phase_done_count": 2,
    "phase_total_count": 2,
    "file_name": "fair.csv",
    "list_id": examples.LIST,
    "consent_source": "sign-up sheet, spring fair 2026",
    "problem": "",
    "counts": COUNTS,
    "dry_run": {"rows": 2, **COUNTS},
    "columns": [{"header": "email", "role": "email", "target": "email"}],
    "has_errors": True,
    "created_at": examples.AT,
    "started_at": examples.AT,
    "finished_at": examples.AT,
    "undone_at": None,
}
RUNNING = {
    **DONE,
    "state": "running",
    "phase": "reading",
    "finished_at": None,
    "dry_run": None,
    "has_errors": False,
}
FORM = {"list": "news", "consent_source": "sign-up sheet, spring fair 2026"}
FILE = {"file": ("fair.csv", "email,Ort\ncy@example.com,York\n")}
FORECAST = {"deleted": 1, "restored": 0, "staying": {}, "subscriptions": 1, "suppressions": 0}


class ImportList(Endpoint):
    @operation(
        Operation(
            name="imports_list",
            tag=GROUP,
            summary="List imports",
            description="The newest first.",
            scope=Scope.IMPORTS_READ,
            asks=ImportQuery,
            gives=paging.of(ImportOut),
            example=Example(query={"state": "finished"}, answer=page_of(DONE)),
        )
    )
    def get(self, request: Request) -> Response:
        rows = Import.objects.all()
        if self.query["state"]:
            rows = rows.filter(state=self.query["state"])
        return Response(paging.page(request, rows, query=self.query, shape=ImportOut))

    @operation(
        Operation(
            name="imports_create",
            tag=GROUP,
            summary="Import a file",
            description=(
                "A form (multipart/form-data) with a CSV or XLSX file. It is read by a worker: ask for the "
                "import until its state is finished or failed. An import never raises consent: who left the "
                "list or is suppressed stays away, and a status in the file wins over `consent_source`."
            ),
            scope=Scope.IMPORTS_WRITE,
            takes=ImportIn,
            gives=ImportOut,
            status=202,
            uploads=True,
            example=Example(
                body={**FORM, "mapping": {"Ort": "city"}}, files=FILE, answer={**RUNNING, "has_errors": False}
            ),
        )
    )
    def post(self, request: Request) -> Response:
        run = importing.take(self.body)
        self.record("import.started", target=run, detail={"dry_run": self.body["dry_run"]})
        return _answer(run, status=202)


class ImportPage(Endpoint):
    @operation(
        Operation(
            name="imports_get",
            tag=GROUP,
            summary="Get an import",
            description="How far it has come, and what it counted.",
            scope=Scope.IMPORTS_READ,
            gives=ImportOut,
            example=Example(path={"import_id": examples.IMPORT}, answer=DONE),
        )
    )
    def get(self, request: Request, import_id: int) -> Response:
        return _answer(_found(import_id))


class ImportStart(Endpoint):
    @operation(
        Operation(
            name="imports_start",
            tag=GROUP,
            summary="Start an import",
            description="After a dry run. 409 while the dry run is still counting.",
            scope=Scope.IMPORTS_WRITE,
            gives=ImportOut,
            status=202,
            example=Example(
                path={"import_id": Ref("checked_import", 6)},
                answer={**RUNNING, "dry_run": {"rows": 2, **COUNTS}},
            ),
        )
    )
    def post(self, request: Request, import_id: int) -> Response:
        run = _found(import_id)
        importing.start(run)
        self.record("import.started", target=run)
        return _answer(run, status=202)


class ImportErrors(Endpoint):
    @operation(
        Operation(
            name="imports_errors",
            tag=GROUP,
            summary="Download an error file",
            description=(
                "The rows that did not go in, or not whole, each with its line and the reason. Mend them and "
                "import the file. 404 when every row went in whole."
            ),
            scope=Scope.IMPORTS_READ,
            media_type="text/csv",
            example=Example(path={"import_id": examples.IMPORT}),
        )
    )
    def get(self, request: Request, import_id: int) -> HttpResponseBase:
        run = _found(import_id)
        file = uploads.open_errors(run)
        if file is None:
            raise faults.missing("error file of import", import_id)
        return downloads.offer_csv(file, name=f"import-{run.pk}-errors.csv")


class ImportUndo(Endpoint):
    @operation(
        Operation(
            name="imports_undo",
            tag=GROUP,
            summary="Undo an import",
            description=(
                "Contacts that it made go, unless they were edited, mailed or subscribed elsewhere since; "
                "changed ones get their former values. Says what a worker will do now. 409 unless it is over."
            ),
            scope=Scope.IMPORTS_WRITE,
            gives=UndoOut,
            status=202,
            example=Example(path={"import_id": examples.IMPORT}, answer=FORECAST),
        )
    )
    def post(self, request: Request, import_id: int) -> Response:
        run = _found(import_id)
        forecast = importing.take_back(run, actor=f"API key {self.key}")
        self.record("import.undone", target=run)
        return Response(UndoOut(forecast).data, status=202)


def _found(import_id: int) -> Import:
    return finding.one(Import.objects.all(), import_id, what="import")


def _answer(run: Import, *, status: int = 200) -> Response:
    return Response(ImportOut(_found(run.pk)).data, status=status)
