from __future__ import annotations

import pytest

from contacts.models import ContactTag, Tag
from contacts.services import people, tags
from tests.contacts import makers

pytestmark = pytest.mark.django_db


def test_a_tag_is_renamed_with_its_key() -> None:
    tag = tags.rename(tags.create("Vip"), "  Best   customers ")
    assert (tag.name, tag.key) == ("Best customers", "best customers")


def test_a_name_that_another_tag_has_is_refused_in_any_case() -> None:
    tags.create("VIP")
    other = tags.create("Lead")
    for attempt in (lambda: tags.create("vip"), lambda: tags.rename(other, "Vip")):
        with pytest.raises(tags.NameTaken):
            attempt()
    with pytest.raises(tags.WrongName):
        tags.rename(other, " ")


def test_merging_gives_everybody_the_other_tag_once() -> None:
    ann, bo = makers.make_contact("ann@example.org"), makers.make_contact("bo@example.org")
    people.add_tags(ann, ["Old", "New"])
    people.add_tags(bo, ["Old"])
    old, new = Tag.objects.get(key="old"), Tag.objects.get(key="new")
    assert tags.merge(old, into=new) == 1
    assert ContactTag.objects.filter(tag=new).count() == 2
    assert not Tag.objects.filter(key="old").exists()
    with pytest.raises(tags.WrongName):
        tags.merge(new, into=new)
