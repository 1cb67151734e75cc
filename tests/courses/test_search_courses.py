"""GET /api/v1/courses?q=: every word is in the title or the description."""

import unicodedata

import pytest
from pages import walk
from problems import assert_problem

COURSES = "/api/v1/courses"


def found(client, q, **query):
    answer = client.get(COURSES, query_string={"q": q} | query)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json["items"]]


@pytest.mark.parametrize(
    ("title", "q"),
    [
        ("Łódź nocą", "lodz"),
        ("Łódź nocą", "łódź"),
        ("Łódź nocą", "ŁÓDŹ"),
        ("Łódź nocą", "NOCA"),
        ("Łódź nocą", unicodedata.normalize("NFD", "Łódź")),
        (unicodedata.normalize("NFD", "Łódź nocą"), "łódź"),
        ("Lodz by night", "łódź"),
        ("ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "zazolc gesla jazn"),
        ("Zazolc gesla jazn", "zażółć gęślą jaźń"),
        ("Crème brûlée", "creme brulee"),
        ("Python od podstaw", "PYTHON"),
        ("Programowanie", "program"),
        ("Node.js in practice", "node.js"),
        ("Modern C++", "c++"),
        ("100% of SQL", "100%"),
        ("snake_case", "_"),
        (r"Regular expressions: \d+ (and .*)", r"\d+ .*"),
        ("O'Reilly", "o'reilly"),
        ("Docker: od zera", "docker:"),
        ("日本語入門", "日本"),
    ],
)
def test_it_finds(client, catalogue, title, q):
    catalogue(title=title)
    catalogue(title="Something else")
    assert found(client, q) == [title]


@pytest.mark.parametrize(
    "q",
    ["%", "_", "p%n", "p_thon", "node?js", ".*", "python java", "^python", "\\", "pythonn", "':*"],
)
def test_wildcards_and_punctuation_are_only_themselves(client, catalogue, q):
    catalogue(title="Python", description="Nodexjs")
    assert found(client, q) == []


def test_words_may_be_anywhere_in_any_order(client, catalogue):
    catalogue(title="Bazy danych", description="PostgreSQL dla początkujących")
    catalogue(title="Bazy lotnicze")
    assert found(client, "poczatkujacych postgresql BAZY") == ["Bazy danych"]


def test_a_word_does_not_reach_from_the_title_into_the_description(client, catalogue):
    catalogue(title="Java", description="Script")
    assert found(client, "javascript") == []


@pytest.mark.parametrize("q", ["", " ", "\t \n"])
def test_a_blank_search_finds_everything(client, catalogue, q):
    catalogue(title="Python")
    assert found(client, q) == ["Python"]


@pytest.mark.parametrize("q", ["  rust  ", "rust\tasync", "rust\nasync", "rust rust"])
def test_space_only_separates(client, catalogue, q):
    catalogue(title="Async Rust")
    assert found(client, q) == ["Async Rust"]


def test_a_changed_text_is_found_at_once(client, catalogue, conn):
    course = catalogue(title="Old")
    conn.execute("update courses set description = 'Brandneu' where id = %s", [course.id])
    assert found(client, "brandneu") == ["Old"]


def test_unpublished_courses_are_not_found(client, catalogue):
    catalogue(title="Secret plans", published=False)
    assert found(client, "secret") == []


def test_the_answer_is_like_the_list(client, catalogue):
    catalogue(title="Python")
    catalogue(title="Python as well", lessons=0)
    unsearched = client.get(COURSES).json
    assert client.get(COURSES, query_string={"q": "python"}).json == unsearched


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_paging_meets_every_hit_once(client, catalogue, limit):
    for n in range(12):
        catalogue(lessons=0, published_at="2026-01-01", title=f"{('Rust', 'Go')[n % 2]} {n}")
    pages = list(walk(client, COURSES, limit, q="rust"))
    titles = [item["title"] for page in pages for item in page]
    assert titles == [f"Rust {n}" for n in (10, 8, 6, 4, 2, 0)]


def test_100_characters_are_enough(client, catalogue):
    catalogue(title="ż" * 100)
    assert found(client, "ż" * 100) == ["ż" * 100]
    assert_problem(client.get(COURSES, query_string={"q": "ż" * 101}), "invalid", "q")


def test_a_nul_character_is_refused(client):
    assert_problem(client.get(COURSES + "?q=a%00b"), "bad_request")


@pytest.mark.parametrize("raw", ["%FF", "%ED%A0%80", "%F0%9F%92%A9", "%27%3B--", "+%2B+"])
def test_strange_bytes_find_nothing(client, catalogue, raw):
    catalogue(title="Python")
    answer = client.get(f"{COURSES}?q={raw}")
    assert (answer.status_code, answer.json["items"]) == (200, [])
