"""The words of a sign-up form: what staff wrote, and MailHub's own where they wrote nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import List, OptIn, SignUpForm

# Name of a text → what staff read beside its field.
NAMES = {
    "headline": gettext_lazy("Headline"),
    "promise": gettext_lazy("What comes, and how often"),
    "wording": gettext_lazy("Consent wording"),
    "button": gettext_lazy("Button"),
    "thanks": gettext_lazy("Thank-you text after signing up"),
    "welcome": gettext_lazy("Welcome text after confirming"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """All that one page of a form says, in one language; `promise` and `welcome` may be empty."""

    language: str
    headline: str
    promise: str
    wording: str
    button: str
    thanks: str
    welcome: str

    @classmethod
    def kept(cls, language: str, texts: Mapping[str, str]) -> Words:
        """Out of a FormVersion, which has them all."""
        return cls(language, **{name: texts.get(name, "") for name in NAMES})

    def as_texts(self) -> dict[str, str]:
        texts = asdict(self)
        del texts["language"]
        return texts


def of(form: SignUpForm, lists: Iterable[List], *, language: str) -> Words:
    """What the form says in that language: its own text, else the brand's language's, else MailHub's."""
    own: Mapping[str, Any] = form.texts or {}
    with translation.override(language):
        said = _own_words(form, list(lists))
    for code in (form.brand.language.lower(), language):
        said |= {name: text for name, text in own.get(code, {}).items() if text and name in NAMES}
    return Words.kept(language, said)


def languages(form: SignUpForm) -> list[str]:
    """Every language that the form has words in."""
    return sorted({code for code, _name in settings.LANGUAGES} | set(form.texts or {}))


def shown(words: Words, lists: Iterable[List]) -> str:
    """The exact wording of the page, line by line, as the consent record keeps it."""
    names = "; ".join(list_.name for list_ in lists)
    lines = [words.headline, words.promise, names, words.wording, f"[{words.button}]"]
    return "\n".join(line for line in lines if line)


def _own_words(form: SignUpForm, lists: list[List]) -> dict[str, str]:
    single = lists[0] if len(lists) == 1 else None
    asks = any(list_.opt_in == OptIn.DOUBLE for list_ in lists)
    return {
        "headline": _("“%(list)s” by e-mail") % {"list": single.name}
        if single
        else _("Letters from %(brand)s") % {"brand": form.brand.name},
        "promise": single.description if single else "",
        "wording": _(
            "Send me these letters by e-mail. I can unsubscribe at any time with the link in each of them."
        ),
        "button": _("Sign up"),
        "thanks": _("Look in your inbox: we have sent a link to confirm your address.")
        if asks
        else _("Thank you. The next letter comes by e-mail."),
        "welcome": "",
    }
