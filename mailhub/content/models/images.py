"""Image: a picture that letters show."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailhub.lib import clock

FOLDER = "images"


class Image(models.Model):
    """One picture. Its file is named for its bytes and never changes, so that it can be kept for good."""

    name = models.CharField(_("name"), max_length=200)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Read where it is not seen."),
    )
    file_name = models.CharField(max_length=80, unique=True, help_text="32 hex digits and the type's ending.")
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    animated = models.BooleanField(default=False)
    uploaded_by = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where its file lies in the storage."""
        return f"{FOLDER}/{self.file_name}"

    @property
    def url(self) -> str:
        """Its address on this host."""
        return default_storage.url(self.path)

    @property
    def source(self) -> str:
        """Its address as a letter writes it: on the host of whichever brand sends."""
        return f"{{{{ brand.url }}}}{self.url}"
