"""Proof of work in ALTCHA's protocol: some seconds of a browser's time, checked in microseconds.

A challenge is the SHA-256 of a salt and a secret number; whoever finds the number by trying has worked for
it (https://altcha.org/docs/v2/proof-of-work-v1/: algorithm, challenge, maxnumber, salt, signature).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from mailhub.lib import clock, keys, limits

ALGORITHM = "SHA-256"
# About a second on a phone.
HIGHEST_NUMBER = 40_000
LIFETIME = timedelta(minutes=20)
LONGEST_SOLUTION = 2_000


def challenge() -> dict[str, Any]:
    """A new riddle, signed, good once within LIFETIME."""
    expires = int((clock.now() + LIFETIME).timestamp())
    # Closed by &: else digits could move from the number into the salt and put off its end.
    salt = f"{secrets.token_hex(12)}?expires={expires}&"
    question = _digest(salt, secrets.randbelow(HIGHEST_NUMBER + 1))
    return {
        "algorithm": ALGORITHM,
        "challenge": question,
        "maxnumber": HIGHEST_NUMBER,
        "salt": salt,
        "signature": _signature(question, keys.derive("proof-of-work")),
    }


def holds(solution: str) -> bool:
    """Whether the base64 JSON is the answer to a riddle of ours that has not run out and was not used."""
    answer = _read(solution)
    if answer is None:
        return False
    number, salt, question = answer["number"], answer["salt"], answer["challenge"]
    if not salt.endswith("&") or _expires(salt) <= clock.now().timestamp():
        return False
    if not hmac.compare_digest(_digest(salt, number), question) or not _is_ours(question, answer):
        return False
    seconds = int(LIFETIME.total_seconds())
    return limits.take("proof", question, limit=1, seconds=seconds).allowed


def _read(solution: str) -> dict[str, Any] | None:
    if not solution or len(solution) > LONGEST_SOLUTION:
        return None
    try:
        answer = json.loads(base64.b64decode(solution, validate=True))
    except (binascii.Error, ValueError, RecursionError):  # brackets within brackets, a thousand deep
        return None
    if not isinstance(answer, dict) or answer.get("algorithm") != ALGORITHM:
        return None
    texts = all(
        isinstance(answer.get(name), str) and answer[name].isascii()
        for name in ("challenge", "salt", "signature")
    )
    number = answer.get("number")
    fits = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= HIGHEST_NUMBER
    return answer if texts and fits else None


def _expires(salt: str) -> float:
    try:
        return float(parse_qs(salt.partition("?")[2])["expires"][0])
    except (KeyError, ValueError):
        return 0.0


def _is_ours(question: str, answer: dict[str, Any]) -> bool:
    known = keys.derive_all("proof-of-work")
    return any(hmac.compare_digest(_signature(question, key), answer["signature"]) for key in known)


def _digest(salt: str, number: int) -> str:
    return sha256(f"{salt}{number}".encode()).hexdigest()


def _signature(question: str, key: bytes) -> str:
    return hmac.new(key, question.encode(), sha256).hexdigest()
