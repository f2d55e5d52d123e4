"""The sentences and lines in which a campaign's progress is told."""

from __future__ import annotations

from campaigns.models import CampaignState
from campaigns.selectors.progress import Progress

BAR_WIDTH = 30


def line(progress: Progress) -> str:
    """One line: `Campaign 7 sending [#####.....]  51 %  512 of 1,000: 500 sent, 12 failed, 488 queued`."""
    settled = progress.planned - progress.queued
    share = settled / progress.planned if progress.planned else 0.0
    filled = int(share * BAR_WIDTH)
    bar = "#" * filled + "." * (BAR_WIDTH - filled)
    return (
        f"Campaign {progress.id} {progress.state} [{bar}] {int(share * 100):3d} %  "
        f"{settled:,} of {progress.planned:,}: {_counts(progress)}"
    )


def summary(progress: Progress) -> str:
    """What `campaign_status` says to a person."""
    took = f" in {progress.seconds:,.1f} s" if progress.seconds is not None else ""
    why = f"\n{progress.pause_reason}" if progress.pause_reason else ""
    return f"Campaign {progress.id} “{progress.name}” is {progress.state}.{why}\n{balance(progress)}{took}"


def balance(progress: Progress) -> str:
    return f"{progress.planned:,} planned: {_counts(progress)}"


def complaint(progress: Progress) -> str:
    """What went wrong with a campaign that is not going on, in one or two sentences; empty if nothing."""
    if progress.state is CampaignState.PAUSED:
        reason = progress.pause_reason or "It was paused."
        return (
            f"{reason} Campaign {progress.id} is paused with {_letters(progress.queued)} queued; "
            f"go on with: manage.py campaign_resume {progress.id}"
        )
    bad = [
        f"{progress.failed:,} failed" if progress.failed else "",
        f"{progress.uncertain:,} uncertain" if progress.uncertain else "",
        f"{progress.deferred:,} deferred, to be tried again later" if progress.deferred else "",
    ]
    stopped = "was stopped" if progress.state is CampaignState.CANCELLED else ""
    told = ", ".join(part for part in (stopped, *bad) if part)
    settle = f"; settle what is in doubt: manage.py settle_uncertain {progress.id} --list"
    see = f"See: manage.py campaign_report {progress.id}{settle if progress.uncertain else ''}"
    return f"Campaign {progress.id}: {told}. {see}" if told else ""


def in_doubt(whose: str, option: str, count: int) -> str:
    """What `settle_uncertain --list` ends with; `option` is how the command is told `whose` letters."""
    if not count:
        return f"No letter of {whose} is in doubt."
    are = "1 letter is" if count == 1 else f"{count:,} letters are"
    return (
        f"{are} in doubt: handed over, but the server's answer was lost. Settle with: "
        f"manage.py settle_uncertain {option} --mark-sent, --send-again (may arrive twice) or --give-up"
    )


def settled(act: str, count: int) -> str:
    done = {
        "mark-sent": "marked as sent",
        "send-again": "to be sent again",
        "give-up": "marked as not arrived",
    }[act]
    return f"{_letters(count)} {done}."


def no_worker(progress: Progress) -> str:
    return (
        f"No worker is running: campaign {progress.id} waits with {_letters(progress.queued)} queued. "
        "Start MailHub with bin/start; it then goes on by itself."
    )


def left_alone(campaign_id: int) -> str:
    return (
        f"Campaign {campaign_id} goes on without you. See: manage.py campaign_status {campaign_id}; "
        f"end it with: manage.py campaign_stop {campaign_id}"
    )


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count:,} letters"


def _counts(progress: Progress) -> str:
    counts = {
        "sent": progress.sent,
        "queued": progress.waiting,
        "deferred": progress.deferred,
        "failed": progress.failed,
        "skipped": progress.skipped,
        "uncertain": progress.uncertain,
        "cancelled": progress.cancelled,
    }
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing yet"
