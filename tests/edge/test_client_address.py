"""Whose address counts, and who may name it: TRUSTED_PROXIES."""

import pytest
from flask import request

PROXIES = "10.0.0.0/8, 127.0.0.1, 2001:db8:ffff::/48"


def echo(app):
    app.add_url_rule(
        "/echo", view_func=lambda: {"address": request.remote_addr, "scheme": request.scheme}
    )
    return app.test_client()


@pytest.fixture(scope="module")
def behind_proxies(make_app):
    return echo(make_app(TRUSTED_PROXIES=PROXIES))


@pytest.fixture(scope="module")
def exposed(make_app):
    """Without the setting nobody is trusted."""
    return echo(make_app())


def address(client, peer, *forwarded_for):
    """What the app takes for the client's address, given the peer's and X-Forwarded-For headers."""
    answer = client.get(
        "/echo",
        environ_overrides={"REMOTE_ADDR": peer},
        headers=[("X-Forwarded-For", value) for value in forwarded_for],
    )
    assert answer.status_code == 200
    return answer.json["address"]


@pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db8::9", "11.0.0.1", "127.0.0.2"])
def test_what_an_untrusted_peer_says_is_not_believed(behind_proxies, peer):
    assert address(behind_proxies, peer, "198.51.100.1") == peer
    assert address(behind_proxies, peer, "10.0.0.1, 127.0.0.1") == peer


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.1", "203.0.113.9", "::1"])
def test_without_the_setting_nobody_is_believed(exposed, peer):
    assert address(exposed, peer, "198.51.100.1") == peer


@pytest.mark.parametrize("peer", ["10.1.2.3", "127.0.0.1", "2001:db8:ffff::1"])
def test_a_trusted_peer_names_the_client(behind_proxies, peer):
    assert address(behind_proxies, peer, "198.51.100.1") == "198.51.100.1"
    assert address(behind_proxies, peer) == peer


def test_of_several_hops_the_last_untrusted_one_counts(behind_proxies):
    def through(*hops):
        return address(behind_proxies, "10.0.0.1", ", ".join(hops))

    assert through("198.51.100.1", "10.0.0.2", "10.0.0.3") == "198.51.100.1"
    # Whatever the client itself has put in front.
    assert through("1.2.3.4", "127.0.0.1", "198.51.100.1", "10.0.0.2") == "198.51.100.1"
    assert through("1.2.3.4", "198.51.100.1") == "198.51.100.1"
    assert through("10.0.0.5", "10.0.0.2") == "10.0.0.5"


def test_several_headers_are_one_list(behind_proxies):
    headers = ["1.2.3.4", "198.51.100.1", "10.0.0.2, 10.0.0.3"]
    assert address(behind_proxies, "10.0.0.1", *headers) == "198.51.100.1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("198.51.100.1:4711", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("  198.51.100.1\t", "198.51.100.1"),
    ],
)
def test_an_address_may_be_written_in_many_ways(behind_proxies, written, meant):
    assert address(behind_proxies, "10.0.0.1", written) == meant
    assert address(behind_proxies, "10.0.0.1", f"1.2.3.4, {written}, [2001:db8:ffff::2]:1") == meant


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        ",",
        "unknown",
        "_hidden",
        "localhost",
        "198.51.100",
        "198.51.100.256",
        "0x7f.1",
        "[",
        "]:1",
        ":::::",
        "1.2.3.4.5:80",
        "١٩٨.51.100.1",
        "<script>",
        "%",
        "9" * 5000,
    ],
)
def test_behind_garbage_nobody_is_believed_any_more(behind_proxies, garbage):
    assert address(behind_proxies, "10.0.0.1", f"198.51.100.1, {garbage}, 10.0.0.2") == "10.0.0.2"
    assert address(behind_proxies, "10.0.0.1", garbage) == "10.0.0.1"


def test_an_ipv4_peer_of_an_ipv6_socket_is_the_same_peer(behind_proxies, exposed):
    assert address(behind_proxies, "::ffff:10.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert address(behind_proxies, "::ffff:203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert address(exposed, "::ffff:203.0.113.9") == "203.0.113.9"


def test_the_peer_of_a_unix_socket_counts_as_127_0_0_1(behind_proxies, exposed, make_app):
    assert address(behind_proxies, "", "198.51.100.1") == "198.51.100.1"
    assert address(exposed, "", "198.51.100.1") == "127.0.0.1"
    elsewhere = echo(make_app(TRUSTED_PROXIES="10.0.0.0/8"))
    assert address(elsewhere, "", "198.51.100.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "says", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http", "http"),
        ("10.0.0.1", "javascript", "http"),
        ("10.0.0.1", "https, http", "http"),
        ("203.0.113.9", "https", "http"),
    ],
)
def test_the_scheme_is_taken_from_a_trusted_peer_too(behind_proxies, peer, says, scheme):
    answer = behind_proxies.get(
        "/echo",
        environ_overrides={"REMOTE_ADDR": peer},
        headers={"X-Forwarded-Proto": says},
    )
    assert answer.json["scheme"] == scheme


def test_limits_count_the_client_and_not_the_proxy(make_app):
    app = make_app(TRUSTED_PROXIES=PROXIES)

    def register(peer, client):
        return app.test_client().post(
            "/api/v1/auth/register",
            json={},
            environ_overrides={"REMOTE_ADDR": peer},
            headers={"X-Forwarded-For": client},
        )

    assert {register("10.0.0.1", "198.51.100.77").status_code for _ in range(120)} == {422}
    assert register("10.0.0.2", "198.51.100.77").status_code == 429
    assert register("10.0.0.1", "198.51.100.78").status_code == 422
    assert register("203.0.113.9", "198.51.100.77").status_code == 422
