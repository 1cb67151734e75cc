"""Renders the samples and the huge texts into a folder, and says what that took."""

import json
import re
import sys
import time
from dataclasses import replace
from pathlib import Path

from certificate_document.samples import ENGLISH, HUGE, SAMPLES

from courseapp.certificate_document import render

if __name__ == "__main__":
    folder, slowest = Path(sys.argv[1]), 0
    for name, sample in SAMPLES.items():
        (folder / f"{name}.pdf").write_bytes(render(sample, b'{"id": 1}'))
    for name, text in HUGE.items():
        texts = {"learner_name": text, "signatory_name": text, "issuer_name": text}
        started = time.monotonic()
        pdf = render(replace(ENGLISH, course_title=(text * 2)[:300], **texts))
        slowest = max(slowest, time.monotonic() - started)
        (folder / f"{name}.pdf").write_bytes(pdf)
    # Not getrusage: that counts what the process that started this one had.
    status = Path("/proc/self/status").read_text()
    megabytes = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    print(json.dumps({"slowest": slowest, "megabytes": megabytes}))
