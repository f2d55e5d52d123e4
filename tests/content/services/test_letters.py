"""Letters in the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from mailhub.content.models import Letter, LetterVariant, LetterVersion
from mailhub.content.problems import LetterError
from mailhub.content.services import letters
from mailhub.content.services.letters import WrongLetter
from tests.content.letters_at_hand import SCHEMA, variant

pytestmark = pytest.mark.django_db


def create(*locales: str, default: str = "en") -> LetterVersion:
    return letters.create(
        "Spring",
        kind="html",
        variants=[variant(f"<p>{locale}</p>", locale=locale) for locale in locales],
        default_locale=default,
        schema=SCHEMA,
    )


def test_a_letter_is_made_with_its_first_version_and_languages() -> None:
    version = create("en", "zh-Hans")
    assert (version.number, version.letter.kind) == (1, "html")
    first = version.variants.get(locale="zh-Hans")
    assert letters.source_of(first) == variant("<p>zh-Hans</p>", locale="zh-Hans")


def test_a_revision_is_a_new_version_and_the_old_one_stays() -> None:
    old = create("en")
    new = letters.revise(old.letter, variants=[variant("<p>new</p>")], default_locale="en", schema=SCHEMA)
    assert new.number == 2
    assert old.variants.get().body == "<p>en</p>"


def test_a_wrong_letter_is_refused_whole_with_all_its_problems() -> None:
    wrong = [variant("{{ a }}"), variant("{{ b }}", locale="de")]
    with pytest.raises(LetterError) as error:
        letters.create("x", kind="html", variants=wrong, default_locale="en", schema=SCHEMA)
    assert len(error.value.problems) == 2
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("name", "kind", "locales", "default"),
    [
        (" ", "html", ["en"], "en"),
        ("x", "docx", ["en"], "en"),
        ("x", "mjml", ["en"], "en"),
        ("x", "html", ["en"], "de"),
        ("x", "html", ["en", "EN"], "en"),
        ("x", "html", [], "en"),
        ("x", "html", ["e n"], "e n"),
    ],
)
def test_a_letter_whose_parts_do_not_fit_is_refused(
    name: str, kind: str, locales: list[str], default: str
) -> None:
    variants = [variant("<p>x</p>", locale=locale) for locale in locales]
    with pytest.raises(WrongLetter):
        letters.create(name, kind=kind, variants=variants, default_locale=default, schema=SCHEMA)


@pytest.mark.parametrize("table", [LetterVersion, LetterVariant])
def test_the_database_refuses_to_change_a_version(table: type[LetterVersion] | type[LetterVariant]) -> None:
    create("en")
    with (
        pytest.raises(DatabaseError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table._meta.db_table} SET id = id")
    table.objects.all().count()


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("de", "de"), ("de-AT", "de"), ("DE_at", "de"), ("en-GB", "en-GB"), ("en-US", "en"), ("fr", "en"), ("", "en"),
        ("zh-TW", "zh-Hant"), ("zh-CN", "zh-Hans"), ("zh", "zh-Hans"), ("zh-Hant-HK", "zh-Hant"),
    ],
)  # fmt: skip
def test_the_variant_is_chosen_by_locale_then_language_then_the_stated_fallback(
    wanted: str, chosen: str
) -> None:
    version = create("zh-Hant", "de", "en-GB", "en", "zh-Hans")
    assert letters.choose_variant(version, locale=wanted).locale == chosen
