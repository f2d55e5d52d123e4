"""The working copy: saved while one writes, and nobody's words lost when two write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mailhub.content import previewing
from mailhub.content.models import Letter
from mailhub.content.problems import LetterError
from mailhub.content.selectors import drafts as working
from mailhub.content.selectors.drafts import NoSuchLanguage
from mailhub.content.services import drafts
from mailhub.content.services.drafts import Author
from mailhub.content.services.letters import WrongLetter
from mailhub.lib import clock

NOW = clock.now()
ANN, BO = Author("Ann", NOW), Author("Bo", NOW + timedelta(minutes=1))
MakeLetter = Callable[..., Letter]


def subject_of(letter: Letter, locale: str = "en") -> str:
    return working.working_copy(letter).language(locale).source.subject


def save(letter: Letter, subject: str, *, author: Author = ANN, mark: str = "", locale: str = "en"):
    current = working.working_copy(letter).language(locale)
    source = replace(current.source, subject=subject)
    return drafts.save(letter, source=source, mark=mark or current.mark, author=author)


def test_a_draft_is_kept_and_the_version_stays(make_letter: MakeLetter) -> None:
    letter = make_letter("en", "de")
    save(letter, "Spring is here")
    copy = working.working_copy(letter)
    assert (copy.is_changed, copy.newest.number) == (True, 1)
    assert (subject_of(letter), subject_of(letter, "de")) == ("Spring is here", "News")
    assert copy.newest.variants.get(locale="en").subject == "News"


def test_a_draft_may_be_wrong_but_no_version_is_made_of_it(make_letter: MakeLetter) -> None:
    letter = make_letter()
    save(letter, "{{ contact.frist_name }}")
    with pytest.raises(LetterError, match="frist_name"):
        drafts.publish(letter, schema=previewing.schema(), author=ANN)
    assert subject_of(letter) == "{{ contact.frist_name }}"
    assert letter.versions.count() == 1


def test_a_version_is_made_of_the_draft_with_who_and_why(make_letter: MakeLetter) -> None:
    letter = make_letter()
    save(letter, "Spring is here")
    version = drafts.publish(letter, schema=previewing.schema(), author=BO, note="New subject")
    assert (version.number, version.created_by, version.note) == (2, "Bo", "New subject")
    assert version.size > 0
    assert not letter.drafts.exists()


def test_no_version_is_made_of_nothing(make_letter: MakeLetter) -> None:
    letter = make_letter()
    save(letter, "Other")
    save(letter, "News")
    with pytest.raises(drafts.NothingChanged, match="version 1"):
        drafts.publish(letter, schema=previewing.schema(), author=ANN)
    assert letter.versions.count() == 1


def test_who_saves_second_is_told_and_both_texts_are_kept(make_letter: MakeLetter) -> None:
    letter = make_letter()
    mark = working.working_copy(letter).language("en").mark
    save(letter, "From Ann", mark=mark)
    with pytest.raises(drafts.Overtaken, match="Ann") as told:
        save(letter, "From Bo", author=BO, mark=mark)
    assert told.value.theirs.source.subject == "From Ann"
    assert subject_of(letter) == "From Ann"
    aside = letter.set_aside.get()
    assert (aside.subject, aside.written_by) == ("From Bo", "Bo")


def test_the_same_words_twice_are_no_conflict(make_letter: MakeLetter) -> None:
    letter = make_letter()
    mark = working.working_copy(letter).language("en").mark
    first = save(letter, "Same", mark=mark)
    assert save(letter, "Same", author=BO, mark=mark).mark == first.mark


def test_two_languages_do_not_overtake_each_other(make_letter: MakeLetter) -> None:
    letter = make_letter("en", "de")
    copy = working.working_copy(letter)
    save(letter, "Spring", mark=copy.language("en").mark)
    save(letter, "Frühling", author=BO, mark=copy.language("de").mark, locale="de")
    assert (subject_of(letter), subject_of(letter, "de")) == ("Spring", "Frühling")


def test_a_text_that_takes_over_sets_the_other_aside(make_letter: MakeLetter) -> None:
    letter = make_letter()
    save(letter, "From Ann")
    mine = replace(working.working_copy(letter).language("en").source, subject="From Bo")
    drafts.take_over(letter, source=mine, author=BO)
    assert subject_of(letter) == "From Bo"
    assert letter.set_aside.get().subject == "From Ann"


def test_a_text_set_aside_can_be_taken_up(make_letter: MakeLetter) -> None:
    letter = make_letter()
    mark = working.working_copy(letter).language("en").mark
    save(letter, "From Ann", mark=mark)
    with pytest.raises(drafts.Overtaken):
        save(letter, "From Bo", author=BO, mark=mark)
    drafts.take_up(letter.set_aside.get(), author=BO)
    assert subject_of(letter) == "From Bo"
    assert letter.set_aside.get().subject == "From Ann"


def test_a_mark_from_before_a_version_is_old(make_letter: MakeLetter) -> None:
    letter = make_letter()
    mark = save(letter, "One").mark
    drafts.publish(letter, schema=previewing.schema(), author=ANN)
    with pytest.raises(drafts.Overtaken):
        save(letter, "Two", author=BO, mark=mark)


def test_languages_are_added_made_default_and_taken_out(make_letter: MakeLetter) -> None:
    letter = make_letter()
    added = drafts.add_language(letter, locale="zh_hans", copy_from="", author=ANN)
    assert (added.locale, added.source.subject) == ("zh-Hans", "News")
    with pytest.raises(WrongLetter, match="already"):
        drafts.add_language(letter, locale="ZH-hans", copy_from="", author=ANN)
    drafts.make_default(letter, locale="zh-Hans")
    assert working.working_copy(letter).default_locale == "zh-Hans"
    with pytest.raises(WrongLetter, match="default"):
        drafts.remove_language(letter, locale="zh-Hans")
    drafts.remove_language(letter, locale="en")
    version = drafts.publish(letter, schema=previewing.schema(), author=ANN)
    assert [each.locale for each in version.variants.all()] == ["zh-Hans"]


def test_a_language_that_is_not_there_is_refused(make_letter: MakeLetter) -> None:
    letter = make_letter()
    with pytest.raises(NoSuchLanguage):
        drafts.remove_language(letter, locale="de")
    with pytest.raises(NoSuchLanguage):
        drafts.make_default(letter, locale="de")


def test_what_is_given_up_is_gone(make_letter: MakeLetter) -> None:
    letter = make_letter()
    save(letter, "Other")
    drafts.discard(letter)
    assert subject_of(letter) == "News"
    assert not working.working_copy(letter).is_changed


def test_an_old_version_comes_back_as_a_new_one(make_letter: MakeLetter) -> None:
    letter = make_letter()
    save(letter, "Second")
    drafts.publish(letter, schema=previewing.schema(), author=ANN)
    save(letter, "In work")
    version = drafts.restore(letter.versions.get(number=1), schema=previewing.schema(), author=BO)
    assert (version.number, version.variants.get().subject) == (3, "News")
    assert "1" in version.note
    assert subject_of(letter) == "News"
