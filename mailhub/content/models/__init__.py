"""Letters with their immutable versions, the drafts in work, test letters and images."""

from mailhub.content.models.drafts import LetterDraft, SetAside
from mailhub.content.models.images import Image
from mailhub.content.models.letter import Letter, LetterVariant, LetterVersion
from mailhub.content.models.trials import TestLetter

__all__ = ["Image", "Letter", "LetterDraft", "LetterVariant", "LetterVersion", "SetAside", "TestLetter"]
