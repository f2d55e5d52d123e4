"""Statements that lie as files: each is loaded, and says what it is for."""

from __future__ import annotations

import re

from tests.house.source import ROOMS, ROOT, product_files, shown

HEAD_LINES = 4


def test_every_sql_file_begins_with_its_four_lines() -> None:
    headless = []
    for path in product_files("*.sql"):
        head = path.read_text().splitlines()[: HEAD_LINES + 1]
        comments = [line for line in head[:HEAD_LINES] if line.startswith("-- ")]
        if len(comments) < HEAD_LINES or not "".join(head[HEAD_LINES:]).strip():
            headless.append(shown(path))
    assert headless == []


def test_every_sql_file_is_loaded_somewhere() -> None:
    literals = {room: set[str]() for room in ROOMS}
    for room in ROOMS:
        # Migrations too: what only PostgreSQL has is made there.
        for path in (ROOT / room).rglob("*.py"):
            literals[room] |= set(re.findall(r"[\"'](\w+)[\"']", path.read_text()))
    unloaded = []
    for path in product_files("*.sql"):
        name = path.name.split(".")[0]
        if name not in literals[path.relative_to(ROOT).parts[0]]:
            unloaded.append(shown(path))
    assert unloaded == []
