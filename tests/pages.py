"""Walking lists, and what is no cursor."""

NO_CURSORS = [
    "",
    "garbage",
    "null",
    "-1",
    "-1_1",
    "1_-1",
    "1_",
    "_1",
    "1_2_3",
    " 1_2",
    "1_2\n",
    "1e3",
    "0x1_1",
    "\uff11_\uff11",
    "9" * 17 + "_1",
    "1_" + "9" * 19,
    "9" * 5000,
    "'; drop table users; --",
]
NO_LIMITS = ["0", "101", "-1", "1.5", "x", "", "9" * 5000, "NaN"]
NO_LIMITS += ["1_0", " 5", "5\n", "+5", "1e1", "0x5", "\uff15", "true"]


def no_cursors(letter):
    """What is no cursor of the list whose cursors begin with `letter`."""
    return NO_CURSORS + [letter + text for text in NO_CURSORS]


def walk(client, path, limit, **query):
    """The pages of a list, each as its items."""
    cursor = {}
    while True:
        answer = client.get(path, query_string={"limit": limit} | query | cursor)
        assert answer.status_code == 200, answer.text
        yield answer.json["items"]
        if answer.json["next_cursor"] is None:
            return
        assert {"cursor": answer.json["next_cursor"]} != cursor, "the cursor stands still"
        cursor = {"cursor": answer.json["next_cursor"]}
