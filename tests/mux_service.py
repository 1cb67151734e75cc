"""A stand-in for Mux: the part of its documented API that is used here, on a real socket.

It checks who asks and what for, takes the file, and then tells by events what became of it, signed
as Mux signs them. Like Mux it repeats an event until somebody answers 2xx.
"""

import base64
import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = ("id-of-the-token", "secret-of-the-token")
SECRET = "signing-secret-of-the-webhook"
KNOWN = {"cors_origin", "timeout", "new_asset_settings", "test"}
POLICIES = {"public", "signed", "drm"}
SECONDS = 86_400


def sign(body, secret=SECRET, at=None):
    """The header Mux-Signature of a body."""
    stamp = str(int(time.time() if at is None else at))
    code = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={code}"


def headers(body, **kwargs):
    """Those of a request with an event."""
    return {"Content-Type": "application/json", "Mux-Signature": sign(body, **kwargs)}


class MuxService:
    """The service, while it runs.

    :ivar settings: of an app that uses it
    :ivar uploads: what was opened, by id
    :ivar trouble: a function that answers instead of the service (takes the handler), or None
    :ivar webhook: where events go by themselves, or None
    """

    def __init__(self):
        self._numbers, self._server = itertools.count(1), None
        self.uploads, self.trouble, self.webhook = {}, None, None
        self.deliveries = []

    def __enter__(self):
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self):
        return {
            "MUX_API_URL": self.address,
            "MUX_TOKEN_ID": TOKEN[0],
            "MUX_TOKEN_SECRET": TOKEN[1],
            "MUX_WEBHOOK_SECRETS": SECRET,
        }

    def open(self, wanted):
        """A new upload, as the API answers it."""
        name = f"upload{next(self._numbers)}"
        self.uploads[name] = {
            "id": name,
            "url": f"{self.address}/files/{name}?signature=abc",
            "timeout": wanted.get("timeout", 3600),
            "status": "waiting",
            "cors_origin": wanted["cors_origin"],
            "new_asset_settings": wanted["new_asset_settings"],
        }
        return self.uploads[name]

    def asset(self, upload_id, **changes):
        """What became of an upload: an asset that is ready."""
        settings = self.uploads.get(upload_id, {}).get("new_asset_settings", {})
        return {
            "id": f"asset{next(self._numbers)}",
            "status": "ready",
            "created_at": int(time.time()),
            "duration": 23.857167,
            "aspect_ratio": "16:9",
            "ingest_type": "on_demand_direct_upload",
            "tracks": [{"type": "video", "max_width": 1920, "duration": 23.8238}],
            "upload_id": upload_id,
            "passthrough": settings.get("passthrough"),
            "playback_ids": [
                {"id": f"{policy}{next(self._numbers)}", "policy": policy}
                for policy in settings.get("playback_policies", ["public"])
            ],
        } | changes

    def ready(self, upload_id, **changes):
        """The event that a video is ready, as bytes; `changes` are of the asset."""
        return self.event("video.asset.ready", self.asset(upload_id, **changes))

    def failed(self, upload_id, *messages):
        """The event that a file is no video, as bytes."""
        errors = {"type": "invalid_input", "messages": list(messages)}
        changes = {"status": "errored", "errors": errors, "playback_ids": None, "duration": None}
        return self.event("video.asset.errored", self.asset(upload_id, **changes))

    def upload_event(self, what, upload_id, **changes):
        """An event about an upload (`errored`, `cancelled`, …), as bytes."""
        return self.event(f"video.upload.{what}", self.uploads[upload_id] | changes)

    def event(self, kind, data, **changes):
        """An event as Mux sends it, as bytes."""
        document = {
            "type": kind,
            "id": f"event-{next(self._numbers)}",
            "created_at": datetime.now(UTC).isoformat(),
            "object": {"type": kind.split(".")[1], "id": data.get("id")},
            "environment": {"name": "Test", "id": "env1"},
            "data": data,
            "attempts": [],
            "request_id": None,
            "accessor": None,
        }
        return json.dumps(document | changes).encode()

    def deliver(self, body):
        """Send an event to the webhook until it is answered 2xx; not for a day, as Mux does."""
        for _ in range(50):
            request = urllib.request.Request(self.webhook, body, headers(body), method="POST")
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    self.deliveries.append(answer.status)
                return
            except urllib.error.HTTPError as error:
                self.deliveries.append(error.code)
            time.sleep(0.1)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.service.trouble:
            self.service.trouble(self)
            return
        expected = "Basic " + base64.b64encode(":".join(TOKEN).encode()).decode()
        if self.headers.get("Authorization") != expected:
            self.answer(401, {"error": {"type": "unauthorized", "messages": ["Unauthorized"]}})
        elif self.path != "/video/v1/uploads":
            self.answer(404, {"error": {"type": "not_found", "messages": ["Not found"]}})
        elif wrong := _wrong(self.headers, body):
            self.answer(400, {"error": {"type": "invalid_parameters", "messages": wrong}})
        else:
            self.answer(201, {"data": self.service.open(json.loads(body))})

    def do_PUT(self):
        """The browser sends the file."""
        size = len(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.removeprefix("/files/").partition("?")[0]
        self.answer(200 if name in self.service.uploads else 404, {})
        if self.service.webhook:
            told = self.service.ready(name) if size else self.service.failed(name, "Empty file")
            self.service.deliver(told)

    def answer(self, status, document):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing to the terminal."""


def _wrong(headers, body):
    """What Mux would not take."""
    if headers.get("Content-Type") != "application/json":
        return ["Content-Type"]
    wanted = json.loads(body)
    wrong = [name for name in wanted if name not in KNOWN]
    if not str(wanted.get("cors_origin", "")).startswith(("http://", "https://")):
        wrong.append("cors_origin")
    if not 60 <= wanted.get("timeout", 3600) <= 604_800:
        wrong.append("timeout")
    settings = wanted.get("new_asset_settings", {})
    if settings.keys() - {"playback_policies", "passthrough"}:
        wrong.append("new_asset_settings")
    if not set(settings.get("playback_policies", ())) <= POLICIES:
        wrong.append("playback_policies")
    if len(settings.get("passthrough", "")) > 255:
        wrong.append("passthrough")
    return wrong
