"""Makes the example shop itself: its brand, lists, fields, tags and letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import models

from contacts.models import CustomField, List, Tag
from contacts.services import people
from mailhub.content.models import Image, Letter
from mailhub.content.services import images
from mailhub.delivery.models import Brand, Sender
from mailhub.delivery.services import brands
from mailhub.demo import drawing, letters
from mailhub.demo.plan import (
    BRAND,
    COLLEAGUE,
    DRAFT,
    FIELDS,
    LISTS,
    PAUSED,
    PICTURED,
    PICTURES,
    POSTAL_ADDRESS,
    SCHEDULED,
    SENDER_ADDRESS,
    SENDER_NAME,
    SENT,
    TAGS,
)
from mailhub.demo.services.building import Building

AGE = timedelta(days=560)


def build(building: Building) -> Iterator[models.Model]:
    """Yields what it makes. Fields and tags that this business has already are used and not ours."""
    if not Brand.objects.exists():
        # The first brand is the installation's own: the example must not become it.
        yield brands.default()
    building.brand = Brand.objects.create(
        name=BRAND,
        postal_address=POSTAL_ADDRESS,
        sender_name=SENDER_NAME,
        sender_address=SENDER_ADDRESS,
    )
    # Goes with its brand.
    Sender.objects.create(brand=building.brand, name=SENDER_NAME, address=SENDER_ADDRESS)
    yield building.brand
    for list_ in _lists(building):
        building.lists.append(list_)
        yield list_
    yield from _fields(building)
    for name in TAGS:
        known = Tag.objects.filter(key=name).exists()
        tag = people.get_tag(name)
        if not known:
            yield tag


def _lists(building: Building) -> Iterator[List]:
    for plan in LISTS:
        yield List.objects.create(
            name=plan.name,
            slug=_free_slug(plan.slug),
            description=plan.description,
            brand=building.brand,
            public=True,
            opt_in=plan.opt_in,
            created_at=building.now - AGE,
        )


def _free_slug(slug: str) -> str:
    taken = set(List.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidates = [slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)


def _fields(building: Building) -> Iterator[CustomField]:
    for key, label, kind in FIELDS:
        known = CustomField.objects.filter(key=key).first()
        made = known or people.define_field(key, label=label, kind=kind)
        building.field_types[key] = made.type
        if known is None:
            yield made


def build_pictures(building: Building) -> Iterator[Image]:
    """The pictures of the library; one that this business has already is used and not ours."""
    for (name, alt, age), draw in zip(PICTURES, (drawing.pot, drawing.frond), strict=True):
        kept = images.add(draw(), name=name, alt=alt, author=COLLEAGUE)
        building.images.append(kept.image)
        if kept.is_new:
            kept.image.created_at = building.now - age
            kept.image.save(update_fields=["created_at"])
            yield kept.image


def build_letters(building: Building) -> Iterator[models.Model]:
    """One letter a campaign, dated as if written in the days before it was sent."""
    for plan in (*SENT, PAUSED, SCHEDULED, DRAFT):
        picture = building.images[0] if plan.letter.name == PICTURED else None
        version = letters.write(plan.letter, picture=picture)
        building.versions[plan.letter.name] = version
        written_at = building.now - max(plan.age, timedelta()) - timedelta(days=2, hours=3)
        Letter.objects.filter(pk=version.letter_id).update(created_at=written_at, updated_at=written_at)
        yield version.letter
