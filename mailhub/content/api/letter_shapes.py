"""How letters go in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mailhub.content.models import Letter, LetterVersion
from mailhub.content.models.letter import KIND_CHOICES
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Id, Moment, Shape, Source, Text

MOST_LANGUAGES = 60
PARTS = ["subject", "preheader", "body", "text"]


class LetterQuery(Paged):
    search = Text(default="", max_length=200, help_text="Letters whose name or description holds this.")
    kind = serializers.ChoiceField(KIND_CHOICES, default="", allow_blank=True)
    archived = serializers.BooleanField(default=False)


class VariantIn(Shape):
    """One language of a letter; every text is Liquid."""

    locale = Text(max_length=35, allow_blank=False, help_text="BCP 47, such as en or zh-Hans.")
    subject = Source(max_length=1000)
    preheader = Source(
        max_length=1000, default="", help_text="The line that mail programs show after the subject."
    )
    body = Source(help_text="In the letter's kind: HTML, MJML or Markdown.")
    text = Source(default="", help_text="The text part; made from the body when left out.")


class WordsIn(Shape):
    """What a letter says in all its languages."""

    variants: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=VariantIn(), allow_empty=False, max_length=MOST_LANGUAGES
    )
    default_locale = Text(
        max_length=35, default="", help_text="For readers of other languages; the first when left out."
    )


class LetterIn(WordsIn):
    """A new letter."""

    name = Text(max_length=200, allow_blank=False)
    kind = serializers.ChoiceField(KIND_CHOICES)
    description = Text(max_length=300, default="")


class RevisionIn(WordsIn):
    """The next version of a letter."""

    note = Text(max_length=300, default="", help_text="What is new in it, for people.")


class LetterCheckIn(WordsIn):
    """A letter that is not kept."""

    kind = serializers.ChoiceField(KIND_CHOICES)


class LetterChange(Shape):
    """What is said of a letter beside its words."""

    name = Text(max_length=200, allow_blank=False)
    description = Text(max_length=300)
    is_template = serializers.BooleanField(help_text="Offered when somebody begins a new letter.")
    archived = serializers.BooleanField(help_text="Out of the lists; campaigns that use it go on.")


class VariantOut(Shape):
    """One language of a version."""

    locale = Text()
    subject = Source()
    preheader = Source()
    body = Source()
    text = Source()


class VersionOut(Shape):
    """A version, which never changes. Its `id` is what a campaign names."""

    id = Id()
    letter_id = Id()
    number = serializers.IntegerField(min_value=1)
    default_locale = Text()
    note = Text()
    created_by = Text()
    created_at = Moment()
    variants = serializers.SerializerMethodField()

    def get_variants(self, version: LetterVersion) -> list[dict[str, str]]:
        rows = sorted(version.variants.all(), key=lambda variant: variant.pk)
        return [{name: getattr(row, name) for name in ("locale", *PARTS)} for row in rows]


class LetterOut(Shape):
    """A letter over all its versions."""

    id = Id()
    name = Text()
    kind = serializers.ChoiceField(KIND_CHOICES)
    description = Text()
    is_template = serializers.BooleanField()
    archived = serializers.SerializerMethodField()
    newest_version_id = serializers.SerializerMethodField()
    newest_version_number = serializers.SerializerMethodField()
    created_at = Moment()
    updated_at = Moment()

    def get_archived(self, letter: Letter) -> bool:
        return letter.archived_at is not None

    def get_newest_version_id(self, letter: Letter) -> int:
        return int(getattr(letter, "newest_id", 0) or 0)

    def get_newest_version_number(self, letter: Letter) -> int:
        return int(getattr(letter, "number", 0) or 0)


class ProblemOut(Shape):
    """One thing to put right in a letter."""

    locale = Text()
    part = serializers.ChoiceField(PARTS)
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    message = Text()


class LetterCheckOut(Shape):
    """What is wrong with a letter; nothing means that it can be sent."""

    problems = ProblemOut(many=True)


class PreviewIn(Shape):
    """For whom to write a letter."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Its number; the newest when left out."
    )
    locale = Text(max_length=35, default="", help_text="The default language when left out.")
    contact_id = Id(
        required=False,
        help_text="Whose data it shows (needs contacts:read); a made-up person when left out.",
    )
    brand_id = Id(required=False, help_text="The first brand when left out.")


class PreviewOut(Shape):
    """A letter as it would leave, but for tracking."""

    locale = Text()
    subject = Source()
    preheader = Source()
    html = Source()
    text = Source()
