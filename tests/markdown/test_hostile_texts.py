"""Every text of the corpus comes out harmless, and each of the two layers is enough by itself."""

import functools

import nh3
import pytest
from markdown.corpus import HTML, TEXTS
from markdown.judge import complaints, serialised
from markdown_it import MarkdownIt

from courseapp import markdown
from courseapp.markdown import render, sanitise

# What the parser leaves to the sanitiser: attributes that do nothing, however they look.
LEFT = ("a has no rel", "class of code is not", "href of a is not allowed to be ''")


@pytest.fixture(autouse=True)
def no_errors(caplog):
    """An error of the parser is not what keeps a text harmless."""
    yield
    assert caplog.records == []


@functools.cache
def made(text):
    return render(text)


def trusting_parser():
    """One that takes HTML and every address."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.validateLink = lambda address: True
    return parser


def unprotected(text):
    return trusting_parser().render(text.encode("utf-8", "replace").decode())


def test_every_text_comes_out_harmless():
    assert len(set(TEXTS)) > 1500
    assert {text: found for text in TEXTS if (found := complaints(made(text)))} == {}


def test_what_is_stored_is_what_a_browser_would_write():
    assert [text for text in TEXTS if serialised(made(text)) != made(text)] == []


def test_sanitising_again_changes_nothing():
    assert [text for text in TEXTS if sanitise(made(text)) != made(text)] == []


def test_the_parser_alone_makes_nothing_that_does_harm():
    parse = markdown._PARSER.render
    found = {
        complaint
        for text in TEXTS
        for complaint in complaints(parse(text.encode("utf-8", "replace").decode()))
    }
    assert [complaint for complaint in found if not complaint.startswith(LEFT)] == []


def test_the_sanitiser_alone_lets_nothing_through_that_does_harm():
    wild = [unprotected(text) for text in TEXTS] + HTML
    assert sum(bool(complaints(html)) for html in wild[::10]) > 150
    assert {html: found for html in wild if (found := complaints(sanitise(html)))} == {}


ATTRIBUTES = {name: names for name, names in markdown.ALLOWED.items() if names} | {"*": set()}
RULES = {
    "tags": set(markdown.ALLOWED),
    "attributes": ATTRIBUTES,
    "attribute_filter": markdown._keep,
    "link_rel": markdown.REL,
    "url_schemes": markdown.SCHEMES,
    "url_relative": "deny",
}


def test_these_are_the_rules_of_the_sanitiser():
    cleaner = nh3.Cleaner(**RULES)
    assert [text for text in HTML if cleaner.clean(text) != sanitise(text)] == []


@pytest.mark.parametrize(
    "weaker",
    [
        {"tags": RULES["tags"] | {"svg"}},
        {"tags": RULES["tags"] | {"math"}},
        {"tags": RULES["tags"] | {"form"}},
        {"tags": RULES["tags"] | {"iframe"}},
        {"tags": RULES["tags"] | {"div"}},
        {"tags": RULES["tags"] | {"script"}, "clean_content_tags": set()},
        {"tags": RULES["tags"] | {"style"}, "clean_content_tags": set()},
        {"attributes": ATTRIBUTES | {"p": {"onclick"}}},
        {"attributes": ATTRIBUTES | {"p": {"style"}}},
        {"attributes": ATTRIBUTES | {"p": {"id"}}},
        {"attributes": ATTRIBUTES | {"img": {"srcset"}}},
        {"attributes": ATTRIBUTES | {"a": {"href", "target"}}},
        {"attributes": ATTRIBUTES | {"li": {"value"}}},
        {"attributes": {name: names for name, names in ATTRIBUTES.items() if name != "*"}},
        {"attribute_filter": lambda element, attribute, value: value},
        {
            "attribute_filter": lambda element, attribute, value: value,
            "url_schemes": {*markdown.SCHEMES, "javascript", "data"},
        },
        {"link_rel": None},
        {"strip_comments": False},
    ],
    ids=str,
)
def test_a_weaker_sanitiser_would_be_noticed(weaker):
    cleaner = nh3.Cleaner(**RULES | weaker)
    wild = (html for text in TEXTS for html in (text, unprotected(text)))
    assert any(complaints(cleaner.clean(html.encode("utf-8", "replace").decode())) for html in wild)


@pytest.mark.parametrize(
    "weaken",
    [
        lambda parser: parser.enable("html_inline").options.update(html=True),
        lambda parser: parser.enable("html_block").options.update(html=True),
        lambda parser: setattr(parser, "validateLink", lambda address: True),
        lambda parser: parser.core.ruler.disable("images"),
        lambda parser: parser.core.ruler.disable("align"),
    ],
    ids=["inline HTML", "blocks of HTML", "any address", "any image", "style"],
)
def test_a_weaker_parser_would_be_noticed(weaken):
    parser = markdown._make_parser()
    weaken(parser)
    found = (
        complaint
        for text in ["|a|\n|:-|\n|b|", *TEXTS]
        for complaint in complaints(parser.render(text.encode("utf-8", "replace").decode()))
    )
    assert any(not complaint.startswith(LEFT) for complaint in found)


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<p>a<script>b</script>", "script is not allowed"),
        ("<p onclick=x>a", "onclick of p is not allowed"),
        ("<a rel='nofollow noopener noreferrer' href=' javascript:x'>a</a>", "href of a is not"),
        ("<a rel='nofollow noopener noreferrer' href=/x>a</a>", "href of a is not allowed to be"),
        ("<a href='https://e.com'>a</a>", "a has no rel"),
        ("<img src='http://e.com'>", "src of img is not allowed to be"),
        ("<img src='https://e.com' srcset=x>", "srcset of img is not allowed"),
        ("<svg><p>a</p></svg>", "svg is not allowed"),
        ("<pre><code class=x>a</code></pre>", "class of code is not allowed to be"),
        ("<ul class=language-x></ul>", "class of ul is not allowed"),
        ("a<!-- b -->", "there is a comment"),
        ("<template><p>a</p></template>", "template is not allowed"),
        ("<pre>\n\na</pre>", "it is read as something else after it was read and written"),
        ("<p>a</p>", None),
    ],
)
def test_the_judge_complains_of_what_does_harm(html, complaint):
    found = complaints(html)
    if complaint:
        assert any(one.startswith(complaint) for one in found)
    else:
        assert found == []
