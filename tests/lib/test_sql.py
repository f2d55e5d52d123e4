"""Arrays as text, read back by the driver as PostgreSQL's answers are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from psycopg import adapters
from psycopg.adapt import Transformer
from psycopg.pq import Format

from mailhub.lib import sql

texts = st.lists(st.text(st.sampled_from('",\\{} né中') | st.characters(exclude_categories=["Cs"])))


def read_back(array: str, kind: str) -> list[Any]:
    loader = Transformer().get_loader(adapters.types[kind].array_oid, Format.TEXT)
    return list(loader.load(array.encode()))


@given(texts)
def test_texts_come_back_as_they_were(values: list[str]) -> None:
    assert read_back(sql.texts(values), "text") == values


def test_a_text_may_be_empty_or_look_like_nothing() -> None:
    assert read_back(sql.texts([""]), "text") == [""]
    assert read_back(sql.texts(["NULL", "{}"]), "text") == ["NULL", "{}"]


def test_numbers_and_moments_come_back_as_they_were() -> None:
    moment = datetime(2026, 11, 29, 9, 30, 1, 234567, tzinfo=UTC)
    assert read_back(sql.numbers([7, 2**40, -1]), "int8") == [7, 2**40, -1]
    assert read_back(sql.moments([moment, None]), "timestamptz") == [moment, None]
