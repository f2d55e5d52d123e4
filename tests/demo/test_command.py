"""`manage.py demo`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mailhub.accounts.models import AuditEntry
from mailhub.content import starters
from mailhub.demo import house_style
from mailhub.demo.services import loading
from mailhub.lib import clock

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out, stderr=StringIO(), no_color=True)
    return out.getvalue()


def test_it_removes_what_is_there_and_says_when_nothing_is() -> None:
    loading.load(now=clock.now(), size=20)
    assert run("--remove") == "The example shop is gone.\n"
    assert [(entry.act, entry.actor) for entry in AuditEntry.objects.all()] == [
        ("example_data.removed", "manage.py demo")
    ]
    with pytest.raises(CommandError, match="There is no example data to remove"):
        run("--remove")


def test_a_second_load_is_an_error_with_a_sentence() -> None:
    loading.load(now=clock.now(), size=20)
    with pytest.raises(CommandError, match="loaded only once"):
        run("--load")


def test_loading_leaves_one_line_in_the_log() -> None:
    assert run("--load").startswith("The example shop is there: 2,000 people")
    lines = AuditEntry.objects.exclude(detail__has_key="example")
    assert [(entry.act, entry.actor) for entry in lines] == [("example_data.loaded", "manage.py demo")]


@pytest.mark.parametrize("name", sorted(house_style.TEXTS))
def test_every_text_that_the_shop_replaces_is_in_its_starter(name: str) -> None:
    source = starters.load(name)
    assert [text for text in house_style.TEXTS[name] if text not in source] == []
