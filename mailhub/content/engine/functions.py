"""Makes one Python function of a planned part: it writes the part's chunks for one person after another.

The source of such a function reads like the letter:

    def write(data, frame, slots, chunks):
        (slot0, slot1) = slots
        try:
            value2 = data['contact']['first_name']
        except MISSING:
            value2 = UNDEFINED
        if value2.__class__ is str and is_word(value2):
            value2 = value2.encode() + SOFT_BREAK
        else:
            value2 = hole2(value2)
        chunks += (text1, value2, text3, slot1, text4)
        if test5(data):
            chunks += (text6,)

Fixed text is encoded already (`mailhub.lib.quoted_printable`). A short word of ASCII letters, digits and harmless signs
(an address, say) is its own encoding, and most values are words: they take the first branch, everything else a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mailhub.content.engine import holes, quick
from mailhub.content.engine.frame import MISSING, Frame
from mailhub.content.engine.nodes import Condition, Hole, Node
from mailhub.content.engine.plans import Fixed, Plan, Planned, Slot, carry_out
from mailhub.lib import quoted_printable

Chunks = list[bytes]
Write = Callable[[Mapping[str, Any], Frame, Sequence[bytes], Chunks], None]
# Conditions further within each other go to their own `render`: Python's indentation has an end.
DEEPEST = 20
SIGNATURE = "def write(data, frame, slots, chunks):"


class Function:
    """`write(data, frame, slots, chunks)` appends the part to `chunks`; slots come encoded and closed.

    `fixed` are the chunks that are the same for everybody. `write` raises RenderError as the nodes do,
    and UnicodeEncodeError for a value with half a surrogate pair.
    """

    def __init__(self, plan: Plan, nodes: Sequence[Node], *, markup: bool, slots: int) -> None:
        source = _Source(plan, markup=markup)
        source.nodes(nodes, depth=1)
        names = "".join(f"slot{number}, " for number in range(slots))
        lines = [SIGNATURE, f" ({names}) = slots" if slots else " pass", *source.lines]
        space: dict[str, Any] = dict(source.names)
        # The source is made of numbers and of literals written by repr; nothing of a letter is run.
        exec(compile("\n".join(lines), "<letter>", "exec"), space)
        self.write: Write = space["write"]
        self.fixed: tuple[bytes, ...] = tuple(source.fixed)


class _Source:
    """The lines of one function, and the names that they use."""

    def __init__(self, plan: Plan, *, markup: bool) -> None:
        self.plan = plan
        self.markup = markup
        self.lines: list[str] = []
        self.fixed: list[bytes] = []
        self.names: dict[str, Any] = {
            "MISSING": MISSING,
            "UNDEFINED": holes.UNDEFINED,
            "SOFT_BREAK": quoted_printable.SOFT_BREAK,
            "is_word": quick.is_word,
        }

    def nodes(self, nodes: Sequence[Node], *, depth: int) -> None:
        pieces: list[str] = []
        for node in carry_out(self.plan, nodes, markup=self.markup):
            if isinstance(node, Fixed):
                pieces += self.text(node)
            elif isinstance(node, Condition) and depth <= DEEPEST:
                self.append(pieces, depth=depth)
                pieces = []
                self.condition(node, depth=depth)
            else:
                pieces.append(self.dynamic(node, depth=depth))
        self.append(pieces, depth=depth)

    def append(self, pieces: Sequence[str], *, depth: int) -> None:
        if pieces:
            self.line(depth, f"chunks += ({', '.join(pieces)},)")

    def text(self, node: Fixed) -> list[str]:
        """The names of fixed chunks and slots."""
        found = []
        for piece in node.text:
            if isinstance(piece, Slot):
                found.append(f"slot{piece.number}")
            elif chunk := quoted_printable.close(quoted_printable.encode(piece)):
                self.fixed.append(chunk)
                found.append(self.name("text", chunk))
        return found

    def dynamic(self, node: Planned, *, depth: int) -> str:
        """Lines that make the chunk of a node; gives the name of the variable that holds it."""
        if not isinstance(node, Hole):
            call = self.name("node", _rendered(node))
            return f"{call}(frame)"
        call = self.name("hole", holes.writer(node))
        value = call.replace("hole", "value")
        self.line(depth, "try:")
        self.line(depth, f" {value} = data{''.join(f'[{segment!r}]' for segment in node.path)}")
        self.line(depth, "except MISSING:")
        self.line(depth, f" {value} = UNDEFINED")
        filtered = quick.for_words(node.calls)
        if filtered is None:
            self.line(depth, f"{value} = {call}({value})")
            return value
        self.line(depth, f"if {value}.__class__ is str and is_word({value}):")
        self.line(depth, f" {value} = {value}{filtered}.encode() + SOFT_BREAK")
        self.line(depth, "else:")
        self.line(depth, f" {value} = {call}({value})")
        return value

    def condition(self, node: Condition, *, depth: int) -> None:
        keyword = "if"
        for test, nodes in node.tests:
            self.line(depth, f"{keyword} {self.name('test', test)}(data):")
            self.nodes(nodes, depth=depth + 1)
            self.line(depth + 1, "pass")
            keyword = "elif"

    def line(self, depth: int, text: str) -> None:
        self.lines.append(" " * depth + text)

    def name(self, kind: str, value: Any) -> str:
        name = f"{kind}{len(self.names)}"
        self.names[name] = value
        return name


def _rendered(node: Planned) -> Callable[[Frame], bytes]:
    """The chunk of a node that writes itself, whatever it is."""
    if isinstance(node, Fixed):
        raise TypeError("Fixed text is no node that writes itself.")
    render = node.render
    return lambda frame: quoted_printable.value(render(frame))
