"""Measures the CPU of composing and signing one letter, against the usual way and the bare signature.

    python benchmarks/compose_letters.py [--letters 2000] [--rounds 5] [--json]

A marketing letter (10 KB of HTML, 2 KB of text, 6 tracked links, a pixel, one-click headers) in English, in
Chinese, and with a condition in its body, is compiled as a campaign's is and composed for one person after
another with other names. What is timed is the process's own CPU, so that a busy machine changes little; the
parts of a round follow each other, and the median of the rounds is shown. The controls in the same rounds:

- plain: the same compiled letter rendered as text and written by the standard library's `EmailMessage`;
- bare signature: RSA-2048 over SHA-256 by `cryptography`, of a digest and nothing else.

The database is an SQLite file in a folder that goes away at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

NAMES = ("Ann", "Bo", "Cy", "Dörte", "Eve", "王小明", "Fatima", "Gül", "Hal", "李娜")
WORDS = {
    "en": "Autumn has come to the shop, and with it what warms hands and rooms: wool from small mills, tea of "
    "this year's second harvest, and lamps that make a short day long. ",
    "zh": "秋天到了，店里也换上了让双手和房间都暖和起来的东西：小作坊的羊毛、今年第二季的新茶，"
    "还有能把短短的白天变长的灯。",
}
ROW = """      <tr>
        <td style="padding:16px 24px;border-bottom:1px solid #e5e7eb;font-family:Arial,sans-serif">
          <a href="https://shop.example/{number}?from=letter&amp;place=row"
             style="color:#0b6b62;font-weight:bold">{title}</a>
          <p style="margin:8px 0 0;font-size:15px;line-height:1.6;color:#44403c">{words}</p>
        </td>
      </tr>
"""
PAGE = """<html><head><title>Letter</title></head><body style="margin:0;background:#fbf6f3">
  <table role="presentation" width="100%" cellpadding="0" cellspacing="0">
    <tr><td style="padding:24px;font-family:Arial,sans-serif">
      <h1 style="font-size:24px">{{{{ contact.first_name | default: "Dear reader" }}}}, {hello}</h1>
      <p style="font-size:15px">{{{{ contact.city }}}}: {{{{ contact.points }}}} · {{{{ contact.email }}}}</p>
      {condition}
    </td></tr>
{rows}    <tr><td style="padding:24px">
      <a href="{{{{ unsubscribe_url }}}}">{leave}</a> {{{{ postal_address }}}}
    </td></tr>
  </table>
</body></html>
"""
CONDITION = "{% if contact.points > 500 %}<p>Gold: {{ contact.points }}</p>{% else %}<p>Silver</p>{% endif %}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--letters", type=int, default=2000, help="letters in a round (default 2,000)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="rounds, of which the median counts (default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailhub-benchmark-") as folder:
        _start(folder)
        measured = {
            name: _measure(name, arguments.letters, arguments.rounds) for name in ("en", "zh", "condition")
        }
    if arguments.json:
        print(json.dumps(measured, indent=2))
    else:
        _report(measured)


def _start(folder: str) -> None:
    """Django on a database of its own, with a brand and a sending domain."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "mailhub.settings",
        "MAILHUB_DATA": folder,
        "MAILHUB_KEYS": "key-of-the-benchmark-that-is-long-enough",
        "PUBLIC_URL": "https://mail.shop.example",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from mailhub.delivery.services import brands, domains

    brand = brands.default()
    brand.name, brand.postal_address = "Tea & Co", "1 High Street\nTown"
    brand.save()
    domains.get_or_create("shop.example", brand)


def _composer(name: str) -> Any:
    from mailhub.content.schema import Schema
    from mailhub.content.variants import VariantSource
    from mailhub.delivery.models import Dispatch
    from mailhub.delivery.services import brands, compiling, composing, ledger, single

    dispatch = ledger.open_dispatch(
        stream="marketing", lane="bulk", brand=brands.default(), sender_name="Tea & Co",
        sender_address="news@shop.example", source=single.SOURCE, producer="campaign",
    )  # fmt: skip
    language = "zh" if name == "zh" else "en"
    words, times = WORDS[language], 4 if language == "en" else 3
    titles = [f"{'茶与灯' if language == 'zh' else 'Tea and light'} {number}" for number in range(1, 7)]
    rows = "".join(
        ROW.format(number=number, title=title, words=words * times) for number, title in enumerate(titles, 1)
    )
    condition = CONDITION if name == "condition" else ""
    hello, leave = ("您好", "退订") if language == "zh" else ("hello", "Unsubscribe")
    links = "".join(
        f"{title}: https://shop.example/{number}?from=letter&place=row\n"
        for number, title in enumerate(titles, 1)
    )
    text = f"{{{{ contact.first_name | default: 'Dear reader' }}}},\n\n{words * 7}\n\n{links}"
    source = VariantSource(
        "html",
        language,
        subject="{{ contact.first_name | default: 'Dear reader' }}, " + hello,
        body=PAGE.format(hello=hello, rows=rows, condition=condition, leave=leave),
        # With a condition in the body and no text of its own, the text part depends on the person too.
        text="" if name == "condition" else text,
    )
    schema = Schema().with_fields({"contact.first_name": "text", "contact.city": "text", "contact.email": "text",
                                   "contact.points": "number"})  # fmt: skip
    compiling.compile_trial(dispatch, source, schema=schema)
    return composing.composer(Dispatch.objects.get(pk=dispatch.pk))


def _people(composer: Any, count: int) -> list[Any]:
    from mailhub.delivery.contracts import MergeData, Recipient

    people = []
    for number in range(count):
        address = f"person{number}@example.org"
        recipient = Recipient(
            7_000_000 + number, composer.dispatch.pk, "key", address, f"{number:032x}", number, "list:7", ""
        )
        contact = {
            "first_name": NAMES[number % len(NAMES)],
            "city": "Riga",
            "points": number % 1000,
            "email": address,
        }
        people.append(
            (recipient, MergeData({"contact": contact, "list": {"slug": "news", "name": "News"}}, list_id=7))
        )
    return people


def _measure(name: str, letters: int, rounds: int) -> dict[str, float]:
    composer = _composer(name)
    people = _people(composer, letters)
    signer = composer.signer
    unsigned = _composer(name)
    unsigned.signer = None
    envelope = composer.compose(*people[0])
    sizes = {
        "html_bytes": len(envelope.html.encode()),
        "text_bytes": len(envelope.text.encode()),
        "wire_bytes": len(envelope.as_bytes()),
    }
    few = people[: max(1, letters // 20)]
    parts: dict[str, Callable[[], None]] = {
        "compose": lambda: _each(people, lambda one: unsigned.compose(*one).as_bytes()),
        "compose and sign": lambda: _each(people, lambda one: composer.compose(*one).as_bytes()),
        "bare signature": lambda: _each(people, lambda one: _bare(signer)),
        "plain": lambda: _each(few, lambda one: _plain(unsigned, *one)),
    }
    found: dict[str, list[float]] = {part: [] for part in parts}
    for _ in range(rounds):
        for part, run in parts.items():
            begun = time.process_time()
            run()
            took = time.process_time() - begun
            found[part].append(took / (len(few) if part == "plain" else letters) * 1e6)
    return {**sizes, **{part: round(statistics.median(times), 1) for part, times in found.items()}}


def _each(people: list[Any], do: Callable[[Any], object]) -> None:
    for one in people:
        do(one)


def _bare(signer: Any) -> None:
    from mailhub.delivery import dkim

    signer._key.sign(b"x" * 32, dkim._PADDING, dkim._HASH)


def _plain(composer: Any, recipient: Any, merge: Any) -> bytes:
    envelope = composer.compose_plainly(recipient, merge)
    message = EmailMessage(policy.SMTP)
    for name, value in envelope.headers:
        message[name] = value
    message.set_content(envelope.text)
    message.add_alternative(envelope.html, subtype="html")
    return message.as_bytes()


def _report(measured: dict[str, dict[str, float]]) -> None:
    print("µs of CPU a letter")
    for name, found in measured.items():
        print(
            f"\n{name}: {found['html_bytes']:,} B HTML, {found['text_bytes']:,} B text, {found['wire_bytes']:,} B sent"
        )
        for part in ("plain", "compose", "bare signature", "compose and sign"):
            print(f"  {part:18} {found[part]:9,.1f}")
        print(f"  plain / compose            {found['plain'] / found['compose']:6.1f}")
        print(f"  compose and sign / bare    {found['compose and sign'] / found['bare signature']:6.2f}")


if __name__ == "__main__":
    main()
