"""Columns are recognised by their names in several languages and products."""

from __future__ import annotations

import pytest

from contacts.importing import mapping
from contacts.importing.keys import KnownField
from contacts.importing.mapping import Role
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.statuses import Standing
from contacts.models import FieldType

MAILCHIMP = (
    "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,"
    "CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,"
    "NOTES,TAGS"
).split(",")


def propose(*header: str, file_name: str = "people.csv") -> mapping.Mapping:
    return mapping.propose(header, file_name=file_name)


def targets(plan: mapping.Mapping) -> dict[str, str]:
    return {column.header: column.target for column in plan.columns if column.target}


def roles(plan: mapping.Mapping) -> dict[str, str]:
    return {column.header: column.role.value for column in plan.columns}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail", "email"),
        ("emailAddress", "email"),
        ("E-Mail-Adresse", "email"),
        ("电子邮箱", "email"),
        ("Vorname", "first_name"),
        ("名字", "first_name"),
        ("LNAME", "last_name"),
        ("Nachname", "last_name"),
        ("手机号", "phone"),
        ("Time Zone", "time_zone"),
        ("Stadt", "city"),
        ("Land", "country"),
        ("preferred_language", "locale"),
    ],
)
def test_names_of_columns_are_understood(header: str, field: str) -> None:
    assert targets(propose(header)) == {header: field}


def test_a_mailchimp_export_is_known() -> None:
    plan = propose(*MAILCHIMP)
    assert plan.format_ and plan.format_.name == "Mailchimp"
    found = targets(plan)
    assert found["Email Address"] == "email"
    assert (found["TIMEZONE"], found["CC"], found["TAGS"]) == ("time_zone", "country", "tags")
    kinds = roles(plan)
    assert kinds["OPTIN_TIME"] == kinds["CONFIRM_TIME"] == "consented_at"
    assert {kinds[name] for name in ("LEID", "EUID", "GMTOFF", "LATITUDE")} == {"ignored"}


def test_mailchimps_unsubscribed_and_cleaned_exports_say_so_by_a_column() -> None:
    plan = propose(*MAILCHIMP, "UNSUB_TIME", "CLEAN_TIME", "UNSUB_CAMPAIGN_TITLE")
    assert [(column.header, column.target) for column in plan.having(Role.WITHDRAWAL)] == [
        ("UNSUB_TIME", "unsubscribed"),
        ("CLEAN_TIME", "hard_bounce"),
    ]


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("subscribed_email_audience_export_1.csv", Standing.SUBSCRIBED),
        ("nonsubscribed_email_audience_export_1.csv", Standing.NEVER),
        ("unsubscribed_members_export_1.csv", Standing.UNSUBSCRIBED),
        ("cleaned_email_audience_export_1.csv", Standing.HARD_BOUNCE),
    ],
)
def test_mailchimps_file_names_count_for_its_own_exports_only(name: str, standing: Standing) -> None:
    assert propose(*MAILCHIMP, file_name=name).standing == standing
    assert propose("email", "name", file_name=name).standing == Standing.SUBSCRIBED


def test_what_an_error_file_carries_counts_without_its_other_columns_too() -> None:
    kinds = roles(propose(*MAILCHIMP, "mailhub_standing"))
    assert (kinds["mailhub_standing"], kinds["LEID"]) == ("status", "ignored")


def test_a_klaviyo_export_is_known() -> None:
    plan = propose(
        "Email", "Klaviyo ID", "First Name", "State / Region", "Email Marketing Consent", "Email Suppressions"
    )
    assert plan.format_ and plan.format_.name == "Klaviyo"
    assert roles(plan) == {
        "Email": "email",
        "Klaviyo ID": "ignored",
        "First Name": "field",
        "State / Region": "custom",
        "Email Marketing Consent": "consent",
        "Email Suppressions": "withdrawal",
    }


def test_a_listmonk_export_is_known() -> None:
    plan = propose("uuid", "email", "name", "attributes", "status", "created_at", "updated_at")
    assert plan.format_ and plan.format_.name == "listmonk"
    assert roles(plan)["attributes"] == "attributes"
    assert roles(plan)["uuid"] == roles(plan)["created_at"] == "ignored"


def test_of_two_address_columns_the_surer_one_is_the_address() -> None:
    plan = propose("Work Email", "Email")
    assert targets(plan) == {"Email": "email"}
    assert roles(plan)["Work Email"] == "custom"


def test_a_whole_name_beside_first_and_last_name_is_left_out() -> None:
    assert roles(propose("email", "Name", "First Name", "Last Name"))["Name"] == "ignored"
    assert roles(propose("email", "Name", "First Name"))["Name"] == "name"


def test_unknown_columns_get_keys_and_guessed_types() -> None:
    draft = propose("email", "Favourite Colour", "Größe", "爱好", "id", "Favourite-Colour")
    plan = mapping.complete(draft, kinds={2: FieldType.NUMBER}, attributes={}, known=[])
    keys = [column.target for column in plan.having(Role.CUSTOM)]
    assert keys[:2] == ["favourite_colour", "groesse"]
    assert keys[2].startswith("field_")
    assert keys[3:] == ["custom_id", "favourite_colour_2"]
    assert plan.columns[2].kind == FieldType.NUMBER


def test_a_field_that_is_there_keeps_its_key_and_type() -> None:
    known = [
        KnownField("colour", "Lieblingsfarbe", FieldType.TEXT),
        KnownField("points", "P", FieldType.TEXT),
    ]
    plan = mapping.complete(
        propose("email", "lieblingsfarbe", "Points"), kinds={2: FieldType.NUMBER}, attributes={}, known=known
    )
    assert [(column.target, column.kind) for column in plan.having(Role.CUSTOM)] == [
        ("colour", FieldType.TEXT),
        ("points", FieldType.TEXT),
    ]


def test_a_column_full_of_addresses_is_taken_whatever_its_name() -> None:
    plan = mapping.with_email(propose("Kontakt", "Ort"), index=0, file_name="people.csv")
    assert targets(plan)["Kontakt"] == "email"


def test_a_file_without_addresses_lists_its_columns() -> None:
    with pytest.raises(
        UnreadableFile, match="no column of e-mail addresses; its columns are “Vorname”, “Ort”"
    ):
        mapping.with_email(propose("Vorname", "Ort"), index=None, file_name="people.csv")


def test_a_file_without_a_header_is_told_so() -> None:
    with pytest.raises(UnreadableFile, match="an address instead of column names"):
        mapping.with_email(propose("ann@example.org", "Ann"), index=0, file_name="people.csv")
