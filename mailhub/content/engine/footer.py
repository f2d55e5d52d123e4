"""What no marketing letter leaves without: an unsubscribe link and the postal address."""

from __future__ import annotations

from collections.abc import Collection

UNSUBSCRIBE = "unsubscribe_url"
ADDRESSES = frozenset({"postal_address", "brand.postal_address"})
WORDS = {"en": "Unsubscribe", "zh-hans": "退订", "zh-hant": "取消訂閱"}
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
STYLE = (
    "max-width:600px;margin:0 auto;padding:24px;text-align:center;font-family:Arial,sans-serif;"
    "font-size:12px;line-height:1.5;color:#71717a"
)


def html_footer(*, links: Collection[str], names: Collection[str], locale: str) -> str:
    """Liquid HTML with what is missing, "" when nothing is.

    `links` are the names that visible links point to, `names` those that are shown, whatever the data.
    """
    lines = []
    if not ADDRESSES & set(names):
        lines.append("{{ postal_address | newline_to_br }}")
    if UNSUBSCRIBE not in links:
        lines.append(f'<a href="{{{{ {UNSUBSCRIBE} }}}}" style="color:#71717a">{_word(locale)}</a>')
    return f'<div style="{STYLE}">{"<br>".join(lines)}</div>' if lines else ""


def text_footer(*, names: Collection[str], locale: str) -> str:
    """The same for the text part."""
    lines = []
    if not ADDRESSES & set(names):
        lines.append("{{ postal_address }}")
    if UNSUBSCRIBE not in names:
        lines.append(f"{_word(locale)}: {{{{ {UNSUBSCRIBE} }}}}")
    return "\n-- \n" + "\n".join(lines) + "\n" if lines else ""


def _word(locale: str) -> str:
    tag = locale.lower().replace("_", "-")
    if tag.startswith(TRADITIONAL):
        return WORDS["zh-hant"]
    return WORDS["zh-hans"] if tag.split("-")[0] == "zh" else WORDS["en"]
