"""Uploads: judged by what is in them, cleaned of what is hidden in them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from mailhub.content import pictures
from mailhub.content.pictures import NoPicture

GPS_IFD, MAKE = 0x8825, 0x010F


def image(kind: str, *, size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0b6b62").save(out, kind, **options)
    return out.getvalue()


def animation(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "ending", "content_type"),
    [
        ("PNG", "png", "image/png"),
        ("JPEG", "jpg", "image/jpeg"),
        ("GIF", "gif", "image/gif"),
        ("WEBP", "webp", "image/webp"),
    ],
)
def test_the_type_is_what_the_bytes_are(kind: str, ending: str, content_type: str) -> None:
    picture = pictures.make(image(kind))
    assert (picture.ending, picture.content_type) == (ending, content_type)
    assert (picture.width, picture.height, picture.animated) == (40, 20, False)
    assert opened(picture.data).format == kind


def test_place_and_camera_are_taken_out_of_a_photograph_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[MAKE] = "SecretCam"
    exif[0x0112] = 6
    exif[GPS_IFD] = {1: "N", 2: (52.0, 31.0, 0.0)}
    picture = pictures.make(image("JPEG", exif=exif, comment=b"secret comment"))
    assert (picture.width, picture.height) == (20, 40)
    assert b"SecretCam" not in picture.data
    assert b"secret" not in picture.data
    assert not opened(picture.data).getexif()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_stays_one(kind: str) -> None:
    picture = pictures.make(animation(kind))
    assert picture.animated
    assert getattr(opened(picture.data), "n_frames", 1) == 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_is_glued_behind_a_picture_is_cut_off(kind: str) -> None:
    picture = pictures.make(image(kind) + b"<script>alert(1)</script>PK\x03\x04")
    assert b"script" not in picture.data
    assert b"PK\x03\x04" not in picture.data


def test_a_comment_in_a_gif_is_taken_out() -> None:
    assert b"script" not in pictures.make(image("GIF", comment=b"<script>alert(1)</script>")).data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "SVG"),
        (b"MZ\x90\x00 a program", "no PNG"),
        (b"GIF89a<script>alert(1)</script>", "damaged|no PNG"),
        (b"%PDF-1.7", "no PNG"),
        (b"x" * 5_000_001, "5 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NoPicture, match=reason):
        pictures.make(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_a_picture_is_refused(kind: str) -> None:
    whole = image(kind, size=(300, 300)) if kind != "GIF" else animation(kind)
    with pytest.raises(NoPicture):
        pictures.make(whole[: len(whole) // 2])


def test_a_picture_of_another_kind_is_refused() -> None:
    with pytest.raises(NoPicture, match="no PNG"):
        pictures.make(image("BMP"))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9999))


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8_000, 8_000), (2_000_000_000, 1)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    with pytest.raises(NoPicture, match="pixels"):
        pictures.make(bomb(width, height))
