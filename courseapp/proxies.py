"""The client's real address, from those who may name it."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address


class TrustedProxies:
    """WSGI middleware: sets REMOTE_ADDR and the URL scheme from forwarding headers.

    Only when the direct peer is in `networks`; of X-Forwarded-For the last
    address that is not in them counts. Werkzeug's ProxyFix counts hops instead
    and believes any peer. The peer of a Unix socket counts as 127.0.0.1.
    """

    def __init__(self, wsgi_app, networks: Sequence[IPv4Network | IPv6Network]):
        self._wsgi_app = wsgi_app
        self._networks = networks

    def __call__(self, environ, start_response):
        client = _address(environ.get("REMOTE_ADDR") or "127.0.0.1")
        if self._trusts(client) and environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
            environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]
        for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            named = _address(hop) if self._trusts(client) else None
            if named is None:
                break
            client = named
        if client is not None:
            environ["REMOTE_ADDR"] = str(client)
        return self._wsgi_app(environ, start_response)

    def _trusts(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


@lru_cache(maxsize=1000)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A socket that takes both families shows 192.0.2.1 as ::ffff:192.0.2.1.
    return getattr(address, "ipv4_mapped", None) or address
