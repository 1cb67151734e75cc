"""A plugin of pytest: an implementation that shares nothing with the one that signs.

Digital Bazaar's, on Node.
"""

import json
import subprocess
from pathlib import Path

import pytest
from npm import NODE

SOURCE = Path(__file__).parent / "verifier"


class Verifier:
    """The verifier's process, which is asked one thing after the other."""

    def __init__(self, folder):
        argv = [NODE, folder / "verify.mjs"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, encoding="utf-8")

    def __call__(self, credential, issuer, *lists):
        """What it makes of a credential that should be of `issuer`, and of its status lists.

        :return: whether it is verified, whether it is revoked (None if that is not known), and
            the error or None
        """
        known = {one["id"]: one for one in lists}
        question = {"credential": credential, "issuer": issuer, "lists": known}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["verified"], answer["revoked"], answer["error"]

    def close(self):
        """End it."""
        self.process.stdin.close()
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()


@pytest.fixture(scope="session")
def verify(npm_installed):
    """Asks the verifier; see :meth:`Verifier.__call__`."""
    verifier = Verifier(npm_installed(SOURCE))
    yield verifier
    verifier.close()
