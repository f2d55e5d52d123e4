"""Writes letters: every change is a new version, and nothing wrong is ever stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.content import check, engine
from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.content.schema import Schema
from mailhub.content.variants import KINDS, Kind, VariantSource
from mailhub.lib import names
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
    author: str = "",
    description: str = "",
) -> LetterVersion:
    """Version 1 of a new letter with its languages. `author` is the name of who makes it.

    Raises LetterError with all problems of all variants, WrongLetter when there is no variant, one for
    `default_locale`, or two for a locale; then nothing is stored.
    """
    if not names.is_visible(name):
        raise WrongLetter(_("A letter needs a name."))
    if kind not in KINDS:
        raise WrongLetter(
            _("%(kind)s is no kind of letter; it must be one of %(kinds)s.")
            % {"kind": repr(kind), "kinds": ", ".join(KINDS)}
        )
    _require_sound(variants, kind=kind, default_locale=default_locale, schema=schema)
    letter = Letter.objects.create(name=name.strip()[:200], kind=kind, description=description[:300])
    size = _size(variants, default_locale=default_locale, schema=schema)
    version = LetterVersion(
        letter=letter, number=1, default_locale=default_locale, created_by=author[:150], size=size
    )
    return _write_version(version, variants=variants)


@transaction.atomic
def revise(
    letter: Letter,
    *,
    variants: Sequence[VariantSource],
    default_locale: str,
    schema: Schema,
    author: str = "",
    note: str = "",
) -> LetterVersion:
    """The next version of a letter; older ones stay as they are. Raises as `create` does."""
    _require_sound(variants, kind=letter.kind, default_locale=default_locale, schema=schema)
    # The lock makes two revisions at once get two numbers.
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    newest = locked.versions.order_by("-number").values_list("number", flat=True).first() or 0
    locked.save(update_fields=["updated_at"])
    version = LetterVersion(
        letter=locked,
        number=newest + 1,
        default_locale=default_locale,
        created_by=author[:150],
        note=note.strip()[:300],
        size=_size(variants, default_locale=default_locale, schema=schema),
    )
    return _write_version(version, variants=variants)


def clean_locale(text: str) -> str:
    """A language tag as it is kept: `zh_hans` → `zh-Hans`, `de-at` → `de-AT`. Raises WrongLetter."""
    parts = text.strip().replace("_", "-").split("-")
    tidy = [parts[0].lower(), *(_tidy_subtag(part) for part in parts[1:])]
    if not LOCALE.fullmatch("-".join(tidy)) or len("-".join(tidy)) > 35:
        raise WrongLetter(
            _("“%(text)s” is no language tag; write it as en, de-AT or zh-Hans.") % {"text": text[:40]}
        )
    return "-".join(tidy)


def _tidy_subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


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
            raise WrongLetter(
                _("%(language)s is no language tag; it must look like en or zh-Hans.")
                % {"language": repr(locale)}
            )
    if len({locale.lower() for locale in locales}) != len(locales):
        raise WrongLetter(_("A letter can have each language only once."))
    if default_locale not in locales:
        raise WrongLetter(
            _("The letter has no variant in its default language %(language)s.")
            % {"language": repr(default_locale)}
        )
    if other := {variant.kind for variant in variants} - {kind}:
        raise WrongLetter(
            _("The letter is %(kind)s, but a variant is %(other)s.")
            % {"kind": kind, "other": sorted(other)[0]}
        )
    check.require(variants, schema)


def _write_version(version: LetterVersion, *, variants: Sequence[VariantSource]) -> LetterVersion:
    # Inserted once with everything in it: the database refuses to change it afterwards.
    version.save(force_insert=True)
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


def _size(variants: Sequence[VariantSource], *, default_locale: str, schema: Schema) -> int:
    """Bytes of the HTML part in the default language, written without anybody's data; 0 if it needs some."""
    source = next(each for each in variants if each.locale == default_locale)
    try:
        program = engine.compile_variant(source, schema=schema)
        return len(program.render({}, link=lambda link, _values: link.template).html.encode())
    except UserError:
        return 0
