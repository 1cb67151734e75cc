"""What a text may cost to render. Counted, not timed: the same text is judged the same everywhere.

A step is a line that a block is looked for in, a place that something inside a block is looked for
at, or an element. 100,000 characters as people write them take 5,000 to 25,000 steps; a step takes
3 to 9 µs.
"""

from collections.abc import Callable
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

STEPS = 50_000
# What it takes, beside looking for it, to have found one of so many characters.
PRICES: dict[str, Callable[[int], int]] = {
    **dict.fromkeys(("link", "image", "autolink"), lambda length: 5),
    # In a run of asterisks each is an element.
    **dict.fromkeys(("emphasis", "strikethrough"), lambda length: 2 * length),
}
# Browsers stop at 512, and treat what is deeper each in its way.
DEPTH = 50

Rule = Callable[[StateInline, bool], bool]
_LOOKS_FOR_THE_END = ["paragraph", "reference", "blockquote", "list"]


class TooMuchError(Exception):
    """Rendering would take too long, nest too deep, or make too much of too little."""


def longest(text: str) -> int:
    """How many characters the HTML of `text` may have: 1,000 and ten times as many."""
    return 1000 + 10 * len(text)


def install(parser: MarkdownIt) -> None:
    """Make `parser` raise TooMuchError; last, when it has all other rules."""
    parser.block.ruler.before("table", "count_line", _count_line, {"alt": _LOOKS_FOR_THE_END})
    parser.inline.ruler.before("text", "count_place", _count_place)
    rules = parser.inline.ruler
    for name, rule in zip(rules.get_active_rules(), rules.getRules(""), strict=True):
        if name in PRICES:
            rules.at(name, _priced(rule, PRICES[name]))
    parser.core.ruler.before("block", "begin", _begin)
    parser.core.ruler.after("block", "count_blocks", _count_blocks)
    parser.core.ruler.push("measure", _measure)


def _begin(state: StateCore) -> None:
    state.env["steps"] = 0


def _count_line(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    # A row of a table is one line and many elements.
    _spend(state, 1, len(state.tokens))
    return False


def _count_blocks(state: StateCore) -> None:
    _spend(state, len(state.tokens))


def _count_place(state: StateInline, silent: bool) -> bool:
    _spend(state, 1)
    return False


def _priced(rule: Rule, price: Callable[[int], int]) -> Rule:
    def priced(state: StateInline, silent: bool) -> bool:
        begin = state.pos
        is_there = rule(state, silent)
        if is_there:
            _spend(state, price(state.pos - begin))
        return is_there

    return priced


def _spend(state: StateBlock | StateCore | StateInline, steps: int, more: int = 0) -> None:
    state.env["steps"] += steps
    if state.env["steps"] + more > STEPS:
        raise TooMuchError


def _measure(state: StateCore) -> None:
    """Before it is made: a long address can be referred to ten thousand times."""
    depth = size = 0
    for token in chain.from_iterable((block, *(block.children or ())) for block in state.tokens):
        depth += token.nesting
        size += sum(len(str(value)) for value in token.attrs.values())
        if depth > DEPTH or size > longest(state.src):
            raise TooMuchError
