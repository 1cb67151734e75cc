"""One request and its answer, where nothing is measured."""

import http.client
import json

JSON = "application/json"


def ask(
    port: int,
    method: str,
    path: str,
    body: dict | None = None,
    token: str = "",
    headers: dict[str, str] | None = None,
) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer to one request, and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    sent |= ({"Content-Type": JSON} if body else {}) | (headers or {})
    connection.request(method, path, json.dumps(body) if body else None, sent)
    response = connection.getresponse()
    return response, response.read()
