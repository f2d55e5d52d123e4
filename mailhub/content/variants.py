"""The source of one language of a letter, as an author writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["html", "mjml", "markdown"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class VariantSource:
    """Liquid sources; `text` is "" when the text part is to be made from the body.

    `locale` is a BCP 47 tag such as "en" or "zh-Hans".
    """

    kind: Kind
    locale: str
    subject: str
    body: str
    preheader: str = ""
    text: str = ""
