"""The working copy of a letter: its drafts, or what its newest version says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.utils.translation import gettext as _

from mailhub.content.models import Letter, LetterDraft, LetterVariant, LetterVersion
from mailhub.content.models.drafts import Words
from mailhub.content.variants import Kind, VariantSource
from mailhub.lib.errors import UserError


class NoSuchLanguage(UserError):
    """The letter does not have this language."""


@dataclass(frozen=True, slots=True)
class Working:
    """One language in work. `mark` says which state it is: a saving on top of another is told by it."""

    source: VariantSource
    is_default: bool
    mark: str
    changed_at: datetime
    changed_by: str

    @property
    def locale(self) -> str:
        return self.source.locale


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter as its editors see it; the default language comes first."""

    letter: Letter
    newest: LetterVersion
    languages: tuple[Working, ...]
    is_changed: bool

    @property
    def default_locale(self) -> str:
        return self.languages[0].locale

    def language(self, locale: str) -> Working:
        """That language. Raises NoSuchLanguage."""
        for each in self.languages:
            if each.locale == locale:
                return each
        raise NoSuchLanguage(
            _("“%(letter)s” has no language “%(language)s”.")
            % {"letter": self.letter.name, "language": locale}
        )

    def or_default(self, locale: str) -> Working:
        """That language, the default one when the letter does not have it."""
        return next((each for each in self.languages if each.locale == locale), self.languages[0])


def newest_version(letter: Letter) -> LetterVersion:
    return letter.versions.prefetch_related("variants").latest("number")


def working_copy(letter: Letter) -> Copy:
    """What an editor of the letter works on."""
    newest = newest_version(letter)
    drafts = list(letter.drafts.all())
    languages = (
        [_of_draft(draft, letter) for draft in drafts]
        if drafts
        else [_of_variant(variant, newest, letter) for variant in newest.variants.all()]
    )
    languages.sort(key=lambda each: (not each.is_default, each.locale))
    return Copy(letter, newest, tuple(languages), bool(drafts))


def mark_of(base_number: int, revision: int, changed_at: datetime) -> str:
    """Names one state of one language; the moment keeps two works on one version apart."""
    return f"{base_number}.{revision}.{int(changed_at.timestamp() * 1000)}"


def source_of(words: Words | LetterVariant, *, kind: str, locale: str = "") -> VariantSource:
    """A row's texts as check and compiler take them."""
    return VariantSource(
        kind=cast(Kind, kind),
        locale=locale or words.locale,
        subject=words.subject,
        preheader=words.preheader,
        body=words.body,
        text=words.text,
    )


def _of_draft(draft: LetterDraft, letter: Letter) -> Working:
    return Working(
        source_of(draft, kind=letter.kind),
        draft.is_default,
        mark_of(draft.base_number, draft.revision, draft.changed_at),
        draft.changed_at,
        draft.changed_by,
    )


def _of_variant(variant: LetterVariant, version: LetterVersion, letter: Letter) -> Working:
    return Working(
        source_of(variant, kind=letter.kind),
        variant.locale == version.default_locale,
        mark_of(version.number, 0, version.created_at),
        version.created_at,
        version.created_by,
    )
