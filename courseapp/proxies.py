"""The client's real address, from those who may name it."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address


class TrustedProxies:
    """WSGI middleware: sets REMOTE_ADDR and the URL scheme from forwarding headers.

    Only when the direct peer is in `networks`; of X-Forwarded-For the last
    address that is not in them counts. Werkzeug's ProxyFix counts hops instead
    and believes any peer.
    """

    def __init__(self, wsgi_app, networks: Sequence[IPv4Network | IPv6Network]):
        self._wsgi_app = wsgi_app
        self._networks = networks

    def __call__(self, environ, start_response):
        if self._is_trusted(environ.get("REMOTE_ADDR", "")):
            for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
                try:
                    environ["REMOTE_ADDR"] = str(ip_address(hop.strip()))
                except ValueError:
                    break
                if not self._is_trusted(environ["REMOTE_ADDR"]):
                    break
            if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
                environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]
        return self._wsgi_app(environ, start_response)

    def _is_trusted(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._networks)
