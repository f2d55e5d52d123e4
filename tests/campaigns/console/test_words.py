"""A campaign's progress in words."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.console import words
from campaigns.models import CampaignState
from campaigns.selectors.progress import Progress


def a_progress(state: CampaignState = CampaignState.SENDING, **figures: Any) -> Progress:
    return Progress(id=7, name="News", state=state, pause_reason=figures.pop("pause_reason", ""), **figures)


def test_a_line_shows_the_share_that_is_settled() -> None:
    line = words.line(a_progress(planned=1000, waiting=480, deferred=8, sent=500, failed=12))
    assert "[###############...............]  51 %  512 of 1,000" in line
    assert line.endswith("500 sent, 480 queued, 8 deferred, 12 failed")


def test_a_line_of_nobody_does_not_divide_by_zero() -> None:
    assert "0 of 0: nothing yet" in words.line(a_progress())


def test_a_campaign_that_reached_everybody_has_no_complaint() -> None:
    assert words.complaint(a_progress(CampaignState.FINISHED, planned=3, sent=2, skipped=1)) == ""


@pytest.mark.parametrize("figure", ["failed", "uncertain", "deferred"])
def test_what_is_not_sent_is_a_complaint(figure: str) -> None:
    complaint = words.complaint(a_progress(CampaignState.SENDING, planned=3, sent=2, **{figure: 1}))
    assert complaint.startswith(f"Campaign 7: 1 {figure}")


def test_a_route_that_fails_is_told_in_its_own_words() -> None:
    paused = a_progress(CampaignState.PAUSED, planned=3, waiting=3, pause_reason="The login was refused.")
    assert words.complaint(paused).startswith(
        "The login was refused. Campaign 7 is paused with 3 letters queued;"
    )


def test_a_stopped_campaign_says_so() -> None:
    stopped = a_progress(CampaignState.CANCELLED, planned=3, sent=1, cancelled=2)
    assert words.complaint(stopped).startswith("Campaign 7: was stopped.")


def test_the_object_of_json_has_the_documented_keys() -> None:
    figures = a_progress(planned=3, waiting=1, deferred=1, sent=1).as_json()
    assert " ".join(figures) == "id state planned queued sent failed skipped uncertain cancelled seconds"
    assert figures["queued"] == 2
    assert figures["seconds"] is None
