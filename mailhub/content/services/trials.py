"""Sends letters to a few addresses to be looked at, and keeps a note of each sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.content import check, previewing
from mailhub.content.models import Letter, TestLetter
from mailhub.content.services.drafts import Author
from mailhub.content.variants import VariantSource
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

MOST = 10
PREFIX = "[Test] "


class CannotTest(UserError):
    """A test letter that cannot leave; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a test goes, whose data it shows, whether its subject says that it is one, and whom it is from
    (None: the brand's sender)."""

    addresses: Sequence[str]
    reader: previewing.Reader
    prefixed: bool = True
    brand_id: int = 0
    sender: previewing.Sender | None = None


def parse_addresses(text: str) -> list[str]:
    """The addresses in a text, between commas, semicolons or line ends. Raises CannotTest, InvalidAddress."""
    found: dict[str, str] = {}
    for part in text.replace(";", ",").replace("\n", ",").split(","):
        if part.strip():
            address = addresses.parse(part)
            found.setdefault(address.key, address.typed)
    if not found:
        raise CannotTest(_("Write at least one address."))
    if len(found) > MOST:
        raise CannotTest(
            _("These are %(count)d addresses; a test goes to at most %(most)d.")
            % {"count": len(found), "most": MOST}
        )
    return list(found.values())


def send(letter: Letter, *, source: VariantSource, wish: Wish, author: Author) -> TestLetter:
    """One test of `source` to each address of the wish, through the ledger, untracked.

    Raises LetterError when the letter is not sound, CannotTest, or what the post office says.
    """
    post = previewing.post()
    if post is None:
        raise CannotTest(_("No post office is set up here, so nothing can be sent."))
    check.require([source], previewing.schema())
    if wish.prefixed:
        source = replace(source, subject=PREFIX + source.subject.lstrip())
    with transaction.atomic():
        test = TestLetter.objects.create(
            letter=letter,
            locale=source.locale,
            reader_key=wish.reader.key,
            reader_label=wish.reader.label,
            sent_by=author.name[:150],
            created_at=author.now,
        )
        test.dispatch_id = post.send(
            previewing.NewTest(test.pk, source, wish.reader.key, wish.addresses, wish.brand_id, wish.sender)
        )
        test.save(update_fields=["dispatch_id"])
    return test
