"""Whether a person or a machine opened or clicked, by what one hit tells of itself, and by which rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from mailhub.delivery.models.events import Grade
from mailhub.delivery.tracking import agents, networks

# Nobody reads and clicks faster than this after the letter was handed over (rules, section 4.2).
TOO_SOON = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one hit. `after_sending` is None where the moment of sending is not known."""

    type: str
    ip: str
    user_agent: str
    prefetch: bool = False
    after_sending: timedelta | None = None

    @property
    def is_open(self) -> bool:
        return self.type == "opened"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade, and the name of the rule that gave it; a person is assumed where no rule speaks."""

    grade: str
    rule: str = ""


def _from_apple(evidence: Evidence) -> bool:
    agent = evidence.user_agent == agents.APPLE_PRIVACY_PROXY
    return evidence.is_open and (agent or networks.is_apple(evidence.ip))


def _by_automaton(evidence: Evidence) -> bool:
    agent = evidence.user_agent
    # A proxy for pictures has no business with links.
    proxied_click = not evidence.is_open and (agents.is_gmail_proxy(agent) or agents.is_other_proxy(agent))
    return proxied_click or agent == agents.APPLE_PRIVACY_PROXY or agents.is_automatic(agent)


def _too_soon(evidence: Evidence) -> bool:
    return evidence.after_sending is not None and evidence.after_sending < TOO_SOON


# The first that holds decides. docs/tracking.md explains each.
RULES: tuple[tuple[str, str, Callable[[Evidence], bool]], ...] = (
    ("prefetch", Grade.MACHINE, lambda evidence: evidence.prefetch),
    ("empty_agent", Grade.MACHINE, lambda evidence: not evidence.user_agent),
    ("apple_privacy_proxy", Grade.MACHINE, _from_apple),
    ("scanner_agent", Grade.MACHINE, _by_automaton),
    ("scanner_network", Grade.MACHINE, lambda evidence: bool(networks.scanner(evidence.ip))),
    ("too_soon", Grade.MACHINE, _too_soon),
    ("gmail_proxy", Grade.UNKNOWN, lambda evidence: agents.is_gmail_proxy(evidence.user_agent)),
    ("image_proxy", Grade.UNKNOWN, lambda evidence: agents.is_other_proxy(evidence.user_agent)),
    (
        "unfamiliar_agent",
        Grade.UNKNOWN,
        lambda evidence: evidence.is_open and not agents.is_reader(evidence.user_agent),
    ),
)
# These fetch for many people from few networks: that many come from one says nothing.
PROXY_RULES = frozenset({"apple_privacy_proxy", "gmail_proxy", "image_proxy"})


def grade(evidence: Evidence) -> Verdict:
    """Human, machine or unknown, by the first rule of `RULES` that holds; human with no rule else."""
    for rule, given, holds in RULES:
        if holds(evidence):
            return Verdict(str(given), rule)
    return Verdict(str(Grade.HUMAN))
