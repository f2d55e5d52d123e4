"""Compiles a letter once per dispatch and language, and keeps the links that its clicks may lead to."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from mailhub.content import engine
from mailhub.content.models import LetterVersion
from mailhub.content.schema import Schema
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import CompiledLetter, Dispatch, DispatchLink
from mailhub.delivery.models.ledger import Stream


@transaction.atomic
def compile_for(
    dispatch: Dispatch, version: LetterVersion, *, schema: Schema, utm: Mapping[str, str] | None = None
) -> None:
    """Compile every language of `version` for the dispatch; one link table for all of them.

    Raises LetterError with line and column; then nothing is kept.
    """
    variants = version.variants.select_related("version__letter").order_by("id")
    table = engine.LinkTable()
    for variant in variants:
        _compile(
            dispatch,
            letters.source_of(variant),
            schema=schema,
            table=table,
            utm=utm,
            version_id=version.pk,
            fallback=variant.locale == version.default_locale,
            marketing=dispatch.stream == Stream.MARKETING,
        )
    _keep_links(dispatch, table)


@transaction.atomic
def compile_trial(dispatch: Dispatch, source: VariantSource, *, schema: Schema) -> None:
    """Compile words that are no version yet, as marketing would be, whatever the dispatch's stream.

    Raises LetterError; then nothing is kept.
    """
    table = engine.LinkTable()
    _compile(
        dispatch, source, schema=schema, table=table, utm=None, version_id=0, fallback=True, marketing=True
    )
    _keep_links(dispatch, table)


def _compile(
    dispatch: Dispatch,
    source: VariantSource,
    *,
    schema: Schema,
    table: engine.LinkTable,
    utm: Mapping[str, str] | None,
    version_id: int,
    fallback: bool,
    marketing: bool,
) -> None:
    program = engine.compile_variant(
        source,
        schema=schema,
        links=table,
        utm=utm,
        brand_url=dispatch.brand.base_url,
        marketing=marketing,
    )
    CompiledLetter.objects.create(
        dispatch=dispatch,
        locale=source.locale,
        fallback=fallback,
        version_id=version_id,
        program=program.to_json(),
    )


def _keep_links(dispatch: Dispatch, table: engine.LinkTable) -> None:
    DispatchLink.objects.bulk_create(
        [DispatchLink(dispatch=dispatch, number=link.number, template=link.template) for link in table.links]
    )
