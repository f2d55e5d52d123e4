"""Writes the working copy of a letter; nobody's words are lost when two people write at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.content.models import Letter, LetterDraft, LetterVersion, SetAside
from mailhub.content.schema import Schema
from mailhub.content.selectors import drafts as working
from mailhub.content.selectors.drafts import Working
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.lib.errors import UserError

PARTS = ("subject", "preheader", "body", "text")


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and when."""

    name: str
    now: datetime


class Overtaken(UserError):
    """Somebody saved the same text meanwhile; `theirs` is what is saved now, ours was set aside."""

    def __init__(self, theirs: Working) -> None:
        self.theirs = theirs
        super().__init__(
            _("%(who)s changed this letter meanwhile. Both texts are kept: choose which one goes on.")
            % {"who": theirs.changed_by or _("Somebody")}
        )


class NothingChanged(UserError):
    """A version that would say what the newest one says."""


def save(letter: Letter, *, source: VariantSource, mark: str, author: Author) -> Working:
    """Keep `source` as the working copy of its language; the language with its new mark.

    `mark` is that of the text which the author began with. When another saved meanwhile, `source` is set
    aside under the author's name and Overtaken is raised. Raises NoSuchLanguage.
    """
    with transaction.atomic():
        drafts = _locked_drafts(letter)
        current = working.working_copy(letter).language(source.locale)
        if current.source == source:
            return current
        if current.mark == mark:
            return _write(drafts[source.locale], source, author)
        _set_aside(letter, source, author)
    raise Overtaken(current)


def take_over(letter: Letter, *, source: VariantSource, author: Author) -> Working:
    """Make `source` the working copy whatever was saved meanwhile; that text is set aside instead."""
    with transaction.atomic():
        drafts = _locked_drafts(letter)
        current = working.working_copy(letter).language(source.locale)
        letter.set_aside.filter(locale=source.locale, written_by=author.name).delete()
        if current.source != source:
            _set_aside(letter, current.source, Author(current.changed_by, current.changed_at))
        return _write(drafts[source.locale], source, author)


def take_up(aside: SetAside, *, author: Author) -> Working:
    """Make a text that was set aside the working copy; what stood there is set aside in its place.

    Its language comes back when it was taken out of the letter meanwhile.
    """
    source = working.source_of(aside, kind=aside.letter.kind)
    with transaction.atomic():
        drafts = _locked_drafts(aside.letter)
        aside.delete()
        if source.locale in drafts:
            return take_over(aside.letter, source=source, author=author)
        base_number = next(iter(drafts.values())).base_number
        return _write(LetterDraft(letter=aside.letter, base_number=base_number), source, author)


def keep_aside(letter: Letter, *, source: VariantSource, author: Author) -> None:
    """Keep a text that has no place in the letter now, until somebody decides."""
    _set_aside(letter, source, author)


def add_language(letter: Letter, *, locale: str, copy_from: str, author: Author) -> Working:
    """A further language, beginning as a copy of another. Raises WrongLetter, NoSuchLanguage."""
    locale = letters.clean_locale(locale)
    with transaction.atomic():
        drafts = _locked_drafts(letter)
        if locale.lower() in {each.lower() for each in drafts}:
            raise letters.WrongLetter(_("The letter has this language already."))
        origin = working.working_copy(letter).or_default(copy_from)
        draft = LetterDraft(letter=letter, base_number=next(iter(drafts.values())).base_number)
        return _write(draft, replace(origin.source, locale=locale), author)


def remove_language(letter: Letter, *, locale: str) -> None:
    """Without this language in the working copy; older versions keep it. Refused for the default one."""
    with transaction.atomic():
        drafts = _locked_drafts(letter)
        if locale not in drafts:
            raise working.NoSuchLanguage(_("The letter does not have this language."))
        if drafts[locale].is_default:
            raise letters.WrongLetter(
                _("This is the letter's default language; make another one the default first.")
            )
        drafts[locale].delete()


def make_default(letter: Letter, *, locale: str) -> None:
    """Who reads none of the letter's languages gets this one."""
    with transaction.atomic():
        drafts = _locked_drafts(letter)
        if locale not in drafts:
            raise working.NoSuchLanguage(_("The letter does not have this language."))
        for draft in drafts.values():
            draft.is_default = draft.locale == locale
        LetterDraft.objects.bulk_update(drafts.values(), ["is_default"])


def discard(letter: Letter) -> None:
    """The working copy is as the newest version again."""
    letter.drafts.all().delete()


@transaction.atomic
def publish(letter: Letter, *, schema: Schema, author: Author, note: str = "") -> LetterVersion:
    """The working copy as the letter's next version. Raises LetterError, WrongLetter, NothingChanged."""
    copy = working.working_copy(letter)
    if not copy.is_changed or _says_the_same(copy):
        letter.drafts.all().delete()
        raise NothingChanged(
            _("Nothing is different from version %(number)d.") % {"number": copy.newest.number}
        )
    version = letters.revise(
        letter,
        variants=[each.source for each in copy.languages],
        default_locale=copy.default_locale,
        schema=schema,
        author=author.name,
        note=note,
    )
    letter.drafts.all().delete()
    return version


def restore(version: LetterVersion, *, schema: Schema, author: Author) -> LetterVersion:
    """An older version's words as a new version. What was in work stays, on top of nothing: it is discarded.

    Raises LetterError when the words would not do any more, such as for a field that was deleted.
    """
    note = _("Restored from version %(number)d") % {"number": version.number}
    variants = version.variants.select_related("version__letter").order_by("id")
    with transaction.atomic():
        restored = letters.revise(
            version.letter,
            variants=[letters.source_of(variant) for variant in variants],
            default_locale=version.default_locale,
            schema=schema,
            author=author.name,
            note=note,
        )
        discard(version.letter)
    return restored


def _says_the_same(copy: working.Copy) -> bool:
    kind = copy.letter.kind
    kept = {each.locale: working.source_of(each, kind=kind) for each in copy.newest.variants.all()}
    same_words = kept == {each.locale: each.source for each in copy.languages}
    return same_words and copy.default_locale == copy.newest.default_locale


def _locked_drafts(letter: Letter) -> dict[str, LetterDraft]:
    """The letter's drafts by language, made from its newest version if there are none; nobody else writes."""
    Letter.objects.select_for_update().get(pk=letter.pk)
    drafts = {draft.locale: draft for draft in letter.drafts.select_for_update()}
    if drafts:
        return drafts
    newest = working.newest_version(letter)
    made = [
        LetterDraft(
            letter=letter,
            base_number=newest.number,
            is_default=variant.locale == newest.default_locale,
            locale=variant.locale,
            changed_at=newest.created_at,
            changed_by=newest.created_by,
            **{part: getattr(variant, part) for part in PARTS},
        )
        for variant in newest.variants.all()
    ]
    return {draft.locale: draft for draft in LetterDraft.objects.bulk_create(made)}


def _write(draft: LetterDraft, source: VariantSource, author: Author) -> Working:
    draft.locale = source.locale
    for part in PARTS:
        setattr(draft, part, getattr(source, part))
    draft.revision += 1
    draft.changed_at, draft.changed_by = author.now, author.name[:150]
    draft.save()
    Letter.objects.filter(pk=draft.letter_id).update(updated_at=author.now)
    mark = working.mark_of(draft.base_number, draft.revision, draft.changed_at)
    return Working(source, draft.is_default, mark, draft.changed_at, draft.changed_by)


def _set_aside(letter: Letter, source: VariantSource, author: Author) -> None:
    SetAside.objects.update_or_create(
        letter=letter,
        locale=source.locale,
        written_by=author.name[:150],
        defaults={"written_at": author.now, **{part: getattr(source, part) for part in PARTS}},
    )
