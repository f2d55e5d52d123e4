"""What a dispatch says, compiled once and kept with it."""

from __future__ import annotations

from django.db import models


class CompiledLetter(models.Model):
    """A letter of one dispatch in one language: the program of chunks and holes."""

    dispatch = models.ForeignKey("delivery.Dispatch", on_delete=models.CASCADE, related_name="compiled")
    locale = models.CharField(max_length=35)
    fallback = models.BooleanField(default=False, help_text="Taken when no language fits.")
    version_id = models.BigIntegerField(help_text="The content version that it was compiled from.")
    program = models.TextField(help_text="JSON, as the content engine writes it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "locale"], name="compiled_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.locale}"


class DispatchLink(models.Model):
    """Where a tracked link of a dispatch leads: the only addresses that a click may be sent on to."""

    dispatch = models.ForeignKey("delivery.Dispatch", on_delete=models.CASCADE, related_name="links")
    number = models.PositiveIntegerField()
    template = models.TextField(
        help_text="The address; its {{ holes }} take their values from the signed token."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "number"], name="link_number_once_per_dispatch")
        ]

    def __str__(self) -> str:
        return self.template


class PreparedLetter(models.Model):
    """A letter that came to the post office ready-made (password mails and the like)."""

    dispatch = models.OneToOneField("delivery.Dispatch", on_delete=models.CASCADE, related_name="prepared")
    mime = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.dispatch_id}"
