"""The signed tokens of a session."""

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import jwt

_ALGORITHM = "HS256"
# A token from a server whose clock is a little ahead is good.
_OPTIONS = {"require": ["exp", "iat", "sub", "sid", "typ"], "verify_iat": False}


def _is_id(value) -> bool:
    return type(value) is int and 0 < value < 10**18


@dataclass(frozen=True)
class Claims:
    """What a valid token says: whose session it is, and for refresh which generation."""

    user_id: int
    session_id: int
    generation: int | None


class Tokens:
    """Signs with the first of `keys`, accepts all of them.

    A key's id is derived from it, so that replacing a key is one setting:
    `SECRET_KEYS=new,old`, and later `SECRET_KEYS=new`.
    """

    def __init__(self, keys: Sequence[str]):
        self._keys = {hashlib.sha256(key.encode()).hexdigest()[:8]: key for key in keys}
        self._kid = next(iter(self._keys))
        # A player shows the same one every 5 s; verifying it takes 100 µs. Refusals are not kept.
        # With room for fewer than there are watchers it would find none: 15 MB for so many.
        self._verified = lru_cache(maxsize=20_000)(self._verify)

    def sign(
        self, kind: str, user_id: int, session_id: int, seconds: int, generation: int | None = None
    ) -> str:
        """A token of `kind` (`access` or `refresh`) that lasts `seconds`."""
        now = int(time.time())
        claims = {
            "typ": kind,
            "sub": str(user_id),
            "sid": session_id,
            "iat": now,
            "exp": now + seconds,
        }
        if generation is not None:
            claims["gen"] = generation
        return jwt.encode(claims, self._keys[self._kid], _ALGORITHM, headers={"kid": self._kid})

    def read(self, kind: str, token: str | None) -> Claims | None:
        """The claims of a good token of `kind`, else None."""
        try:
            claims, expires_at = self._verified(kind, token)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError):
            return None
        return claims if expires_at > time.time() else None

    def _verify(self, kind: str, token: str | None) -> tuple[Claims, int]:
        kid = jwt.get_unverified_header(token)["kid"]
        claims = jwt.decode(token, self._keys[kid], algorithms=[_ALGORITHM], options=_OPTIONS)
        user_id = int(claims["sub"]) if re.fullmatch("[0-9]{1,18}", claims["sub"]) else None
        session_id, generation = claims["sid"], claims.get("gen", 1)
        if claims["typ"] != kind or not all(map(_is_id, (user_id, session_id, generation))):
            raise ValueError("Not such a token")
        return Claims(user_id, session_id, claims.get("gen")), int(claims["exp"])
