"""The progress bar on terminals and in logs."""

from __future__ import annotations

from io import StringIO

from campaigns.console.bar import Bar
from campaigns.models import CampaignState
from campaigns.selectors.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def a_progress(*, sent: int) -> Progress:
    return Progress(7, "News", CampaignState.SENDING, "", planned=10, sent=sent, waiting=10 - sent)


def test_a_terminal_has_its_line_redrawn() -> None:
    stream = Terminal()
    bar = Bar(stream)
    bar.show(a_progress(sent=1), at=0)
    bar.show(a_progress(sent=2), at=0.1)
    assert stream.getvalue().count("\r") == 2
    assert "\n" not in stream.getvalue()


def test_a_log_gets_a_line_now_and_then() -> None:
    stream = StringIO()
    bar = Bar(stream)
    for second in range(11):
        bar.show(a_progress(sent=second), at=second)
    assert stream.getvalue().count("\n") == 3


def test_figures_that_do_not_change_are_written_once() -> None:
    stream = StringIO()
    bar = Bar(stream)
    for second in range(0, 60, 10):
        bar.show(a_progress(sent=1), at=second)
    assert stream.getvalue().count("\n") == 1


def test_the_last_figures_are_always_shown() -> None:
    stream = StringIO()
    bar = Bar(stream)
    bar.show(a_progress(sent=1), at=0)
    bar.close(a_progress(sent=10), at=0.1)
    assert stream.getvalue().splitlines()[-1].endswith("10 of 10: 10 sent")
