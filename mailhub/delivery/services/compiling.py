"""Compiles a letter once per dispatch and language, and keeps the links that its clicks may lead to."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from mailhub.content import engine
from mailhub.content.models import LetterVersion
from mailhub.content.schema import Schema
from mailhub.content.services import letters
from mailhub.delivery.models import CompiledLetter, Dispatch, DispatchLink
from mailhub.delivery.models.ledger import Stream


@transaction.atomic
def compile_for(
    dispatch: Dispatch, version: LetterVersion, *, schema: Schema, utm: Mapping[str, str] | None = None
) -> None:
    """Compile every language of `version` for the dispatch; one link table for all of them.

    Raises LetterError with line and column; then nothing is kept.
    """
    table = engine.LinkTable()
    for variant in version.variants.select_related("version__letter").order_by("id"):
        program = engine.compile_variant(
            letters.source_of(variant),
            schema=schema,
            links=table,
            utm=utm,
            brand_url=dispatch.brand.base_url,
            marketing=dispatch.stream == Stream.MARKETING,
        )
        CompiledLetter.objects.create(
            dispatch=dispatch,
            locale=variant.locale,
            fallback=variant.locale == version.default_locale,
            version_id=version.pk,
            program=program.to_json(),
        )
    DispatchLink.objects.bulk_create(
        [DispatchLink(dispatch=dispatch, number=link.number, template=link.template) for link in table.links]
    )
