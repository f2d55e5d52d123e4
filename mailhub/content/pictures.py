"""Judges an uploaded file by what is in it, and makes of it a picture that can safely be shown to anybody."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from mailhub.content import gif
from mailhub.lib.errors import UserError

MAX_BYTES = 5_000_000
MAX_PIXELS = 40_000_000
MAX_FRAMES = 500
TYPES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg")} | {
    "GIF": ("gif", "image/gif"),
    "WEBP": ("webp", "image/webp"),
}
UPRIGHT, ORIENTATION = 1, 0x0112
QUALITY = 90


class NoPicture(UserError):
    """A file that cannot be kept as an image; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: its own bytes, no hidden data (camera, place, comments), one type."""

    data: bytes
    ending: str
    content_type: str
    width: int
    height: int
    animated: bool


def make(data: bytes) -> Picture:
    """A clean picture of an upload. Raises NoPicture.

    The type is what the bytes are, whatever the file's name. All but GIFs are written anew, so that
    nothing hidden comes along; a photograph is turned as its camera said first.
    """
    _require_plausible(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            return _read(data)
    except NoPicture:
        raise
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise NoPicture(_too_large()) from error
    # Broken files make Pillow raise nearly anything, SyntaxError and struct.error among it.
    except Exception as error:
        raise NoPicture(_("This file is damaged: it cannot be read to its end.")) from error


def _require_plausible(data: bytes) -> None:
    if not data:
        raise NoPicture(_("This file is empty."))
    if len(data) > MAX_BYTES:
        raise NoPicture(
            _("This file has %(size).1f MB; an image may have 5 MB. Make it smaller and upload it again.")
            % {"size": len(data) / 1_000_000}
        )
    beginning = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        raise NoPicture(
            _("SVG is not shown by most mail programs, and can carry scripts. Save the drawing as PNG.")
        )


def _read(data: bytes) -> Picture:
    try:
        image = Pillow.open(io.BytesIO(data), formats=list(TYPES))
    except UnidentifiedImageError as error:
        raise NoPicture(
            _("This is no PNG, JPEG, GIF or WebP image; mail programs show no other kinds.")
        ) from error
    with image:
        frames = getattr(image, "n_frames", 1)
        if image.width * image.height > MAX_PIXELS or frames > MAX_FRAMES:
            raise NoPicture(_too_large())
        if image.width * image.height * frames > 4 * MAX_PIXELS:
            raise NoPicture(_too_large())
        ending, content_type = TYPES[image.format or ""]
        written, (width, height) = _write(image, data, frames)
    return Picture(written, ending, content_type, width, height, frames > 1)


def _write(image: Pillow.Image, data: bytes, frames: int) -> tuple[bytes, tuple[int, int]]:
    """The picture's clean bytes and its size. Whatever is not handed on here does not come along."""
    if image.format == "GIF":
        # Its pictures stay as they are, byte for byte; loading each says whether it is whole.
        for frame in range(frames):
            image.seek(frame)
            image.load()
        return gif.clean(data), image.size
    image.load()
    out = io.BytesIO()
    profile = image.info.get("icc_profile")
    if image.format == "JPEG":
        upright = _save_upright(image, out, profile=profile)
        return out.getvalue(), upright
    options = {"save_all": True} if frames > 1 else {}
    if image.format == "WEBP":
        image.save(out, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=profile, **options)
    else:
        image.save(out, "PNG", optimize=len(data) < 1_000_000, exif=b"", icc_profile=profile, **options)
    return out.getvalue(), image.size


def _save_upright(image: Pillow.Image, out: io.BytesIO, *, profile: bytes | None) -> tuple[int, int]:
    """Write a photograph turned as its camera said, without camera, place and comment; its size."""
    turned = image.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT
    upright = ImageOps.exif_transpose(image) if turned else image
    # Unturned, the camera's own tables are kept, and hardly anything is lost.
    quality: int | str = QUALITY if turned else "keep"
    upright.save(out, "JPEG", quality=quality, icc_profile=profile, comment=b"", optimize=True)
    return upright.size


def _too_large() -> str:
    return _("This image has too many pixels: at most 40 million, such as 8000 × 5000. Make it smaller.")
