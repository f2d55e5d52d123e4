"""How contacts go in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contacts.models import Contact, SubscriptionState, TrackingPreference
from mailhub.web.api.paging import Paged
from mailhub.web.api.shapes import Anything, Id, LooseRows, Moment, Object, Shape, Text

LONGEST_ADDRESS = 320
MOST_AT_ONCE = 1000


class ContactQuery(Paged):
    search = Text(
        default="", max_length=320, help_text="Whose address, first or last name begins so, in any case."
    )
    email = Text(default="", max_length=LONGEST_ADDRESS, help_text="Who has this address.")
    tag = Text(default="", max_length=120, help_text="Who bears the tag of this name.")
    list = Text(default="", max_length=120, help_text="Who is on this list: its number or slug.")
    state = serializers.ChoiceField(
        SubscriptionState.choices,
        required=False,
        help_text="How they stand with `list`, which it needs; subscribed when left out.",
    )
    created_after = Moment(required=False, help_text="Who was made at this moment or later.")
    created_before = Moment(required=False, help_text="Who was made before this moment.")
    updated_after = Moment(required=False, help_text="Who was changed at this moment or later.")
    updated_before = Moment(required=False, help_text="Who was changed before this moment.")
    filter = Text(default="", max_length=10_000, help_text="Conditions as JSON, as in docs/api.md.")

    def validate(self, attrs: Any) -> Any:
        if "state" in attrs and not attrs["list"]:
            raise serializers.ValidationError({"state": ["state needs list: how they stand with which one?"]})
        return attrs


class Lookup(Shape):
    email = Text(max_length=LONGEST_ADDRESS, allow_blank=False, help_text="The address, in any spelling.")


class DeleteQuery(Shape):
    erase = serializers.BooleanField(default=False, help_text="Erase the person everywhere.")


def _text(longest: int, told: str = "") -> Text:
    return Text(required=False, allow_null=True, max_length=longest, help_text=told)


class ContactChange(Shape):
    """What is said of a person; what is left out stays as it is."""

    email = Text(required=False, allow_blank=False, max_length=LONGEST_ADDRESS, help_text="The address.")
    first_name = _text(150)
    last_name = _text(150)
    phone = _text(40)
    locale = _text(35, "Language, BCP 47: en, de-AT, zh-Hans.")
    time_zone = _text(64, "Such as Europe/Berlin.")
    country = _text(100)
    city = _text(150)
    source = _text(200, "Where the contact came from.")  # type: ignore[assignment]  # the metaclass takes it out of the class
    tracking = serializers.ChoiceField(
        TrackingPreference.choices,
        required=False,
        allow_blank=True,
        help_text="How much letters may tell of the reader; empty: as list and campaign say.",
    )
    custom = Object(
        child=Anything(allow_null=True),
        required=False,
        help_text="Custom fields by key, each of its type; null empties one.",
    )
    tags = serializers.ListField(
        child=Text(max_length=120, allow_blank=False),
        required=False,
        max_length=50,
        help_text="Added to those that the contact bears; new ones are made.",
    )


class ContactPatch(ContactChange):
    """What is said of a contact that there is."""

    consent_source = Text(
        required=False,
        allow_blank=False,
        max_length=2000,
        help_text=(
            "With a new `email`, how you know that the person wants the letters there; needed when they "
            "confirmed a list at the old one."
        ),
    )


class ContactIn(ContactChange):
    """A person with an address."""

    email = Text(allow_blank=False, max_length=LONGEST_ADDRESS, help_text="The address.")


class ContactOut(Shape):
    """A contact."""

    id = Id()
    email = Text(help_text="As it was typed.")
    first_name = Text()
    last_name = Text()
    phone = Text()
    locale = Text()
    time_zone = Text()
    country = Text()
    city = Text()
    source = Text()  # type: ignore[assignment]  # the metaclass takes it out of the class
    tracking = Text()
    custom = Object(child=Anything())
    tags = serializers.SerializerMethodField()
    created_at = Moment()
    updated_at = Moment()

    def get_tags(self, contact: Contact) -> list[str]:
        return sorted(tag.name for tag in contact.tags.all())


class BulkIn(Shape):
    """Many people at once."""

    contacts = LooseRows(child=ContactIn(), allow_empty=False, max_length=MOST_AT_ONCE)


class BulkRow(Shape):
    """What became of one of many."""

    index = serializers.IntegerField(min_value=0, help_text="Its place in the request, from 0.")
    email = Text()
    status = serializers.ChoiceField(["created", "updated", "unchanged", "refused"])
    id = serializers.IntegerField(allow_null=True)
    errors = serializers.ListField(child=Object(child=Anything()), help_text="Why it was refused.")  # type: ignore[assignment]  # the metaclass takes it out of the class


class BulkOut(Shape):
    """What became of each, in the order of the request."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkRow(many=True)
