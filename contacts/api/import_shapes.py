"""How imports go in and out."""

from __future__ import annotations

from rest_framework import serializers

from contacts.importing import drafts
from contacts.models import Import, ImportState, LegalBasis
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Object, Shape, Text

COUNTS = ("created", "updated", "unchanged", "duplicate", "invalid", "suppressed")


class ImportQuery(Paged):
    state = serializers.ChoiceField(ImportState.choices, default="", allow_blank=True)


class ImportIn(Shape):
    """A file of people, where they go, and what they agreed to."""

    file = serializers.FileField(max_length=255, help_text="CSV or XLSX, at most 200 MB.")
    list = Text(max_length=120, allow_blank=False, help_text="Number or slug; a new slug makes a list.")
    consent_source = Text(
        max_length=2000,
        allow_blank=False,
        help_text="Where these people agreed to be mailed: sign-up sheet, spring fair 2026.",
    )
    consent_basis = serializers.ChoiceField(
        LegalBasis.choices,
        default=LegalBasis.EXPRESS.value,
        allow_blank=True,
        help_text="Empty: they did not agree, and nobody is subscribed.",
    )
    consent_expires_at = Moment(required=False, help_text="When implied consent ends.")
    consent_wording = Text(default="", max_length=10_000, help_text="Exactly what these people were shown.")
    empty = serializers.ChoiceField(
        ["keep", "clear"], default="keep", help_text="What an empty cell does to a stored value."
    )
    mapping = serializers.CharField(
        default="",
        max_length=50_000,
        help_text=(
            'JSON, column of the file → what it is, such as {"Ort": "city", "Größe": "custom.shoe_size"}; '
            "also email, tags, status and ignore. MailHub decides about the other columns."
        ),
    )
    dry_run = serializers.BooleanField(
        default=False, help_text="Only count what would happen; start it with “Start an import”."
    )


class ColumnOut(Shape):
    """What becomes of a column."""

    header = Text()
    role = Text()
    target = Text()


class ImportOut(Shape):
    """An import and how far it has come."""

    id = Id()
    state = serializers.ChoiceField(ImportState.choices)
    phase = Text(help_text="What a worker is doing with the file now; empty = nothing.")
    phase_done_count = serializers.IntegerField(min_value=0)
    phase_total_count = serializers.IntegerField(min_value=0)
    file_name = Text()
    list_id = serializers.SerializerMethodField(help_text="Null for a list that is still to be made.")
    consent_source = Text()
    problem = Text(help_text="Why it failed, in a sentence.")
    counts = serializers.SerializerMethodField(help_text="Rows of the file by what became of them.")
    dry_run = serializers.SerializerMethodField(help_text="What the last dry run counted; null = none yet.")
    columns = serializers.SerializerMethodField()
    has_errors = serializers.SerializerMethodField(help_text="Whether there is an error file to download.")
    created_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    undone_at = Moment(allow_null=True)

    def get_list_id(self, run: Import) -> int | None:
        return run.list_id or run.choices.get("list_id")

    def get_counts(self, run: Import) -> dict[str, int]:
        return {name: getattr(run, f"{name}_count") for name in COUNTS}

    def get_dry_run(self, run: Import) -> dict[str, int] | None:
        if "rows" not in run.check_result:
            return None
        found = {**run.check_result, "suppressed": run.check_result.get("suppressed_count", 0)}
        return {name: int(found.get(name, 0)) for name in ("rows", *COUNTS)}

    def get_columns(self, run: Import) -> list[dict[str, str]]:
        return [
            {"header": column.header, "role": column.role.value, "target": column.target}
            for column in drafts.columns_of(run)
        ]

    def get_has_errors(self, run: Import) -> bool:
        return bool(run.error_upload or run.error_file)


class UndoOut(Shape):
    """What the undo does: it is set going by the same request."""

    deleted = serializers.IntegerField(min_value=0, help_text="Contacts that the import made.")
    restored = serializers.IntegerField(min_value=0, help_text="Contacts that get their former values.")
    staying = Object(
        child=serializers.IntegerField(), help_text="Contacts that stay, by the reason: edited, mailed …"
    )
    subscriptions = serializers.IntegerField(min_value=0)
    suppressions = serializers.IntegerField(min_value=0)
