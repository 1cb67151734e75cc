"""However hostile, a text takes less than a second and makes no more than ten times itself."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from courseapp import markdown, markdown_limits
from courseapp.markdown import render
from courseapp.markdown_limits import STEPS, longest

SIZE = 100_000
DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / name for name in ("api.md", "cache.md", "errors.md", "operations/settings.md")]


def filled(piece):
    """`piece` again and again, as long as a body may be."""
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def table(columns, rows):
    return f"{'|a' * columns}\n{'|-' * columns}\n" + "b\n" * rows


HOSTILE = {
    "images begun": filled("!["),
    "images nested": "![" * (SIZE // 6) + "a" + "](https://b)" * (SIZE // 24),
    "brackets nested": "[" * (SIZE // 2) + "a" + "]" * (SIZE // 2),
    "links begun": filled("[a]("),
    "links": filled("[](http://ż"),
    "emphasis nested": "*" * (SIZE // 2) + "a" + "*" * (SIZE // 2),
    "strong nested": "**a " * (SIZE // 8) + " a**" * (SIZE // 8),
    "emphasis in brackets": filled("[*"),
    "strikethrough": filled("~~a~~"),
    "quotes on lines": filled("> " * 15 + "a\n"),
    "lists nested": filled("- " * 15 + "a\n"),
    "backticks of every length": " ".join("`" * n for n in range(1, 447))[:SIZE],
    "CDATA": filled("<![CDATA["),
    "lines": filled("a\n"),
    "a wide table": table(16_000, 3),
    "many square tables": filled(table(60, 1092) + "\n"),
    "a long table": filled("|a|\n|-|\n" + "b\n" * 100),
    "references": filled("[a]: b\n"),
    "references that never end": "[a]: b '" + filled("c\n"),
    "one long address": f"[a]: https://{'b' * (SIZE // 2)}\n\n" + filled("[a] "),
    "a host of many letters": "<http://" + "".join(chr(0x4E00 + n % 20_000) for n in range(SIZE)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_less_than_a_second(name):
    text = HOSTILE[name][:SIZE]
    # On a busy machine it takes twice as long now and then.
    for _ in range(3):
        started = time.thread_time()
        html = render(text)
        if (taken := time.thread_time() - started) < 1:
            break
    assert taken < 1
    assert len(html) <= longest(text)


@pytest.mark.parametrize(
    "text",
    [
        filled("!["),
        table(256, 255),
        "*" * 200 + "a" + "*" * 200,
        f"[a]: https://e.com/{'b' * 2000}\n\n" + "[a] " * 500,
    ],
    ids=["too long", "too large", "too deep", "too much of it"],
)
def test_what_is_too_much_is_shown_as_it_was_typed(text):
    assert render(text) == f"<pre><code>{text.replace('<', '&lt;')}</code></pre>\n"


def test_what_is_too_much_is_no_less_harmless():
    text = "<script>&\"'\u00a0" + filled("[")
    assert render(text).startswith("<pre><code>&lt;script&gt;&amp;\"'&nbsp;[[")


def test_what_costs_nothing_is_rendered_however_long_it_is():
    assert render("a " * 10**6).startswith("<p>a a")


@pytest.mark.parametrize(
    "text",
    [
        *(filled(page.read_text("utf-8") + "\n\n") for page in PAGES),
        filled("- a short item of a list\n"),
        filled("- [a link](https://example.com/some/page)\n"),
        "| Name | Second | Third |\n|---|:-:|--:|\n" + filled("| a value | another | 123.45 |\n"),
        "```python\n" + filled("    x = foo(a, b)\n"),
    ],
    ids=[*(page.stem for page in PAGES), "a list", "links", "a table", "code"],
)
def test_as_much_as_people_may_write_is_not_too_much(text):
    assert not render(text[:SIZE]).startswith("<pre><code>")


def test_an_error_of_the_parser_shows_what_was_typed_and_is_logged(monkeypatch, caplog):
    def fail(text):
        raise IndexError("string index out of range")

    monkeypatch.setattr(markdown._PARSER, "render", fail)
    assert render("*a* <b>") == "<pre><code>*a* &lt;b&gt;</code></pre>\n"
    assert "a text of 7 characters cannot be rendered" in caplog.text


def test_without_limits_they_would_take_longer(monkeypatch):
    monkeypatch.setattr(markdown_limits, "STEPS", 10**9)
    for text in ("![" * 14_000, table(150, 149)):
        env = {}
        markdown._PARSER.parse(text, env)
        assert env["steps"] > STEPS


def test_threads_render_at_once():
    texts = [f"# {n}\n\n- *a*\n- [b](https://e.com/{n})\n" * 20 for n in range(16)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(render, texts)) == [render(text) for text in texts]
