"""Orders the letters: names, descriptions, templates, copies, the archive; deletes what nothing uses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailhub.content import usage
from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.content.schema import Schema
from mailhub.content.selectors import drafts as working
from mailhub.content.services import letters
from mailhub.content.services.drafts import Author
from mailhub.content.services.letters import WrongLetter
from mailhub.lib.errors import UserError


class InUse(UserError):
    """A letter that something still needs."""


def describe(letter: Letter, *, name: str, description: str, is_template: bool) -> None:
    """Its name, what it is for, and whether new letters can begin with it. Raises WrongLetter."""
    if not name.strip():
        raise WrongLetter(_("A letter needs a name."))
    letter.name, letter.description = name.strip()[:200], description.strip()[:300]
    letter.is_template = is_template
    letter.save(update_fields=["name", "description", "is_template", "updated_at"])


def duplicate(letter: Letter, *, name: str, schema: Schema, author: Author) -> LetterVersion:
    """A new letter that says what the working copy of this one says. Raises LetterError, WrongLetter."""
    copy = working.working_copy(letter)
    return letters.create(
        name,
        kind=copy.languages[0].source.kind,
        variants=[each.source for each in copy.languages],
        default_locale=copy.default_locale,
        schema=schema,
        author=author.name,
        description=letter.description,
    )


def archive(letter: Letter, *, now: datetime) -> None:
    """Out of the lists; campaigns that use it go on."""
    Letter.objects.filter(pk=letter.pk, archived_at=None).update(archived_at=now)


def unarchive(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(archived_at=None)


def delete(letter: Letter) -> None:
    """Gone with its versions, drafts and tests. Raises InUse with what still needs it."""
    uses = usage.of([letter.pk])[letter.pk]
    if uses:
        raise InUse(
            ngettext(
                "“%(name)s” is used by %(use)s, so it stays. Archive it instead.",
                "“%(name)s” is used by %(use)s and %(more)d more, so it stays. Archive it instead.",
                len(uses),
            )
            % {"name": letter.name, "use": uses[0].title, "more": len(uses) - 1}
        )
    try:
        with transaction.atomic():
            LetterVariant.objects.filter(version__letter=letter).delete()
            LetterVersion.objects.filter(letter=letter).delete()
            letter.delete()
    except ProtectedError as error:
        raise InUse(
            _("“%(name)s” is used by a campaign, so it stays. Archive it instead.") % {"name": letter.name}
        ) from error
