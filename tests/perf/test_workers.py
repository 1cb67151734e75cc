"""`python -m perf.bench.workers`, in small: every arrangement is beside the first."""

import re

from perf.bench import workers

FIRST = workers.ARRANGEMENTS[0]
SOME = [FIRST, *(one for one in workers.ARRANGEMENTS if "--worker-class" in one.extra)]


def test_all_are_measured_beside_the_first_and_a_busy_client_makes_it_invalid(
    monkeypatch, tmp_path, capsys
):
    small = ("--users", "4000", "--courses", "20", "--progress", "8000")
    for name, value in {
        "FOLDER": tmp_path,
        "LOAD": small,
        "LEARNERS": 3000,
        "WARM_UP_SECONDS": 0.1,
        "ARRANGEMENTS": SOME,
        "CLIENT_CPU_LIMIT": 0.01,
    }.items():
        monkeypatch.setattr(workers, name, value)
    assert workers.run(0.2, 1) == 1
    said = capsys.readouterr().out
    for one in SOME:
        rates = re.findall(rf"^\| {re.escape(one.name)} +\| +([\d,]+) \| +(\d+)% ", said, re.M)
        assert len(rates) == 2, said
        assert all(int(rate.replace(",", "")) > 0 for rate, _ in rates)
        assert one is not FIRST or [share for _, share in rates] == ["100", "100"]
    assert re.search(r"^The client used at most \d+% of a core\.$", said, re.M)
    assert "INVALID: at most 1% are allowed" in said
