"""Consent records can be neither rewritten nor deleted; names are found by their beginning on PostgreSQL."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FACTS = (
    "id",
    "address_hash",
    "list_id",
    "list_name",
    "action",
    "basis",
    "basis_expires_at",
    "method",
    "source",
    "wording",
    "form_version",
    "actor",
    "import_id",
    "occurred_at",
    "recorded_at",
)
REFUSAL = "A consent record is written once: it is neither changed nor deleted."

# {same} is the operator that takes two NULLs for equal.
TOUCHED = " OR ".join(f"NOT (NEW.{fact} {{same}} OLD.{fact})" for fact in FACTS)
# Erasure may take these away, and nothing may put others in their place.
REPLACED = (
    "(NEW.contact_id IS NOT NULL AND NOT (NEW.contact_id {same} OLD.contact_id))"
    " OR (NEW.ip IS NOT NULL AND NOT (NEW.ip {same} OLD.ip))"
    " OR (NEW.user_agent <> '' AND NEW.user_agent <> OLD.user_agent)"
)
POSTGRESQL_CHANGED = f"{TOUCHED} OR {REPLACED}".format(same="IS NOT DISTINCT FROM")
SQLITE_CHANGED = f"{TOUCHED} OR {REPLACED}".format(same="IS")

POSTGRESQL = [
    f"""
    CREATE FUNCTION contacts_refuse_consent_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER consent_record_is_final BEFORE UPDATE ON contacts_consentrecord
    FOR EACH ROW WHEN ({POSTGRESQL_CHANGED}) EXECUTE FUNCTION contacts_refuse_consent_change()
    """,
    """
    CREATE TRIGGER consent_record_stays BEFORE DELETE ON contacts_consentrecord
    FOR EACH ROW EXECUTE FUNCTION contacts_refuse_consent_change()
    """,
    # Django's istartswith compares UPPER(column::text) with LIKE; only this operator class serves it.
    "CREATE INDEX contact_last_name_prefix ON contacts_contact (UPPER(last_name::text) text_pattern_ops)",
    "CREATE INDEX contact_first_name_prefix ON contacts_contact (UPPER(first_name::text) text_pattern_ops)",
]
POSTGRESQL_BACK = [
    "DROP INDEX contact_first_name_prefix",
    "DROP INDEX contact_last_name_prefix",
    "DROP TRIGGER consent_record_stays ON contacts_consentrecord",
    "DROP TRIGGER consent_record_is_final ON contacts_consentrecord",
    "DROP FUNCTION contacts_refuse_consent_change()",
]

# Django rebuilds a SQLite table to alter it, and the triggers are lost with the old one: a migration that
# alters consent records makes them anew, by running `forward` again.
SQLITE = [
    f"""
    CREATE TRIGGER consent_record_is_final BEFORE UPDATE ON contacts_consentrecord
    WHEN {SQLITE_CHANGED}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    f"""
    CREATE TRIGGER consent_record_stays BEFORE DELETE ON contacts_consentrecord
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER IF EXISTS consent_record_stays",
    "DROP TRIGGER IF EXISTS consent_record_is_final",
]


def forward(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else SQLITE_BACK)


def _run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
    for statement in statements:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunPython(forward, back)]
