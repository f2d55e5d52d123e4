"""Finds the links of a laid-out letter and puts numbered link tags in their places."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from mailhub.content.engine import links, pieces
from mailhub.content.engine.links import AFTER_HOST, WEB, Link, LinkTable
from mailhub.content.engine.pieces import Block, Piece
from mailhub.content.engine.shield import Shield
from mailhub.content.problems import SourceError

SYSTEM_URLS = frozenset({"unsubscribe_url", "preferences_url", "view_url"})
BRAND_URL = "brand.url"
# Anchors, and the VML shapes that Outlook's buttons are made of (they stand in comments).
HREF = re.compile(
    r"""(<(?:a|area|v:[a-z]+)\s(?:[^"'>]|"[^"]*"|'[^']*')*?(?<=\s)href\s*=\s*)("[^"]*"|'[^']*')""",
    re.IGNORECASE,
)
TEXT_URL = re.compile(r"""https?://[^\s<>"]+""", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
ENCODED = re.compile(r"\|\s*url_encode\s*$")
NAME = re.compile(r"[\w.]+")
MAX_ALTERNATIVES = 32
Part = str | Piece


class Tracker:
    """Numbers the web links of one letter; everything else stays as it is."""

    def __init__(
        self, shield: Shield, table: LinkTable, *, utm: Mapping[str, str], brand_url: str = ""
    ) -> None:
        self.shield = shield
        self.table = table
        self.utm = utm
        self.brand_url = brand_url.rstrip("/")
        self.used: set[Link] = set()
        # The address as its author wrote it, by the words that stand for it.
        self.addresses: dict[str, str] = {}

    def track_html(self, text: str) -> str:
        """`text` with every tracked href replaced by a hidden link tag. Raises SourceError."""
        return HREF.sub(self._href, text)

    def track_text(self, text: str) -> str:
        """The same for the addresses in a plain text."""
        return TEXT_URL.sub(self._text_url, text)

    def _href(self, found: re.Match[str]) -> str:
        address = re.sub("[\t\r\n]", "", html.unescape(found[2][1:-1])).strip()
        tracked = self.track(address)
        return found[0] if tracked is None else f'{found[1]}"{tracked}"'

    def _text_url(self, found: re.Match[str]) -> str:
        address = found[0].rstrip(".,;:!?'*_”’…。，、）")
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(".,;:!?")
        tracked = self.track(address)
        return found[0] if tracked is None else tracked + found[0][len(address) :]

    def track(self, address: str) -> str | None:
        """The words that stand for a tracked address, or None for one that is left alone."""
        parts = self._with_brand(self.shield.parts(address))
        tree = _nest(parts)
        if not parts or self._left_alone(tree):
            return None
        written = self._write(tree, budget=[MAX_ALTERNATIVES])
        self.addresses[written] = address
        return written

    def _with_brand(self, parts: list[Part]) -> list[Part]:
        """The brand's own address is the same for everybody, so that it may be the host."""
        if not self.brand_url:
            return parts
        named = [self.brand_url if name_of(part) == BRAND_URL else part for part in parts]
        if len(named) > 1 and isinstance(named[0], str) and isinstance(named[1], str):
            named[:2] = [named[0] + named[1]]
        return named

    @staticmethod
    def _left_alone(tree: Sequence[pieces.Node]) -> bool:
        """System pages, mailto:, tel:, sms:, data:, #anchors and addresses relative to nothing."""
        first = tree[0] if tree else None
        if not isinstance(first, Piece) or first.kind != "text":
            return name_of(first) in SYSTEM_URLS or name_of(first) == BRAND_URL
        return not WEB.match(first.text)

    def _write(self, tree: Sequence[pieces.Node], *, budget: list[int]) -> str:
        """Words for a link; a condition in the address becomes a condition around whole links."""
        for at, node in enumerate(tree):
            if isinstance(node, Block):
                return self._write_branches(tree, at, node, budget)
        budget[0] -= 1
        flat = pieces.outside_blocks(tree)
        if budget[0] < 0:
            raise SourceError(_("This address has too many conditions in it."), offset=_start(flat))
        if not flat or name_of(flat[0]) in SYSTEM_URLS or not _is_web(flat):
            return "".join(self.shield.hide(piece) if piece.kind != "text" else piece.text for piece in flat)
        return self.shield.hide(self._link(flat))

    def _write_branches(self, tree: Sequence[pieces.Node], at: int, block: Block, budget: list[int]) -> str:
        if block.opener.name not in ("if", "unless"):
            raise _no_place(block.opener)
        written = []
        branch: list[pieces.Node] = []
        opener = block.opener
        for node in (*block.body, block.closer):
            if isinstance(node, Piece) and node.name in ("else", "elsif", block.closer.name):
                written.append(self.shield.hide(opener))
                written.append(self._write(_fused([*tree[:at], *branch, *tree[at + 1 :]]), budget=budget))
                opener, branch = node, []
            else:
                branch.append(node)
        return "".join([*written, self.shield.hide(block.closer)])

    def _link(self, parts: Sequence[Piece]) -> Piece:
        """The link tag for an address whose holes stand where values belong."""
        template, expressions = "", []
        for piece in parts:
            if piece.kind in ("text", "raw"):
                template += piece.text
                continue
            if piece.kind == "tag":
                raise _no_place(piece)
            if not AFTER_HOST.match(template):
                raise _misplaced(piece, template)
            expression = ENCODED.sub("", piece.expression).strip()
            expressions.append(expression)
            template += f"{{{{ {expression} }}}}"
        link = self.table.add(links.add_parameters(template, self.utm))
        self.used.add(link)
        # A % could end the tag early; in JSON it can be written as an escape.
        call = json.dumps([link.number, *expressions]).replace("%", "\\u0025")
        return Piece("tag", f"{{% _link {call} %}}", parts[0].start, name="_link", expression=call)


def _nest(parts: Sequence[Part]) -> list[pieces.Node]:
    start = next((part.start for part in parts if isinstance(part, Piece)), 0)
    return pieces.nest([Piece("text", part, start) if isinstance(part, str) else part for part in parts])


def _fused(tree: Sequence[pieces.Node]) -> list[pieces.Node]:
    """The nodes with neighbouring texts made one."""
    fused: list[pieces.Node] = []
    for node in tree:
        last = fused[-1] if fused else None
        if isinstance(node, Piece) and isinstance(last, Piece) and node.kind == last.kind == "text":
            fused[-1] = Piece("text", last.text + node.text, last.start)
        else:
            fused.append(node)
    return fused


def name_of(part: Part | pieces.Node | None) -> str:
    """The name that an output shows, "" for everything else."""
    if not isinstance(part, Piece) or part.kind != "output":
        return ""
    name = NAME.match(part.expression)
    return name.group() if name else ""


def _is_web(parts: Sequence[Piece]) -> bool:
    """Whether the address is one to track; one that begins with a value is, to be refused."""
    first = parts[0]
    if first.kind in ("text", "raw"):
        return bool(WEB.match(first.text))
    return name_of(first) != BRAND_URL


def _no_place(piece: Piece) -> SourceError:
    sentence = _("“%(name)s” cannot stand in the address of a link.")
    return SourceError(sentence, offset=piece.start, name=piece.name)


def _misplaced(piece: Piece, template: str) -> SourceError:
    if SCHEME.match(template):
        sentence = _(
            "“%(output)s” cannot be the host of a link; a value may stand in its path, query or fragment, "
            "after https://host/."
        )
    else:
        sentence = _(
            "“%(output)s” cannot be the scheme and host of a link; a value may stand in its path, query or "
            "fragment, after https://host/."
        )
    return SourceError(sentence, offset=piece.start, output=piece.text)


def _start(parts: Sequence[Piece]) -> int:
    return parts[0].start if parts else 0
