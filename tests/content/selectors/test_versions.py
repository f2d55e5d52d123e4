"""What is different between two versions."""

from __future__ import annotations

from mailhub.content.selectors import versions
from tests.content.letters_at_hand import variant


def test_lines_stand_beside_each_other_with_their_words_marked() -> None:
    [row] = versions.lines("one red fox", "one blue fox")
    assert row.kind == "changed"
    assert [(each.text, each.mark) for each in row.before.stretches] == [
        ("one ", ""),
        ("red", "gone"),
        (" fox", ""),
    ]
    assert [each.text for each in row.after.stretches if each.mark == "new"] == ["blue"]


def test_lines_that_have_nothing_in_common_are_marked_whole() -> None:
    [row] = versions.lines("abc def", "1 2 3")
    assert [each.mark for each in row.before.stretches] == ["gone"]


def test_lines_come_and_go_with_their_numbers() -> None:
    rows = versions.lines("a\nb", "a\nb\nc")
    assert [(row.kind, row.before.number, row.after.number) for row in rows] == [
        ("same", 1, 1),
        ("same", 2, 2),
        ("new", 0, 3),
    ]


def test_long_unchanged_stretches_are_folded() -> None:
    old = "\n".join(str(number) for number in range(50))
    rows = versions.lines(old, old + "\nend")
    assert (rows[0].kind, rows[0].skipped) == ("skip", 47)
    assert len(rows) == 5


def test_languages_are_the_same_changed_new_or_gone() -> None:
    before = {"en": variant("a"), "de": variant("b", locale="de"), "fr": variant("c", locale="fr")}
    after = {"en": variant("a"), "de": variant("x", locale="de"), "it": variant("d", locale="it")}
    kinds = {each.locale: each.kind for each in versions.compare(before, after)}
    assert kinds == {"en": "same", "de": "changed", "it": "new", "fr": "gone"}
