"""What a contact file may be at most, and the error for one that can't be read (rules 9.2)."""

from __future__ import annotations

from mailhub.lib.errors import UserError

FILE_BYTES = 200 * 1024 * 1024
ROW_CHARACTERS = 1024 * 1024
COLUMNS = 500
COMPRESSION_RATIO = 100
# Below this a high ratio harms nobody: a small sheet of equal cells compresses very well.
RATIO_MATTERS_BYTES = 4 * 1024 * 1024
# openpyxl keeps all texts of a workbook in memory.
SHARED_TEXT_BYTES = 100 * 1024 * 1024
WORKBOOK_CELLS = 20_000_000


class UnreadableFile(UserError):
    """The file as a whole can't be imported; nothing of it was."""
