"""What an import does to the people who are here and to those who are not."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contacts.importing import importer
from contacts.importing.importer import Order, Result, WrongCall
from contacts.importing.reading.limits import UnreadableFile
from contacts.models import (
    ConsentRecord,
    Contact,
    ContactTag,
    CustomField,
    Import,
    ImportChange,
    List,
    Subscription,
)
from contacts.services import journal, lists
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import brands, suppression
from tests.contacts.importing.conftest import SOURCE

pytestmark = pytest.mark.django_db
Make = Callable[..., Order]


def contact(email: str) -> Contact:
    return Contact.objects.get(email_key=email)


def state(email: str, *, slug: str = "news") -> str:
    found = Subscription.objects.filter(contact__email_key=email, list__slug=slug).first()
    return found.state if found else ""


def reasons(email: str) -> set[tuple[str, str]]:
    return set(
        Suppression.objects.filter(address_hash=address_hash(email)).values_list("reason", "scope_key")
    )


def counts(result: Result) -> tuple[int, int, int, int, int, int]:
    return (
        result.created,
        result.updated,
        result.unchanged,
        result.duplicate,
        result.invalid,
        result.suppressed,
    )


def test_people_become_contacts_and_subscribers_of_a_new_list(order: Make) -> None:
    result = importer.run(order("Email,First Name\nAnn@Example.org,Ann\nbo@example.org,Bo\n"))
    assert counts(result) == (2, 0, 0, 0, 0, 0)
    ann = contact("ann@example.org")
    assert (ann.email, ann.first_name, ann.source) == ("Ann@Example.org", "Ann", SOURCE)
    assert ann.address_hash == address_hash("ann@example.org")
    assert state("ann@example.org") == state("bo@example.org") == "subscribed"
    assert List.objects.get(slug="news").opt_in == "single"


def test_the_consent_record_states_source_basis_and_moment(order: Make) -> None:
    result = importer.run(
        order("Email Address,OPTIN_TIME,OPTIN_IP,LEID\nann@example.org,2021-03-04 10:11:12,192.0.2.7,1\n")
    )
    record = ConsentRecord.objects.get()
    assert (record.action, record.basis, record.method, record.source) == (
        "granted",
        "express",
        "import",
        SOURCE,
    )
    assert (record.occurred_at, record.ip) == (datetime(2021, 3, 4, 10, 11, 12, tzinfo=UTC), "192.0.2.7")
    assert record.import_id == result.id
    assert record.address_hash == address_hash("ann@example.org")
    assert record.list_name == "News"


def test_the_people_are_subscribed_to_a_double_opt_in_list_too(order: Make) -> None:
    lists.get_or_create("news", brand=brands.default(), opt_in="double")
    importer.run(order("email\nann@example.org\n"))
    assert state("ann@example.org") == "subscribed"


def test_a_status_column_wins_over_the_source_of_consent(order: Make) -> None:
    result = importer.run(
        order(
            "email;status\nann@example.org;subscribed\nbo@example.org;unsubscribed\ncy@example.org;bounced\n"
            "dee@example.org;never subscribed\neve@example.org;complained\nfay@example.org;gold\n"
        )
    )
    assert counts(result) == (6, 0, 0, 0, 0, 2)
    states = {email: state(f"{email}@example.org") for email in ("ann", "bo", "cy", "dee", "eve", "fay")}
    assert states == {"ann": "subscribed", "bo": "unsubscribed", "cy": "", "dee": "", "eve": "", "fay": ""}
    number = List.objects.get().pk
    assert reasons("bo@example.org") == {("unsubscribed", f"list:{number}")}
    assert reasons("cy@example.org") == {("hard_bounce", "")}
    assert reasons("eve@example.org") == {("complaint", "")}
    assert reasons("dee@example.org") == reasons("fay@example.org") == set()
    assert ConsentRecord.objects.get(contact=contact("bo@example.org")).action == "withdrawn"
    assert result.noted == 1
    assert result.error_file and "gold" in result.error_file.read_text()


def test_subscriptions_are_what_the_consent_records_say(order: Make) -> None:
    importer.run(
        order("email,status\nann@example.org,active\nbo@example.org,opted out\ncy@example.org,cleaned\n")
    )
    for person in Contact.objects.all():
        held = {row.list_id: row.state for row in person.subscriptions.all()}
        assert journal.rebuild(person) == held


def test_a_mailchimp_export_of_cleaned_people_suppresses_them(order: Make) -> None:
    text = "Email Address,MEMBER_RATING,CLEAN_TIME,LEID,EUID\nann@example.org,2,2022-01-02 03:04:05,1,a\n"
    assert importer.run(order(text)).suppressed == 1
    assert reasons("ann@example.org") == {("hard_bounce", "")}


def test_mailchimps_unsubscribe_time_is_the_moment_of_the_withdrawal(order: Make) -> None:
    importer.run(order("Email Address,UNSUB_TIME,LEID,EUID\nann@example.org,2022-01-02 03:04:05,1,a\n"))
    assert ConsentRecord.objects.get().occurred_at == datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_moment_of_the_withdrawal_counts_also_when_the_name_of_the_file_says_it(order: Make) -> None:
    text = "Email Address,UNSUB_TIME,LEID,EUID\nann@example.org,2022-01-02 03:04:05,1,a\n"
    importer.run(order(text, name="unsubscribed_email_audience_export_1.csv"))
    assert ConsentRecord.objects.get().occurred_at == datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_klaviyo_export_subscribes_only_those_who_agreed(order: Make) -> None:
    importer.run(
        order(
            "Email,Klaviyo ID,First Name,Email Marketing Consent,Email Suppressions\n"
            "ann@example.org,01A,Ann,SUBSCRIBED,[]\nbo@example.org,01B,Bo,NEVER_SUBSCRIBED,\n"
            "cy@example.org,01C,Cy,UNSUBSCRIBED,['UNSUBSCRIBED']\ndee@example.org,01D,Dee,SUBSCRIBED,['USER_SUPPRESSED']\n"
        )
    )
    states = [state(f"{name}@example.org") for name in ("ann", "bo", "cy", "dee")]
    assert states == ["subscribed", "", "unsubscribed", ""]
    assert reasons("dee@example.org") == {("manual", "")}


def test_a_listmonk_export_brings_its_attributes_as_custom_fields(order: Make) -> None:
    attributes = '"{""city"": ""Oslo"", ""age"": 41, ""vip"": true, ""pets"": [""cat""]}"'
    importer.run(
        order(
            "uuid,email,name,attributes,status,created_at,updated_at\n"
            f"1-2,ann@example.org,Ann Smith,{attributes},enabled,2024-01-15 10:30:00 +0000 UTC,x\n"
            "1-3,bo@example.org,Bo,{},blocklisted,,\n"
        )
    )
    ann = contact("ann@example.org")
    assert (ann.first_name, ann.last_name) == ("Ann", "Smith")
    assert ann.custom == {"custom_city": "Oslo", "age": 41, "vip": True, "pets": ["cat"]}
    kinds = dict(CustomField.objects.values_list("key", "type"))
    assert kinds == {"custom_city": "text", "age": "number", "vip": "boolean", "pets": "json"}
    assert (state("ann@example.org"), state("bo@example.org")) == ("subscribed", "")
    assert reasons("bo@example.org") == {("manual", "")}


@pytest.mark.parametrize("attributes", ['{"a": "\\ud800"}', "[1]", "rubbish", "[" * 100_000])
def test_attributes_that_are_no_storable_object_are_left_out_and_noted(order: Make, attributes: str) -> None:
    cell = attributes.replace('"', '""')
    result = importer.run(
        order(f'uuid,email,name,attributes,status\n1,ann@example.org,Ann,"{cell}",enabled\n')
    )
    assert (result.created, result.noted) == (1, 1)
    assert contact("ann@example.org").custom == {}


def test_a_zero_character_in_an_attribute_goes_and_the_rest_stays(order: Make) -> None:
    importer.run(order('uuid,email,attributes,status\n1,ann@example.org,"{""a"": ""b\\u0000c""}",enabled\n'))
    assert contact("ann@example.org").custom == {"a": "bc"}


def test_unknown_columns_become_custom_fields_of_a_safe_type(order: Make) -> None:
    importer.run(
        order(
            "email,Favourite Colour,Points,Zip Code,Member since\nann@example.org,blue,12,01234,2024-01-31\n"
        )
    )
    expected = {"favourite_colour": "blue", "points": 12, "zip_code": "01234", "member_since": "2024-01-31"}
    assert contact("ann@example.org").custom == expected
    assert CustomField.objects.get(key="favourite_colour").label == "Favourite Colour"


def test_nobody_who_left_the_list_is_revived(order: Make) -> None:
    importer.run(order("email,status\nann@example.org,unsubscribed\n"))
    result = importer.run(order("email,status\nann@example.org,subscribed\n"))
    assert counts(result) == (0, 0, 1, 0, 0, 0)
    assert state("ann@example.org") == "unsubscribed"
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "scope", "counted"), [("hard_bounce", "", 1), ("unsubscribed", "list", 0)]
)
def test_nobody_suppressed_is_subscribed(order: Make, reason: str, scope: str, counted: int) -> None:
    news, _ = lists.get_or_create("news", brand=brands.default())
    suppression.suppress(address_hash("ann@example.org"), reason=reason, scope_key=news.key if scope else "")
    result = importer.run(order("email\nann@example.org\nbo@example.org\n"))
    assert (state("ann@example.org"), state("bo@example.org")) == ("", "subscribed")
    assert result.suppressed == counted


def test_a_suppression_in_another_list_does_not_matter(order: Make) -> None:
    suppression.suppress(address_hash("ann@example.org"), reason="unsubscribed", scope_key="list:999")
    importer.run(order("email\nann@example.org\n"))
    assert state("ann@example.org") == "subscribed"


def test_a_never_subscribed_row_takes_no_subscription_away(order: Make) -> None:
    importer.run(order("email\nann@example.org\n"))
    importer.run(order("email,status\nann@example.org,never subscribed\n"))
    assert state("ann@example.org") == "subscribed"


def test_an_opted_out_row_ends_a_subscription(order: Make) -> None:
    importer.run(order("email\nann@example.org\n"))
    result = importer.run(order("email,status\nann@example.org,opted out\n"))
    assert result.updated == 1
    assert state("ann@example.org") == "unsubscribed"


@pytest.mark.parametrize(
    "text",
    [
        "email,status\nann@example.org,unsubscribed\nann@example.org,bounced\n",
        "email,status\nann@example.org,bounced\nann@example.org,unsubscribed\n",
        "Email,Klaviyo ID,Email Suppressions\nann@example.org,1,\"['UNSUBSCRIBED','HARD_BOUNCE']\"\n",
        "email,UNSUB_TIME,CLEAN_TIME\nann@example.org,2022-01-02,2022-03-04\n",
    ],
)
def test_who_left_and_bounced_as_well_is_both(order: Make, text: str) -> None:
    importer.run(order("email\nann@example.org\n"))
    importer.run(order(text))
    assert state("ann@example.org") == "unsubscribed"
    news = List.objects.get()
    assert reasons("ann@example.org") == {("hard_bounce", ""), ("unsubscribed", news.key)}
    record = ConsentRecord.objects.latest("pk")
    assert (record.action, record.source) == ("withdrawn", SOURCE)


def test_the_moment_of_leaving_counts_and_not_that_of_the_bounce(order: Make) -> None:
    importer.run(order("email,UNSUB_TIME,CLEAN_TIME\nann@example.org,2022-01-02,2022-03-04\n"))
    assert ConsentRecord.objects.get().occurred_at == datetime(2022, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("cleaned", "hard bounce in file"),
        ("blocklisted", "blocked in file"),
        ("complained", "complaint in file"),
        ("invalid", "invalid address in file"),
    ],
)
def test_an_address_that_fails_ends_the_subscription_and_says_why(order: Make, word: str, why: str) -> None:
    importer.run(order("email\nann@example.org\n"))
    text = f"email,status\nann@example.org,{word}\n"
    rehearsed = importer.rehearse(order(text))
    result = importer.run(order(text))
    assert counts(rehearsed) == counts(result) == (0, 1, 0, 0, 0, 1)
    assert state("ann@example.org") == "unsubscribed"
    record = ConsentRecord.objects.latest("pk")
    assert (record.action, record.method, record.source) == ("withdrawn", "import", f"{why}: {SOURCE}")
    assert journal.rebuild(contact("ann@example.org")) == {record.list_id: "unsubscribed"}
    change = ImportChange.objects.get(run_id=result.id)
    assert (change.kind, change.subscription_before) == ("updated", "subscribed")
    assert importer.run(order(text)).unchanged == 1


def test_a_pending_subscription_of_an_address_that_fails_ends_too(order: Make) -> None:
    importer.run(order("email\nann@example.org\n"))
    Subscription.objects.update(state="pending")
    importer.run(order("email,status\nann@example.org,bounced\n"))
    assert state("ann@example.org") == "unsubscribed"


def test_a_withdrawal_does_not_take_the_moment_and_address_of_a_consent(order: Make) -> None:
    importer.run(
        order(
            "email,CONFIRM_TIME,CONFIRM_IP,UNSUB_TIME\n"
            "ann@example.org,2021-01-02 03:04:05,192.0.2.7,\n"
            "ann@example.org,2021-01-02 03:04:05,192.0.2.7,2022-01-02 03:04:05\n"
            "bo@example.org,2021-01-02 03:04:05,192.0.2.7,\nbo@example.org,,,yes\n"
        )
    )
    ann = ConsentRecord.objects.get(contact=contact("ann@example.org"))
    assert (ann.action, ann.ip) == ("withdrawn", None)
    assert ann.occurred_at == datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)
    bo = ConsentRecord.objects.get(contact=contact("bo@example.org"))
    assert (bo.action, bo.ip, bo.occurred_at) == ("withdrawn", None, bo.recorded_at)


def test_the_first_of_several_rows_gives_the_data_and_the_strictest_the_status(order: Make) -> None:
    text = "email,city,status\nann@example.org,Rome,active\nbo@example.org,Oslo,active\nANN@example.org,Bonn,bounced\n"
    result = importer.run(order(text))
    assert counts(result) == (2, 0, 0, 1, 0, 1)
    assert contact("ann@example.org").city == "Rome"
    assert state("ann@example.org") == ""


def test_columns_that_are_absent_and_empty_cells_keep_what_is_stored(order: Make) -> None:
    importer.run(order("email,first name,city,Colour,Shoe\nann@example.org,Ann,Rome,blue,m\n"))
    result = importer.run(order("email,city,Colour,Hat\nann@example.org,,,l\n"))
    ann = contact("ann@example.org")
    assert (ann.first_name, ann.city) == ("Ann", "Rome")
    assert ann.custom == {"colour": "blue", "shoe": "m", "hat": "l"}
    assert result.updated == 1


def test_empty_cells_clear_when_that_is_asked(order: Make) -> None:
    importer.run(order("email,first name,city,Colour,Shoe\nann@example.org,Ann,Rome,blue,m\n"))
    importer.run(order("email,city,Colour\nann@example.org,,\n", empty="clear"))
    ann = contact("ann@example.org")
    assert (ann.first_name, ann.city, ann.custom) == ("Ann", "", {"shoe": "m"})


def test_the_same_file_again_changes_nothing(order: Make) -> None:
    text = "email,first name,Colour,Points,tags\nann@example.org,Änn,blüe,1.50,VIP\nbo@example.org,Bo,,,\n"
    first = importer.run(order(text))
    second = importer.run(order(text))
    assert counts(second) == (0, 0, 2, 0, 0, 0)
    assert second.id != first.id
    assert ConsentRecord.objects.count() == 2


def test_tags_are_added_and_compared_without_case(order: Make) -> None:
    importer.run(order("email,tags\nann@example.org,VIP\n"))
    result = importer.run(order('email,tags\nann@example.org,"vip, new"\nbo@example.org,new\n'))
    assert counts(result) == (1, 1, 0, 0, 0, 0)
    worn = ContactTag.objects.values_list("contact__email_key", "tag__name").order_by(
        "contact_id", "tag__key"
    )
    assert list(worn) == [("ann@example.org", "new"), ("ann@example.org", "VIP"), ("bo@example.org", "new")]


def test_what_changed_is_recorded_with_the_values_before(order: Make) -> None:
    importer.run(order("email,city,Colour,tags\nann@example.org,Rome,blue,VIP\nbo@example.org,Oslo,red,\n"))
    text = (
        'email,city,Colour,Hat,tags,status\nann@example.org,Bonn,green,l,"VIP, new",opted out\n'
        "bo@example.org,Oslo,red,,,active\n"
    )
    result = importer.run(order(text))
    [change] = ImportChange.objects.filter(run_id=result.id)
    assert (change.contact_id, change.kind) == (contact("ann@example.org").pk, "updated")
    assert change.before == {"city": "Rome", "custom": {"colour": "blue", "hat": None}, "tags_added": ["new"]}
    assert change.subscription_before == "subscribed"
    assert ImportChange.objects.filter(kind="created").count() == 2


def test_invalid_rows_go_to_the_error_file_with_their_line_and_reason(order: Make) -> None:
    text = 'email,note\nann@example.org,"two\nlines"\nrubbish,=1+1\n,nobody\nbo@example.org,a,b,c\n'
    result = importer.run(order(text))
    assert (result.rows, result.created, result.invalid) == (4, 1, 3)
    assert result.error_file
    with result.error_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [(row[0], row[1]) for row in rows] == [("4", "rubbish"), ("5", ""), ("6", "bo@example.org")]
    assert rows[0][2] == "'=1+1"
    assert "needs one @" in rows[0][-1]
    assert "no e-mail address" in rows[1][-1]
    assert Import.objects.get().error_file == str(result.error_file)


def test_a_mended_error_file_can_be_imported(order: Make) -> None:
    result = importer.run(order("email,city\nann at example.org,Rome\n"))
    assert result.error_file
    mended = result.error_file.read_text(encoding="utf-8").replace("ann at example.org", "ann@example.org")
    importer.run(order(mended, name="mended.csv"))
    assert contact("ann@example.org").city == "Rome"
    assert CustomField.objects.count() == 0


def mend(result: Result, old: str, new: str) -> str:
    assert result.error_file
    text = result.error_file.read_text(encoding="utf-8-sig")
    assert old in text
    return text.replace(old, new)


def test_a_mended_error_file_keeps_the_rules_of_the_export_it_came_from(order: Make) -> None:
    text = "Email Address,TIMEZONE,LEID,EUID,GMTOFF\nann@example.org,Mars/North,1,a,2\n"
    first = importer.run(order(text, name="nonsubscribed_email_audience_export_1.csv"))
    second = importer.run(order(mend(first, "Mars/North", "Mars/South"), name="mended.csv"))
    importer.run(order(mend(second, "Mars/South", "Europe/Oslo"), name="again.csv"))
    assert contact("ann@example.org").time_zone == "Europe/Oslo"
    assert state("ann@example.org") == ""
    assert CustomField.objects.count() == 0


def test_a_mended_error_file_of_a_listmonk_export_brings_its_attributes(order: Make) -> None:
    text = 'uuid,email,name,attributes,status\n1,ann at example.org,Ann,"{""age"": 41}",enabled\n'
    result = importer.run(order(text))
    importer.run(order(mend(result, "ann at example.org", "ann@example.org"), name="mended.csv"))
    assert contact("ann@example.org").custom == {"age": 41}


def test_the_quotes_before_formulas_do_not_come_back_as_data(order: Make) -> None:
    result = importer.run(order("email,phone,Points,+x\nann at example.org,+4917012345,-5,=1\n"))
    importer.run(order(mend(result, "ann at example.org", "ann@example.org"), name="mended.csv"))
    ann = contact("ann@example.org")
    assert (ann.phone, ann.custom) == ("+4917012345", {"points": -5, "x": "=1"})
    assert CustomField.objects.get(key="x").label == "+x"


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("Email Marketing Status", "Unsubscribed", "unsubscribed"),
        ("Opted out of email: Marketing Information", "true", "unsubscribed"),
        ("Unsubscribed from all email", "true", "unsubscribed"),
        ("Email hard bounce reason", "UNKNOWN_USER", ""),
        ("BLACKLISTED_EMAIL", "Yes", ""),
        ("EMAIL_BLACKLISTED", "Yes", ""),
        ("DOUBLE_OPT-IN", "No", ""),
        ("Zustand", "unsubscribed", "unsubscribed"),
    ],
)
def test_an_opt_out_counts_whatever_its_column_is_called(
    order: Make, header: str, cell: str, expected: str
) -> None:
    empty = "Yes" if header == "DOUBLE_OPT-IN" else "Subscribed" if header == "Email Marketing Status" else ""
    importer.run(order(f"email,{header}\nann@example.org,{cell}\nbo@example.org,{empty}\n"))
    assert (state("ann@example.org"), state("bo@example.org")) == (expected, "subscribed")
    assert not CustomField.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_other_encodings_bring_the_same_people(order: Make, encoding: str) -> None:
    text = "邮箱;姓名;城市\nann@example.org;王小明;北京\nbo@example.org;李丽;上海\n"
    assert importer.run(order(text.encode(encoding))).created == 2
    ann = contact("ann@example.org")
    assert (ann.last_name, ann.first_name, ann.city) == ("王", "小明", "北京")


def test_a_dry_run_counts_the_same_and_changes_nothing(order: Make) -> None:
    importer.run(order("email,city\nann@example.org,Rome\nbo@example.org,Oslo\n"))
    text = (
        "email,city,Colour,tags,status\nann@example.org,Bonn,blue,new,active\nbo@example.org,Oslo,,,active\n"
        "cy@example.org,Paris,,,bounced\nrubbish,,,,\nANN@example.org,,,,\n"
    )
    before = (Contact.objects.count(), Import.objects.count(), Suppression.objects.count())
    rehearsed = importer.rehearse(order(text))
    assert (Contact.objects.count(), Import.objects.count(), Suppression.objects.count()) == before
    assert not CustomField.objects.exists()
    assert contact("ann@example.org").city == "Rome"
    assert rehearsed.id is None
    result = importer.run(order(text))
    assert counts(rehearsed) == counts(result) == (1, 1, 1, 1, 1, 1)


def test_a_dry_run_for_a_new_list_obeys_the_suppressions_of_its_brand_to_be(order: Make) -> None:
    brand = brands.default()
    suppression.suppress(
        address_hash("ann@example.org"), reason="unsubscribed", scope_key=f"brand:{brand.pk}"
    )
    rehearsed = importer.rehearse(order("email\nann@example.org\n"))
    assert rehearsed.suppressed == 1
    assert counts(rehearsed) == counts(importer.run(order("email\nann@example.org\n")))


def test_a_dry_run_does_not_make_the_list(order: Make) -> None:
    assert importer.rehearse(order("email\nann@example.org\n", list_slug="vip")).created == 1
    assert not List.objects.exists()


def test_a_file_that_is_wrong_as_a_whole_leaves_nothing_behind(order: Make) -> None:
    with pytest.raises(UnreadableFile, match="never closed"):
        importer.run(order('email,Colour\nann@example.org,blue\nbo@example.org,"red\n'))
    assert not (Contact.objects.exists() or List.objects.exists() or CustomField.objects.exists())
    assert not Import.objects.exists()


def test_a_file_without_an_address_column_is_refused(order: Make) -> None:
    with pytest.raises(UnreadableFile, match="no column of e-mail addresses"):
        importer.run(order("first name,city\nAnn,Rome\n"))


def test_a_file_without_a_header_does_not_lose_its_first_person(order: Make) -> None:
    with pytest.raises(UnreadableFile, match="an address instead of column names"):
        importer.run(order("ann@example.org,Ann\nbo@example.org,Bo\n"))
    assert not Contact.objects.exists()


def test_a_wrong_slug_and_an_empty_source_are_refused(order: Make) -> None:
    with pytest.raises(WrongCall, match="cannot be a list's slug"):
        importer.run(order("email\nann@example.org\n", list_slug="My News!"))
    with pytest.raises(WrongCall, match="source of consent is empty"):
        order("email\nann@example.org\n", source=" ")


def test_a_file_with_only_a_header_imports_nobody(order: Make) -> None:
    assert importer.run(order("email,name\n")).rows == 0
