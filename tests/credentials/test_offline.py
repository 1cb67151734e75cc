"""Signing needs no network, and gives the same bytes wherever it is done."""

import os
import subprocess
import sys

from credentials.completed import completion

from courseapp.config import CHECKOUT
from courseapp.credentials import make_credential

PROCESS = """
import sys

def offline(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.")):
        print(event)
        raise SystemExit("it wanted the network")

sys.path[:0] = ["tests"]
sys.addaudithook(offline)
from credentials.completed import ISSUED_AT, completion
from courseapp.credentials import Signer, make_credential, make_status_list
if "connect" in sys.argv:
    __import__("urllib.request").request.urlopen("http://127.0.0.1:1")
signer = Signer(bytes(range(32)))
sys.stdout.buffer.write(make_credential(signer, completion(learner_name="Łódź 李")))
make_status_list(signer, "https://api.example.com/lists/0", [1], ISSUED_AT)
"""


def run(*arguments):
    """What another process makes of the same data, and how it ended."""
    argv = [sys.executable, "-c", PROCESS, *arguments]
    environ = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    return subprocess.run(argv, cwd=CHECKOUT, env=environ, capture_output=True, check=False)


def test_the_same_data_give_the_same_bytes_in_another_process_offline(signer):
    expected = make_credential(signer, completion(learner_name="Łódź 李"))
    assert "Łódź 李".encode() in expected
    process = run()
    assert process.stderr == b""
    assert process.stdout == expected


def test_a_connection_would_be_noticed():
    process = run("connect")
    assert process.returncode == 1
    assert b"it wanted the network" in process.stderr
