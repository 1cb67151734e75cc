"""What authors write comes out as they meant it."""

import pytest

from courseapp.markdown import VERSION, render, rendered

REL = 'rel="nofollow noopener noreferrer"'
EXAMPLES = {
    "": "",
    " \n\n": "",
    "One\n\nTwo": "<p>One</p>\n<p>Two</p>\n",
    "One\nline": "<p>One\nline</p>\n",
    "A  \nbreak": "<p>A<br>\nbreak</p>\n",
    "# Tytuł\n\n## Ćwiczenie": "<h1>Tytuł</h1>\n<h2>Ćwiczenie</h2>\n",
    "*a* **b** ***c*** ~~d~~ `e`": (
        "<p><em>a</em> <strong>b</strong> <em><strong>c</strong></em> <s>d</s> <code>e</code></p>\n"
    ),
    "Zażółć **gęślą** jaźń": "<p>Zażółć <strong>gęślą</strong> jaźń</p>\n",
    "学习 **数据库** 的课程": "<p>学习 <strong>数据库</strong> 的课程</p>\n",
    "**Łódź**, 東京 😀 👩‍🚀 e\u0301": "<p><strong>Łódź</strong>, 東京 😀 👩‍🚀 e\u0301</p>\n",
    "مرحبا **بكم**": "<p>مرحبا <strong>بكم</strong></p>\n",
    "final_v2_really": "<p>final_v2_really</p>\n",
    "2 < 3 && 4 > 1": "<p>2 &lt; 3 &amp;&amp; 4 &gt; 1</p>\n",
    "AT&T &copy; &amp; \\*": "<p>AT&amp;T © &amp; *</p>\n",
    '"quoted"': '<p>"quoted"</p>\n',
    "a <b>c</b>": "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n",
    "- a\n- b\n  - c": "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n",
    "1. a\n2. b": "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n",
    "7. a": '<ol start="7">\n<li>a</li>\n</ol>\n',
    "> a\n>\n> b": "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n",
    "---": "<hr>\n",
    "```sql\nselect 1 < 2;\n```": (
        '<pre><code class="language-sql">select 1 &lt; 2;\n</code></pre>\n'
    ),
    "```c++ title=x\na\n```": '<pre><code class="language-c++">a\n</code></pre>\n',
    "```\n\n a\n```": "<pre><code>\n a\n</code></pre>\n",
    "```żółw\na\n```": "<pre><code>a\n</code></pre>\n",
    "    a\n    b": "<pre><code>a\nb\n</code></pre>\n",
    "| a | b |\n|:--|--:|\n| 1 | `\\|` |": (
        '<table>\n<thead>\n<tr>\n<th align="left">a</th>\n<th align="right">b</th>\n</tr>\n'
        '</thead>\n<tbody>\n<tr>\n<td align="left">1</td>\n<td align="right"><code>|</code></td>\n'
        "</tr>\n</tbody>\n</table>\n"
    ),
    "[a](https://example.com/x?y=1&z=2)": (
        f'<p><a href="https://example.com/x?y=1&amp;z=2" {REL}>a</a></p>\n'
    ),
    '[a](http://example.com "Tytuł")': (
        f'<p><a href="http://example.com" title="Tytuł" {REL}>a</a></p>\n'
    ),
    "[a]\n\n[A]: https://e.com/ść": (f'<p><a href="https://e.com/%C5%9B%C4%87" {REL}>a</a></p>\n'),
    "<https://żółw.example>": (
        f'<p><a href="https://xn--w-uga1v8h.example" {REL}>https://żółw.example</a></p>\n'
    ),
    "<ada@example.com>": f'<p><a href="mailto:ada@example.com" {REL}>ada@example.com</a></p>\n',
    "https://example.com": "<p>https://example.com</p>\n",
    '![A *cat*](https://e.com/c.png "Cat")': (
        '<p><img src="https://e.com/c.png" alt="A cat" title="Cat"></p>\n'
    ),
    "![A *cat*, `asleep`](http://e.com/c.png)": "<p>A cat, asleep</p>\n",
    "[![a](http://e.com/c.png)](https://e.com)": f'<p><a href="https://e.com" {REL}>a</a></p>\n',
    "[a](javascript:alert(1))": "<p>[a](javascript:alert(1))</p>\n",
    "[a](/courses/1) [b](#c)": "<p>[a](/courses/1) [b](#c)</p>\n",
    "a\r\nb\rc": "<p>a\nb\nc</p>\n",
    "a\x00b\ud800": "<p>a\ufffdb\ufffd</p>\n",
}


@pytest.mark.parametrize("text", EXAMPLES, ids=repr)
def test_a_text_is_rendered(text):
    assert render(text) == EXAMPLES[text]


def test_the_version_comes_with_it():
    assert rendered("*a*") == ("<p><em>a</em></p>\n", VERSION)
