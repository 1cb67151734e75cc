"""The cookies that an answer sets."""

from types import SimpleNamespace


def cookies_of(answer):
    """Name -> value and attributes (without Expires, which repeats Max-Age)."""
    cookies = {}
    for line in answer.headers.getlist("Set-Cookie"):
        pair, *attributes = line.split("; ")
        name, _, value = pair.partition("=")
        attributes = {a for a in attributes if not a.startswith("Expires=")}
        cookies[name] = SimpleNamespace(value=value, attributes=attributes)
    return cookies


def assert_both_are_forgotten(answer):
    """The browser is told to drop both tokens, from the paths where it keeps them."""
    cookies = cookies_of(answer)
    assert {name: cookie.value for name, cookie in cookies.items()} == {
        "access_token": "",
        "refresh_token": "",
    }
    assert {"Path=/", "Max-Age=0"} <= cookies["access_token"].attributes
    assert {"Path=/api/v1/auth", "Max-Age=0"} <= cookies["refresh_token"].attributes
