"""The image library, and which letters show an image."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from mailhub.content.models import Image, Letter


def listed(text: str = "") -> QuerySet[Image]:
    images = Image.objects.all()
    return images.filter(Q(name__icontains=text) | Q(alt__icontains=text)) if text else images


def used_in(image: Image) -> list[Letter]:
    """Letters of which a version or a draft shows the image, by name."""
    name = image.file_name
    shows = (
        Q(versions__variants__body__contains=name)
        | Q(versions__variants__text__contains=name)
        | Q(drafts__body__contains=name)
        | Q(drafts__text__contains=name)
    )
    return list(Letter.objects.filter(shows).distinct().order_by("name", "id"))
