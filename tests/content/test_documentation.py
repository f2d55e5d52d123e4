"""docs/letters.md names everything that a letter may use."""

from __future__ import annotations

from pathlib import Path

import mailhub
from mailhub.content.engine.environment import FILTERS, TAGS
from mailhub.content.schema import FIXED

PAGE = (Path(mailhub.__file__).parent.parent / "docs" / "letters.md").read_text(encoding="utf-8")


def test_every_name_filter_and_tag_is_documented() -> None:
    names = [*(field.path for field in FIXED), *FILTERS, *TAGS]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
