"""Whether an event really comes from Mux, as its documentation says how to find out."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from courseapp.errors import Problem

# Either side: what was recorded on the way cannot be sent again for long.
TOLERANCE_SECONDS = 300
_STAMP = re.compile(r"[0-9]{1,12}")


def verify(header: str, body: bytes, secrets: Sequence[str], now: float) -> None:
    """Do nothing if one of `secrets` has signed `body` within the last five minutes.

    :param header: `Mux-Signature`: `t=<unix time>,v1=<hex>`, of which there may be several v1
    :param now: Unix time
    :raise Problem: `bad_signature`.
    """
    pairs = [part.strip().partition("=")[::2] for part in header.split(",")]
    stamps = [value for name, value in pairs if name == "t"]
    if len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]):
        raise Problem("bad_signature")
    signed = stamps[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256) for secret in secrets]
    given = [value.encode() for name, value in pairs if name == "v1"]
    # All are compared, in constant time, so that nothing shows how close a guess was.
    matches = [
        hmac.compare_digest(ours.hexdigest().encode(), theirs)
        for ours in expected
        for theirs in given
    ]
    if not any(matches):
        raise Problem("bad_signature")
    if abs(now - int(stamps[0])) > TOLERANCE_SECONDS:
        # Only who has the secret is told so much.
        raise Problem("bad_signature", "The time stamp is more than five minutes off")
