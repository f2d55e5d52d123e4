"""Every text for people is said in Chinese, with the same values, and the compiled catalogues are those written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import texts
from tests.house.source import ROOT, product_files, shown
from tests.house.test_translations import ENGLISH_FOLDERS

VALUE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
CATALOGUES = texts.catalogues()
each_catalogue = pytest.mark.parametrize(
    "path", CATALOGUES, ids=[str(path.parents[3].name) for path in CATALOGUES]
)


def test_every_text_that_is_marked_is_in_a_catalogue() -> None:
    known = {
        text for path in CATALOGUES for message in texts.written(path) for text in texts.sides(message)[0]
    }
    missing = set()
    for path in product_files("*.py"):
        if not set(path.relative_to(ROOT).parts) & ENGLISH_FOLDERS:
            missing |= {(shown(path), found[0]) for found in texts.of_module(path) if found[0] not in known}
    for path in product_files("*.html"):
        missing |= {(shown(path), found[0]) for found in texts.of_template(path) if found[0] not in known}
    assert sorted(missing) == []


@each_catalogue
def test_every_text_is_translated_with_the_same_values(path: Path) -> None:
    wrong = []
    for message in texts.written(path):
        english, chinese = texts.sides(message)
        wanted = [sorted(VALUE.findall(text)) for text in english]
        if message.id and (not chinese or message.fuzzy or sorted(VALUE.findall(chinese)) not in wanted):
            wrong.append((english[0], chinese))
    assert wrong == []


@each_catalogue
def test_the_compiled_catalogue_is_the_written_one(path: Path) -> None:
    def said(catalogue: texts.Catalog) -> dict[tuple[str, str], str]:
        found = {}
        for message in filter(lambda each: each.id, catalogue):
            english, chinese = texts.sides(message)
            context = message.context or ""
            found[context.decode() if isinstance(context, bytes) else context, english[0]] = chinese
        return found

    assert said(texts.compiled(path)) == said(texts.written(path))


def test_all_rooms_that_show_something_have_a_catalogue() -> None:
    assert {path.parents[3].name for path in CATALOGUES} >= {
        "accounts", "campaigns", "contacts", "content", "delivery", "mailhub", "reports", "web",
    }  # fmt: skip
