"""Letters: what they are called, their immutable versions, and each version's languages."""

from mailhub.content.models.letter import Letter, LetterVariant, LetterVersion

__all__ = ["Letter", "LetterVariant", "LetterVersion"]
