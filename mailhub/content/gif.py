"""Reads the blocks of a GIF and keeps only what shows: no comments, no foreign data behind its end."""

from __future__ import annotations

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
GRAPHIC_CONTROL, APPLICATION = 0xF9, 0xFF
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class BrokenGif(Exception):
    """The blocks do not add up."""


def clean(data: bytes) -> bytes:
    """The same pictures, delays and loop (GIF89a specification), without anything else. Raises BrokenGif."""
    try:
        return _clean(data)
    except IndexError as error:
        raise BrokenGif("It ends in the middle of a block.") from error


def _clean(data: bytes) -> bytes:
    position = 13 + _colours(data[10])
    kept = bytearray(data[:position])
    while data[position] != TRAILER:
        start = position
        if data[position] == EXTENSION:
            position = _skip(data, position + 2)
            keep = _shows(data, start)
        elif data[position] == IMAGE:
            position = _skip(data, position + 11 + _colours(data[position + 9]))
            keep = True
        else:
            raise BrokenGif("There is no such block.")
        if keep:
            kept += data[start:position]
    return bytes(kept) + bytes([TRAILER])


def _colours(flags: int) -> int:
    """Bytes of the colour table that follows."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip(data: bytes, position: int) -> int:
    """Behind the sub-blocks that begin here; each says its length first, 0 ends them."""
    while length := data[position]:
        position += length + 1
    return position + 1


def _shows(data: bytes, start: int) -> bool:
    label = data[start + 1]
    return label == GRAPHIC_CONTROL or (label == APPLICATION and data[start + 3 : start + 14] in LOOPS)
