"""Keeps images: clean files under names made from their bytes, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.content import pictures
from mailhub.content.models import Image
from mailhub.content.models.images import FOLDER
from mailhub.lib.errors import UserError


class WrongImage(UserError):
    """An image's name or text will not do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`is_new` is False when the same picture was in the library before."""

    image: Image
    is_new: bool


def add(data: bytes, *, name: str, alt: str = "", author: str = "") -> Kept:
    """The picture in the library. Raises pictures.NoPicture with what is wrong with the file."""
    picture = pictures.make(data)
    digest = sha256(picture.data).hexdigest()[:32]
    file_name = f"{digest}.{picture.ending}"
    path = f"{FOLDER}/{file_name}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(picture.data))
    image, is_new = Image.objects.get_or_create(
        file_name=file_name,
        defaults={
            "name": tidy_name(name, ending=picture.ending),
            "alt": alt.strip()[:300],
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
            "size": len(picture.data),
            "animated": picture.animated,
            "uploaded_by": author[:150],
        },
    )
    return Kept(image, is_new)


def describe(image: Image, *, name: str, alt: str) -> None:
    """Change what the library says of it; letters keep the text that they have. Raises WrongImage."""
    if not name.strip():
        raise WrongImage(_("An image needs a name."))
    image.name, image.alt = name.strip()[:200], alt.strip()[:300]
    image.save(update_fields=["name", "alt"])


def delete(image: Image) -> None:
    """Out of the library, and its file gone: letters that show it have an empty place from now on."""
    path = image.path
    with transaction.atomic():
        image.delete()
        transaction.on_commit(lambda: default_storage.delete(path))


def tidy_name(name: str, *, ending: str) -> str:
    """A file's name as words: without folders and ending, printable, never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    printable = "".join(sign for sign in stem if sign.isprintable()).strip()
    return printable[:200] or f"image.{ending}"
