"""Contact files as other products write them, made by the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contacts.importing.importer import Order

SOURCE = "Spring fair, sign-up sheet"


@pytest.fixture
def order(tmp_path: Path) -> Callable[..., Order]:
    """`order(text)`: an order to import a file with that text into the list `news`."""

    def make(
        text: str | bytes,
        *,
        name: str = "people.csv",
        list_slug: str = "news",
        source: str = SOURCE,
        empty: str = "keep",
    ) -> Order:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return Order(path, list_slug, source, empty)

    return make
