"""Leases: who may fill a key of the cache. A drop takes key and lease away in one command."""

import secrets

import redis

# Whose database of Redis it is. Where there are keys of ours, there is this one.
OWNER = "owner"
# Longer than any answer takes to be computed.
LEASE_MS = 3000

# Each is one step: whatever else happens comes before it or after it.
# What somebody else has filled since the caller looked needs no lease.
_TAKE_LEASE = """
redis.call('set', KEYS[3], ARGV[3], 'nx')
if redis.call('exists', KEYS[1]) == 1 then return 0 end
return redis.call('set', KEYS[2], ARGV[1], 'nx', 'px', ARGV[2]) and 1 or 0
"""
_FILL = """
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[2])
redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
redis.call('set', KEYS[3], ARGV[4], 'nx')
return 1
"""


def lease_of(key: str) -> str:
    """The key of the right to fill `key`."""
    return f"lease:{key}"


class Leases:
    """The leases in one database of Redis."""

    def __init__(self, client: redis.Redis):
        self._take = client.register_script(_TAKE_LEASE)
        self._fill = client.register_script(_FILL)

    def take(self, key: str, owner: str) -> str | None:
        """A lease; None if somebody else has it, or the key is filled by now."""
        lease = secrets.token_hex(8)
        taken = self._take([key, lease_of(key), OWNER], [lease, LEASE_MS, owner])
        return lease if taken else None

    def fill(self, key: str, lease: str, value: bytes, seconds: float, owner: str) -> None:
        """Keep a value for so long, if the lease still stands."""
        kept_ms = int(seconds * 1000) or 1
        self._fill([key, lease_of(key), OWNER], [lease, value, kept_ms, owner])
