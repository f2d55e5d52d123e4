"""Finds the project's own source, for the tests that read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("mailhub", "contacts", "campaigns", "automation", "reports")


def product_files(pattern: str) -> Iterator[Path]:
    """The files of the product itself: neither tests nor migrations."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob(pattern)):
            if "migrations" not in path.parts and path.is_file():
                yield path


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
