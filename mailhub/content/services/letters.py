"""Writes letters: every change is a new version, and nothing wrong is ever stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from django.db import transaction

from mailhub.content import check
from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.content.schema import Schema
from mailhub.content.variants import KINDS, Kind, VariantSource
from mailhub.lib.errors import UserError

LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class WrongLetter(UserError):
    """A letter's name, kind or languages do not go together."""


@transaction.atomic
def create(
    name: str,
    *,
    kind: Kind,
    variants: Sequence[VariantSource],
    default_locale: str,
    schema: Schema,
) -> LetterVersion:
    """Version 1 of a new letter with its languages.

    Raises LetterError with all problems of all variants, WrongLetter when there is no variant, one for
    `default_locale`, or two for a locale; then nothing is stored.
    """
    if not name.strip():
        raise WrongLetter("A letter needs a name.")
    if kind not in KINDS:
        raise WrongLetter(f"{kind!r} is no kind of letter; it must be one of {', '.join(KINDS)}.")
    _require_sound(variants, kind=kind, default_locale=default_locale, schema=schema)
    letter = Letter.objects.create(name=name.strip(), kind=kind)
    return _write_version(letter, number=1, variants=variants, default_locale=default_locale)


@transaction.atomic
def revise(
    letter: Letter,
    *,
    variants: Sequence[VariantSource],
    default_locale: str,
    schema: Schema,
) -> LetterVersion:
    """The next version of a letter; older ones stay as they are. Raises as `create` does."""
    _require_sound(variants, kind=letter.kind, default_locale=default_locale, schema=schema)
    # The lock makes two revisions at once get two numbers.
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    newest = locked.versions.order_by("-number").values_list("number", flat=True).first() or 0
    locked.save(update_fields=["updated_at"])
    return _write_version(locked, number=newest + 1, variants=variants, default_locale=default_locale)


def source_of(variant: LetterVariant) -> VariantSource:
    """What check and compiler take. Reads the letter: select_related("version__letter") saves a query."""
    return VariantSource(
        kind=cast(Kind, variant.version.letter.kind),
        locale=variant.locale,
        subject=variant.subject,
        preheader=variant.preheader,
        body=variant.body,
        text=variant.text,
    )


def choose_variant(version: LetterVersion, *, locale: str) -> LetterVariant:
    """The variant for a person's locale, as `choose_locale` chooses."""
    variants = {each.locale: each for each in version.variants.select_related("version__letter")}
    return variants[choose_locale(variants, locale, fallback=version.default_locale)]


def choose_locale(offered: Iterable[str], wanted: str, *, fallback: str) -> str:
    """Which of the offered languages a person gets: the same locale, else the same language (in Chinese
    the same script first), else the stated fallback, else the first.
    """
    return min(sorted(offered), key=lambda locale: _distance(locale, wanted, fallback))


def _distance(offered: str, wanted: str, fallback: str) -> tuple[int, bool]:
    """How far an offered locale is from what is wanted; the fallback wins among equals."""
    have, want = _parts(offered), _parts(wanted)
    is_other = _parts(fallback) != have
    if have == want:
        return 0, False
    if want and have[0] == want[0]:
        return (1 if _script(have) == _script(want) else 2), is_other
    return 3, is_other


def _parts(locale: str) -> list[str]:
    return [part for part in locale.lower().replace("_", "-").split("-") if part]


def _script(parts: Sequence[str]) -> str:
    """The script of a Chinese locale, said or implied by its region; "" for other languages."""
    if parts[0] != "zh":
        return ""
    return "hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "hans"


def _require_sound(
    variants: Sequence[VariantSource], *, kind: str, default_locale: str, schema: Schema
) -> None:
    locales = [variant.locale for variant in variants]
    for locale in locales:
        if not LOCALE.fullmatch(locale):
            raise WrongLetter(f"{locale!r} is no language tag; it must look like en or zh-Hans.")
    if len({locale.lower() for locale in locales}) != len(locales):
        raise WrongLetter("A letter can have each language only once.")
    if default_locale not in locales:
        raise WrongLetter(f"The letter has no variant in its default language {default_locale!r}.")
    if other := {variant.kind for variant in variants} - {kind}:
        raise WrongLetter(f"The letter is {kind}, but a variant is {sorted(other)[0]}.")
    check.require(variants, schema)


def _write_version(
    letter: Letter, *, number: int, variants: Sequence[VariantSource], default_locale: str
) -> LetterVersion:
    version = LetterVersion.objects.create(letter=letter, number=number, default_locale=default_locale)
    LetterVariant.objects.bulk_create(
        LetterVariant(
            version=version,
            locale=variant.locale,
            subject=variant.subject,
            preheader=variant.preheader,
            body=variant.body,
            text=variant.text,
        )
        for variant in variants
    )
    return version
