"""Names, copies, the archive, and what may be deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mailhub.content import previewing, usage
from mailhub.content.models import Letter
from mailhub.content.services import catalogue
from mailhub.content.services.drafts import Author
from mailhub.content.services.letters import WrongLetter
from mailhub.content.usage import Use
from mailhub.lib import clock

MakeLetter = Callable[..., Letter]
ANN = Author("Ann", clock.now())


@pytest.fixture
def used_everywhere() -> Iterator[None]:
    usage.register("test", lambda ids: {each: [Use("Campaign", "Spring sale")] for each in ids})
    yield
    usage.register("test", lambda ids: {})


def test_a_letter_is_described(make_letter: MakeLetter) -> None:
    letter = make_letter()
    catalogue.describe(letter, name=" Summer ", description="For June", is_template=True)
    letter.refresh_from_db()
    assert (letter.name, letter.description, letter.is_template) == ("Summer", "For June", True)
    with pytest.raises(WrongLetter, match="name"):
        catalogue.describe(letter, name=" ", description="", is_template=False)


def test_a_copy_has_every_language_and_a_life_of_its_own(make_letter: MakeLetter) -> None:
    version = catalogue.duplicate(
        make_letter("en", "de"), name="Copy", schema=previewing.schema(), author=ANN
    )
    assert (version.number, version.created_by, version.letter.name) == (1, "Ann", "Copy")
    assert {each.locale for each in version.variants.all()} == {"en", "de"}


def test_a_letter_goes_into_the_archive_and_comes_back(make_letter: MakeLetter) -> None:
    letter = make_letter()
    catalogue.archive(letter, now=ANN.now)
    letter.refresh_from_db()
    assert letter.archived_at == ANN.now
    catalogue.unarchive(letter)
    letter.refresh_from_db()
    assert letter.archived_at is None


def test_a_letter_that_nothing_uses_is_deleted_with_its_versions(make_letter: MakeLetter) -> None:
    letter = make_letter("en", "de")
    catalogue.delete(letter)
    assert not Letter.objects.exists()


def test_a_letter_in_use_stays(make_letter: MakeLetter, used_everywhere: None) -> None:
    letter = make_letter()
    with pytest.raises(catalogue.InUse, match="Spring sale"):
        catalogue.delete(letter)
    assert letter.versions.exists()
