"""`python -m perf.bench.workers`, in small: every arrangement is beside the first."""

import re

from perf.bench import workers

FIRST = workers.ARRANGEMENTS[0]
SOME = [FIRST, *(one for one in workers.ARRANGEMENTS if "--worker-class" in one.extra)]


def test_all_are_measured_beside_the_first(monkeypatch, tmp_path, capsys):
    small = ("--users", "4000", "--courses", "20", "--progress", "8000")
    for name, value in {
        "FOLDER": tmp_path,
        "LOAD": small,
        "LEARNERS": 3000,
        "WARM_UP_SECONDS": 0.1,
        "ARRANGEMENTS": SOME,
    }.items():
        monkeypatch.setattr(workers, name, value)
    assert workers.run(0.5, 1) == 0
    said = capsys.readouterr().out
    for one in SOME:
        rates = re.findall(rf"^\| {re.escape(one.name)} +\| +([\d,]+) \| +(\d+)% ", said, re.M)
        assert len(rates) == 2, said
        assert all(int(rate.replace(",", "")) > 0 for rate, _ in rates)
        assert one is not FIRST or [share for _, share in rates] == ["100", "100"]
    assert re.search(r"^The client used at most \d+% of a core\.$", said, re.M)


def test_a_client_that_was_too_busy_makes_it_invalid(capsys):
    assert workers.judge(workers.CLIENT_CPU_LIMIT) == 0
    assert "INVALID" not in capsys.readouterr().out
    assert workers.judge(0.91) == 1
    assert "91% of a core.\nINVALID: at most 80% are allowed" in capsys.readouterr().out
