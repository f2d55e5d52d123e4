from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from contacts.models import Contact, CustomField, Import, ImportChange, List, Subscription, Tag
from contacts.segments import compiler, links, registry, tree
from contacts.segments.tree import BadTree, Condition, Group
from contacts.services import people
from mailhub.delivery.models import AddressRecord
from mailhub.delivery.services import suppression
from tests.contacts import makers
from tests.contacts.segments import reference
from tests.contacts.segments.reference import Person

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KINDS = {"club": "text", "points": "number", "birthday": "date", "vip": "boolean", "in": "text"}
# Alphabets other than a–z compare as the database's locale does: their capitals are left out.
TEXTS = ["Berlin", "berlin", "Bern", "ü_%", "小王", "a'b\"c\\", "x:y,z"]
CUSTOM: dict[str, list[Any]] = {
    "text": [*TEXTS, "", None, 5, True, ["Berlin"]],
    "number": [0, 5, 5.0, -1.5, 10**15, "5", None, "", True],
    "date": ["2026-11-20", "2026-11-22", "2026-12-01", "1980-02-29", "soon", None, "", 7],
    "boolean": [True, False, "true", None, 1],
}
PEOPLE = 60


def make_people() -> dict[int, Person]:
    """By contact number; people of every combination, always the same ones."""
    chance = random.Random(11)
    for key, kind in KINDS.items():
        CustomField.objects.create(key=key, label=key, type=kind)
    lists = [makers.make_list("News"), makers.make_list("Offers")]
    tags = [people.get_tag("VIP"), people.get_tag("Lead")]
    return dict(_make_person(chance, number, lists, tags) for number in range(PEOPLE))


def _make_person(
    chance: random.Random, number: int, lists: list[List], tags: list[Tag]
) -> tuple[int, Person]:
    columns = {
        name: chance.choice(["", *TEXTS]) for name in ("first_name", "last_name", "city", "country", "source")
    }
    columns["locale"] = chance.choice(["", "de", "de-AT", "den", "zh-Hans"])
    kept = {key: chance.choice(CUSTOM[kind]) for key, kind in KINDS.items() if chance.random() < 0.8}
    created_at = NOW - timedelta(hours=chance.randrange(24 * 20))
    person = Person(columns, kept, created_at)
    contact = people.create(f"p{number}@example.org")
    Contact.objects.filter(pk=contact.pk).update(**columns, custom=kept, created_at=created_at)
    for tag in tags:
        if chance.random() < 0.4:
            people.add_tags(contact, [tag.name])
            person.tags.add(str(tag.pk))
    for list_ in lists:
        state = chance.choice(["", "pending", "subscribed", "unsubscribed"])
        if state:
            Subscription.objects.create(contact=contact, list=list_, state=state)
            person.lists[str(list_.pk)] = state
    for reason in ("hard_bounce", "complaint"):
        if chance.random() < 0.2:
            suppression.suppress(contact.address_hash, reason=reason)
            person.suppressed.add(reason)
    if chance.random() < 0.7:
        person.clicked_at = chance.choice([None, NOW - timedelta(days=chance.randrange(60))])
        AddressRecord.objects.create(address_hash=contact.address_hash, last_clicked_at=person.clicked_at)
    return contact.pk, person


def conditions() -> some.SearchStrategy[Condition]:
    """Any condition that the builder could make of the fields that the reference knows."""
    known = [
        field
        for field in registry.offered()
        if field.name not in ("email", "changed", "mailed", "opened", "import")
    ]
    return some.sampled_from(known).flatmap(
        lambda field: some.sampled_from(sorted(field.operators)).flatmap(
            lambda key: _values(field, key).map(lambda value: Condition(field.name, key, value))
        )
    )


def _values(field: Any, key: str) -> some.SearchStrategy[Any]:
    operator = field.operators[key]
    one = {
        "nothing": some.none(),
        "text": some.sampled_from(TEXTS if field.name != "locale" else ["de", "DE-at", "zh"]),
        "number": some.sampled_from([5, 0, -1.5, 5.5, 10**15]),
        "date": some.sampled_from(["2026-11-20", "2026-11-22", "2026-12-01", "1980-02-29"]),
        "days": some.integers(1, 40),
        "choice": some.sampled_from([value for value, _ in field.choices()] or ["0"]),
    }[operator.takes]
    return some.lists(one, min_size=1, max_size=2, unique=True).map(tuple) if operator.many else one


def groups() -> some.SearchStrategy[Group]:
    def nested(items: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
        return some.builds(
            Group,
            some.sampled_from(["all", "any"]),
            some.lists(items, max_size=3).map(tuple),
            some.booleans(),
        )

    return nested(some.recursive(conditions(), nested, max_leaves=6))


@pytest.mark.django_db
def test_the_filter_finds_whom_plain_python_finds() -> None:
    known = make_people()

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    @given(groups())
    def agrees(group: Group) -> None:
        wanted = {pk for pk, person in known.items() if reference.holds(group, person, now=NOW, kinds=KINDS)}
        found = Contact.objects.filter(compiler.compile(group, now=NOW)).values_list("pk", flat=True)
        assert sorted(found) == sorted(wanted)

    agrees()


@pytest.mark.django_db
def test_every_single_condition_finds_whom_plain_python_finds() -> None:
    known = make_people()

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(conditions())
    def agrees(condition: Condition) -> None:
        wanted = [
            pk for pk, person in known.items() if reference.holds(condition, person, now=NOW, kinds=KINDS)
        ]
        found = Contact.objects.filter(compiler.compile(condition, now=NOW)).values_list("pk", flat=True)
        assert sorted(found) == wanted

    agrees()


@pytest.mark.django_db
def test_a_tree_comes_back_from_its_query_string_and_from_its_json() -> None:
    make_people()

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(groups())
    def comes_back(group: Group) -> None:
        assert tree.read_text(tree_text(group)) == group
        query = QueryDict(mutable=True)
        for name, value in links.write(group):
            query.appendlist(name, value)
        again = links.read(QueryDict(query.urlencode()))
        found = Contact.objects.filter(compiler.compile(again, now=NOW))
        wanted = Contact.objects.filter(compiler.compile(group, now=NOW))
        assert set(found) == set(wanted)
        assert links.write(again) == links.write(group)

    comes_back()


def tree_text(group: Group) -> str:
    return json.dumps(tree.write(group))


@pytest.mark.django_db
def test_every_condition_says_itself_in_words() -> None:
    make_people()

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(groups())
    def says(group: Group) -> None:
        assert "%(" not in compiler.words(group)

    says()


@pytest.mark.django_db
def test_words_read_as_people_speak() -> None:
    tag = people.get_tag("VIP")
    group = links.read(QueryDict(f"where=city:is:Berlin&where=tag:has:{tag.pk}&where=created:last:1"))
    assert compiler.words(group) == "City is Berlin and has the tag VIP and Added in the last 1 day"
    nested = Group("any", (Condition("city", "any", ("Bern", "Ulm")), Group("all", (), True)), True)
    assert compiler.words(nested) == "not (City is Bern or Ulm or not (everybody))"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (Condition("shoe", "is", "44"), "no such field"),
        (Condition("custom.shoe", "is", "44"), "no such field"),
        (Condition("city", "rhymes", "x"), "no operator “rhymes”"),
        (Condition("city", "is", ""), "Give a value"),
        (Condition("city", "is", {"a": 1}), "Give a value"),
        (Condition("city", "is", "x" * 501), "longer than 500"),
        (Condition("city", "is", "\ud800"), "characters that are none"),
        (Condition("email", "is", "nobody"), "not an e-mail address"),
        (Condition("created", "last", "0"), "number of days"),
        (Condition("created", "last", "²"), "number of days"),
        (Condition("created", "on", "2026-02-30"), "not a date"),
        (Condition("created", "before", "9999-12-31"), "out of range"),
        (Condition("created", "before", "soon"), "\\(Added\\)"),
        (Condition("import", "is", ("99",)), "not one of the choices"),
        (Condition("tag", "has", ("99",)), "not one of the choices"),
        (Condition("tag", "has", ()), "between 1 and 200"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_place(condition: Condition, problem: str) -> None:
    group = Group("all", (Condition("city", "known"), Group("any", (condition,))))
    with pytest.raises(BadTree, match=problem) as refused:
        compiler.compile(group, now=NOW)
    assert "condition 2.1" in str(refused.value)


@pytest.mark.django_db
def test_nothing_of_a_tree_becomes_sql() -> None:
    makers.make_contact("ann@example.org", city="x' OR 1=1 --")
    makers.make_contact("bo@example.org", city="Bern")
    found = compiler.compile(Condition("city", "is", "x' or 1=1 --"), now=NOW)
    assert [contact.email for contact in Contact.objects.filter(found)] == ["ann@example.org"]


@pytest.mark.django_db
def test_days_are_those_of_the_askers_zone() -> None:
    contact = makers.make_contact()
    Contact.objects.filter(pk=contact.pk).update(created_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    condition = Condition("created", "on", "2026-11-21")
    assert not Contact.objects.filter(compiler.compile(condition, now=NOW)).exists()
    berlin = compiler.compile(condition, now=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert Contact.objects.filter(berlin).exists()


@pytest.mark.django_db
def test_an_address_is_found_in_any_spelling() -> None:
    makers.make_contact("Ann@Example.ORG")
    assert Contact.objects.filter(compiler.compile(Condition("email", "is", "ann@example.org"), now=NOW))
    assert Contact.objects.filter(compiler.compile(Condition("email", "begins", "ANN@"), now=NOW))


@pytest.mark.django_db
def test_who_is_suppressed_for_the_list_alone_is_not_reachable_through_it() -> None:
    list_ = makers.make_list()
    contact = makers.make_contact()
    makers.subscribe(contact, list_)
    reachable = compiler.compile(Condition("reach", "reachable"), now=NOW)
    assert Contact.objects.filter(reachable).exists()
    suppression.suppress(contact.address_hash, reason="manual", scope_key=f"brand:{list_.brand_id}")
    assert not Contact.objects.filter(reachable).exists()


@pytest.mark.django_db
def test_a_condition_speaks_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert compiler.words(Condition("city", "is", "柏林"))


@pytest.mark.django_db
def test_whom_an_import_brought_or_changed_is_found() -> None:
    ann, _bo = makers.make_contact("ann@example.org"), makers.make_contact("bo@example.org")
    run = Import.objects.create(file_name="fair.csv", file_hash="0" * 64, state="finished")
    ImportChange.objects.create(run=run, contact_id=ann.pk, address_hash=ann.address_hash, kind="created")
    group = links.read(QueryDict(f"where=import:is:{run.pk}"))
    assert list(Contact.objects.filter(compiler.compile(group, now=NOW))) == [ann]
    assert f"fair.csv ({run.pk})" in compiler.words(group)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "offered"), [("text", True), ("boolean", False), ("number", False)])
def test_an_empty_text_is_looked_for_among_texts_only(kind: str, offered: bool) -> None:
    CustomField.objects.create(key="shoe", label="Shoe", type=kind)
    field = registry.find("custom.shoe")
    assert field is not None
    assert ("empty" in field.offered_operators) is offered
