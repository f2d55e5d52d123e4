"""Imports a contact file: the one way in, for the command and for screens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.db import connection
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.importing import examples, merging, people, planning, rejects, runs, staging
from contacts.importing.counts import Counts
from contacts.importing.mapping import Column, Mapping
from contacts.importing.reading.table import Table
from contacts.importing.terms import Terms, WrongCall
from contacts.importing.watching import Nobody, Watch
from contacts.models import Import, LegalBasis, List
from contacts.services import lists
from mailhub.delivery.services import brands
from mailhub.lib import clock

__all__ = ["Order", "Result", "WrongCall", "rehearse", "run"]

Empty = Literal["keep", "clear"]


@dataclass(frozen=True, slots=True)
class Order:
    """What to import, and how. `consent_source` says where these people agreed to be mailed.

    `columns` are those that somebody chose, all of them; none = MailHub decides. With `import_id` the record
    of the import is there already (`drafts`), else it is made.
    """

    path: Path
    list_slug: str
    consent_source: str
    empty: Empty = "keep"
    basis: str = LegalBasis.EXPRESS
    basis_expires_at: datetime | None = None
    wording: str = ""
    actor: str = ""
    list_name: str = ""
    columns: tuple[Column, ...] = ()
    import_id: int | None = None

    def __post_init__(self) -> None:
        assert self.terms

    @property
    def terms(self) -> Terms:
        """Raises WrongCall."""
        return Terms(self.consent_source, self.basis, self.basis_expires_at, self.wording, self.actor)


@dataclass(frozen=True, slots=True)
class Result:
    """Counts of the whole file: its rows are created + updated + unchanged + duplicate + invalid.

    `suppressed` of its people can't be mailed; `noted` rows came in without something. `id` is None for a
    dry run.
    """

    id: int | None
    created: int
    updated: int
    unchanged: int
    duplicate: int
    invalid: int
    suppressed: int
    noted: int
    error_file: Path | None

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.duplicate + self.invalid


def run(order: Order, *, watch: Watch | None = None) -> Result:
    """The people of the file are contacts, and on the list as far as they agreed to it and did not leave.

    Goes on where an interrupted call of the same order stopped. Raises UserError before anything is
    written when the file or the call is wrong as a whole, and when the same file is being imported.
    """
    watch = watch or Nobody()
    _find_list(order.list_slug)
    table, plan = _plan(order, watch)
    list_, _ = lists.get_or_create(order.list_slug, brand=brands.default(), name=order.list_name)
    planning.add_fields(plan)
    record = _begin(order, list_, table=table, plan=plan)
    if record.position_rows:
        watch.resumed(record.position_rows)
    with runs.released_on_failure(record):
        staged, error_file = _stage(order, table, plan, record=record, watch=watch)
        for after, upto in _ranges(record.position_rows, staged.last_position):
            merging.merge(record, list_, terms=order.terms, after=after, upto=upto)
            watch.merged(upto)
        runs.finish(record, staged, suppressed=merging.count_suppressed(list_), error_file=error_file)
        staging.drop()
    counts = Counts(record.created_count, record.updated_count, record.unchanged_count)
    return _result(
        staged, counts, suppressed=record.suppressed_count, error_file=error_file, import_id=record.pk
    )


def rehearse(order: Order, *, watch: Watch | None = None, sample: examples.Sample | None = None) -> Result:
    """What `run` would count, without changing anything; only the error file is written.

    `sample` is filled with some people of each kind, if it is given.
    """
    watch = watch or Nobody()
    list_ = _find_list(order.list_slug)
    table, plan = _plan(order, watch)
    staged, error_file = _stage(order, table, plan, record=None, watch=watch)
    counts = Counts()
    for after, upto in _ranges(0, staged.last_position):
        counts += merging.rehearse(list_, terms=order.terms, after=after, upto=upto)
        if sample is not None:
            sample.take_batch()
        watch.merged(upto)
    suppressed = merging.count_suppressed(list_)
    if sample is not None:
        sample.take_suppressed(merging.Scopes.of(list_))
    staging.drop()
    return _result(staged, counts, suppressed=suppressed, error_file=error_file, import_id=None)


def _find_list(slug: str) -> List | None:
    """The list, None when it is still to be made; raises WrongCall when it can't be, before a file is read."""
    found = List.objects.filter(slug=slug).first()
    if found is None and (slug != slugify(slug) or not slug):
        raise WrongCall(
            _("“%(slug)s” cannot be a list's slug: use a–z, 0–9, - and _, such as %(proposal)s.")
            % {"slug": slug, "proposal": slugify(slug) or "news"}
        )
    return found


def _plan(order: Order, watch: Watch) -> tuple[Table, Mapping]:
    """Read the file through: what is wrong with it as a whole is found here, before anything is written."""
    subscribes = order.basis != LegalBasis.UNSTATED
    table, plan, row_count = planning.plan(order.path, chosen=order.columns, subscribes=subscribes)
    watch.began(table, plan, row_count=row_count)
    return table, plan


def _begin(order: Order, list_: List, *, table: Table, plan: Mapping) -> Import:
    if order.import_id is not None:
        return runs.take_up(order.import_id, list_, digest=table.source.digest, mapping=plan)
    return runs.begin(
        list_, table=table, mapping=plan, consent_source=order.consent_source, empty=order.empty
    )


def _stage(
    order: Order, table: Table, plan: Mapping, *, record: Import | None, watch: Watch
) -> tuple[staging.Staged, Path | None]:
    reader = people.Reader(plan, clear=order.empty == "clear", now=clock.now())
    path = runs.error_path(record, digest=table.source.digest)
    with rejects.ErrorFile(path, header=table.header, standing=plan.standing) as errors:
        staged = staging.stage(table, reader, errors=errors, watch=watch)
    return staged, path if errors.written else None


def _ranges(done: int, last: int) -> Iterator[tuple[int, int]]:
    """(after, upto) of each batch, from the position that is done to the last."""
    step = merging.ROWS_AT_ONCE[connection.vendor]
    for after in range(done, last, step):
        yield after, min(after + step, last)


def _result(
    staged: staging.Staged, counts: Counts, *, suppressed: int, error_file: Path | None, import_id: int | None
) -> Result:
    return Result(
        id=import_id,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        duplicate=staged.duplicate,
        invalid=staged.invalid,
        suppressed=suppressed,
        noted=staged.noted,
        error_file=error_file,
    )
