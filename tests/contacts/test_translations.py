"""Everything that customers read is said in Chinese too."""

from __future__ import annotations

import pytest
from django.utils import translation

from contacts.models import Frequency, Reason
from tests.house import texts as marked
from tests.house.source import ROOT

TEMPLATES = [
    ROOT / "mailhub/web/templates/web/public.html",
    *sorted((ROOT / "contacts/templates/contacts").glob("*.*")),
    *sorted((ROOT / "contacts/templates/contacts/mail").glob("*.*")),
]
MODULES = [
    ROOT / "contacts/services/form_texts.py",
    *(ROOT / f"contacts/views/{name}.py" for name in ("joining", "lost", "preferences", "self_service")),
]


def untranslated(texts: tuple[str, ...]) -> bool:
    with translation.override("zh-hans"):
        said = (
            translation.ngettext(texts[0], texts[1], 2) if len(texts) > 1 else translation.gettext(texts[0])
        )
    return said in texts


def all_texts() -> list[tuple[str, ...]]:
    found = [texts for path in TEMPLATES for texts in marked.of_template(path)]
    found += [texts for path in MODULES for texts in marked.of_module(path)]
    return sorted({texts for texts in found if texts})


def test_the_texts_are_found() -> None:
    texts = {texts[0] for texts in all_texts()}

    assert {"Sign up", "Undo", "This link has ended", "Yes, subscribe me", "Headline"} <= texts
    assert len(texts) > 90


def test_every_public_text_is_translated() -> None:
    assert [texts for texts in all_texts() if untranslated(texts)] == []


@pytest.mark.parametrize("choices", [Reason, Frequency])
def test_every_choice_is_translated(choices: type[Reason] | type[Frequency]) -> None:
    with translation.override("zh-hans"):
        said = [str(choice.label) for choice in choices]
    with translation.override("en"):
        assert not set(said) & {str(choice.label) for choice in choices}
