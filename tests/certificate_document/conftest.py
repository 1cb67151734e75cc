import json
import os
import subprocess
import sys

import pytest
from certificate_document.samples import SAMPLES

from courseapp.certificate_document import render


@pytest.fixture(scope="package")
def documents():
    """The PDF of every sample, with a credential."""
    return {name: render(sample, b'{"id": 1}') for name, sample in SAMPLES.items()}


@pytest.fixture(params=SAMPLES)
def sample(request):
    """The name of each sample."""
    return request.param


@pytest.fixture(scope="package")
def other_process(tmp_path_factory, documents):
    """The `folder` where another process wrote all samples and the huge texts, and what it took.

    It has another seed, time zone and locale. In it no test has made the memory larger before.
    """
    folder = tmp_path_factory.mktemp("rendered")
    settings = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "pl_PL.UTF-8"}
    environ = os.environ | {"PYTHONPATH": ":".join(sys.path)} | settings
    argv = [sys.executable, "-m", "certificate_document.render_all", folder]
    said = subprocess.check_output(argv, env=environ, text=True)
    return {"folder": folder} | json.loads(said)
