"""Text parts whose lines depend on the person: put in order for each, but for whole lines that are fixed.

Such a text can only be tidied when it is written. What stands between two line ends of a fixed text comes
out the same for everybody, though: it is tidied and encoded once, and a mark stands for it meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailhub.content.engine import plaintext
from mailhub.content.engine.frame import Frame
from mailhub.content.engine.nodes import Condition, Literal, Node
from mailhub.lib import quoted_printable

# No value holds these, and none of what the engine's marks become.
MARK = re.compile("\x02([0-9]+)\x03")


class TidyText:
    """Writes a text part in order, as encoded chunks; `fixed` are those that are the same for everybody."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.fixed: list[bytes] = []
        self._nodes = self._settled(nodes)

    def write(self, frame: Frame) -> list[bytes]:
        """Raises RenderError as the nodes do, and UnicodeEncodeError for half a surrogate pair."""
        tidy = plaintext.tidy("".join([node.render(frame) for node in self._nodes]))
        if not tidy:
            return []
        personal, *rest = MARK.split(tidy)
        chunks = [quoted_printable.value(personal)]
        for number, text in zip(rest[::2], rest[1::2], strict=True):
            chunks += (self.fixed[int(number)], quoted_printable.value(text))
        return chunks

    def _settled(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(self._settled_node(node) for node in nodes)

    def _settled_node(self, node: Node) -> Node:
        if isinstance(node, Literal):
            return Literal(self._marked(plaintext.settle(node.text)))
        if isinstance(node, Condition):
            return Condition(tuple((tree, self._settled(nodes)) for tree, nodes in node.branches))
        return node

    def _marked(self, text: str) -> str:
        """Fixed text with a mark in the place of the whole lines in it."""
        before, lines, after = plaintext.whole_lines(text)
        if not lines or "\x02" in text:
            return text
        self.fixed.append(quoted_printable.close(quoted_printable.encode(lines)))
        return f"{before}\x02{len(self.fixed) - 1}\x03{after}"
