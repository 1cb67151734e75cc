"""Whatever somebody types: no error, no harm, the same each time, and no longer than it may be."""

import logging

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown.corpus import TEXTS
from markdown.judge import complaints, serialised

from courseapp.markdown import render, sanitise
from courseapp.markdown_limits import longest

MARKS = [
    *("*", "**", "***", "_", "__", "~", "~~", "`", "``", "```", "~~~", "[", "]", "](", ")", "!["),
    *("<", ">", "> ", "- ", "* ", "1. ", "# ", "| ", "|-", ":-:|", "\n", "\n\n", "    ", "\t", " "),
    *("\\", "&", "&#", ";", '"', "'", "(", "]: ", "[a]: ", "===", "---", "***\n", "  \n", "\\\n"),
    *("https://", "mailto:", "<https://e.com>", "[a](https://e.com)", "![a](https://e.com/b)"),
    *("\r", "\x00", "\x0c", "\u00a0", "\u2028", "\ud800", "\udc00", "ż", "漢", "😀", "<!--", "-->"),
]
PIECE = st.one_of(
    st.sampled_from(MARKS),
    st.sampled_from(TEXTS),
    st.text(st.characters(), max_size=8),
)
TEXT = st.lists(PIECE, max_size=40).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT)
def test_any_text_comes_out_harmless(text):
    with logged() as errors:
        html = render(text)
        assert render(text) == html
    assert errors == []
    assert complaints(html) == []
    assert serialised(html) == html == sanitise(html)
    assert len(html) <= longest(text)


class logged(logging.Handler):
    """The errors that the renderer would hide."""

    def __enter__(self):
        self.found = []
        logging.getLogger("courseapp.markdown").addHandler(self)
        return self.found

    def __exit__(self, *_):
        logging.getLogger("courseapp.markdown").removeHandler(self)

    def emit(self, record):
        self.found.append(record.getMessage())
