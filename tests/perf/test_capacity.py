"""make perf-capacity: the law is found again in points that follow it, and nonsense is refused."""

import json
import math
import os
import random
from dataclasses import asdict, replace

import loaded
import pytest

from perf.capacity.command import most_common_threads, report, show
from perf.capacity.points import Point, measure, points_of_levels, read_points
from perf.capacity.usl import FitError, fit, throughput
from perf.capacity.words import answer, by_processor_time, demands, limits
from perf.results import read_run
from perf.scenarios.open_model import browsers
from perf.stress.level import Level, Setting

NUMBERS = (1, 2, 3, 4, 6, 8, 12, 16)


def points(lam, sigma, kappa, noise=0.0, numbers=NUMBERS):
    """Points of a law, each off by up to `noise` of itself."""
    draw = random.Random(7)
    return [
        (n, throughput(n, lam, sigma, kappa) * (1 + draw.uniform(-noise, noise)))
        for n in numbers
        for _ in range(2)
    ]


@pytest.mark.parametrize(
    ("lam", "sigma", "kappa"),
    [(700, 0.05, 0.002), (700, 0.2, 0.02), (12_000, 0.01, 0.0005), (90, 0.0, 0.01)],
)
def test_the_law_is_found_again(lam, sigma, kappa):
    law = fit(points(lam, sigma, kappa))
    assert law.values == pytest.approx((lam, sigma, kappa), rel=1e-3, abs=1e-5)
    assert law.r2 == pytest.approx(1)
    assert law.peak == pytest.approx(math.sqrt((1 - sigma) / kappa), rel=1e-2)


def test_it_is_found_in_points_that_are_not_exact_and_the_intervals_have_it():
    truth = (700, 0.08, 0.004)
    law = fit(points(*truth, noise=0.03))
    assert law.values[0] == pytest.approx(700, rel=0.05)
    assert law.values[1] == pytest.approx(0.08, abs=0.03)
    assert law.values[2] == pytest.approx(0.004, abs=0.002)
    for value, (low, high) in zip(truth, law.intervals, strict=True):
        assert low <= value <= high
        assert low < high
    assert law.band(32)[1] - law.band(32)[0] > law.band(4)[1] - law.band(4)[0]
    low, high = law.band(4)
    assert low < law.at(4) < high


def test_of_what_grows_without_end_there_is_no_peak():
    assert fit(points(100, 0, 0)).peak == math.inf


@pytest.mark.parametrize(
    ("some", "words"),
    [
        ([], "there are 0 points at 0"),
        ([(1, 100), (2, 190), (3, 270), (4, 340)], "there are 4 points at 4"),
        ([(n, 100 * n) for n in (1, 2, 3)] * 3, "there are 9 points at 3"),
        (
            list(zip(NUMBERS, (9, 400, 3, 700, 1, 90, 800, 2), strict=True)),
            "no such",
        ),
        ([(n, 0) for n in NUMBERS], "without throughput"),
        ([(n, 100) for n in (0.5, 1, 2, 3, 4)], "of less than one"),
        ([(n, 100 + 40 * (-1) ** n) for n in range(1, 7)], "The points"),
    ],
)
def test_nonsense_is_refused_in_words(some, words):
    with pytest.raises(FitError, match=words):
        fit(some)


@pytest.mark.parametrize("wanted", [100, 699, 701, 1500, 2400])
def test_the_smallest_number_is_the_smallest(wanted):
    law = fit(points(700, 0.1, 0.005))
    number = law.smallest(wanted)
    assert law.at(number) >= wanted * 0.999
    assert number == 1 or law.at(number - 1) < wanted


def test_no_number_is_enough_for_more_than_the_most():
    law = fit(points(700, 0.1, 0.005))
    assert law.smallest(law.at(law.peak) * 1.01) is None
    assert fit(points(700, 0.5, 0)).smallest(1500) is None
    assert fit(points(100, 0, 0)).smallest(1000) == 10


def test_the_answer_has_the_margin_and_says_when_it_is_extrapolated():
    law = fit(points(700, 0.05, 0.002, noise=0.005, numbers=(1, 2, 3, 4)))
    said = answer(law, 5000, 0.7, threads=4)
    assert "5,000 watchers send 1,000 updates/s" in said
    assert "1,429/s must be possible" in said
    assert "takes 3 workers, each an instance of its own with 4 threads" in said
    assert "EXTRAPOLATED" not in said
    assert "EXTRAPOLATED: only up to 4 were measured" in answer(law, 10_000, 0.7, threads=4)
    assert "No number of workers reaches that" in answer(law, 1_000_000, 0.7, threads=4)


CPU = {"web 1": 0.5, "web 2": 0.5, "PostgreSQL": 0.4, "HAProxy": 0.1, "worker default": 0.2}
POINT = Point(
    instances=2,
    threads=4,
    concurrency=16,
    throughput=1000,
    is_saturated=True,
    machine=0.98,
    client_cpu=0.35,
    cpu=CPU,
)


def test_by_processor_time_it_is_what_an_update_costs():
    assert demands([POINT]) == pytest.approx(
        {"web workers": 0.001, "PostgreSQL": 0.0004, "HAProxy": 0.0001}
    )
    (said,) = by_processor_time([POINT], 5000, 0.7)
    # 1,000/s x 1 ms / 0.7 = 1.43 workers.
    assert "need at least 2 workers" in said
    assert "0.6 for PostgreSQL, 0.1 for HAProxy" in said
    assert by_processor_time([replace(POINT, cpu={})], 5000, 0.7) == []


def test_it_says_when_all_processors_were_in_use():
    full = replace(POINT, client_cpu=0.98 * os.cpu_count() - sum(CPU.values()))
    assert "With 2 workers and more all processors (2 x Some)" in limits([full], "2 x Some")[0]
    assert "all processors" not in "".join(limits([replace(full, machine=0.6)], "2 x Some"))
    # They were, but by somebody else.
    disturbed = "".join(limits([replace(full, client_cpu=0)], "2 x Some"))
    assert "all processors" not in disturbed
    assert "DISTURBED" in disturbed


def level(watchers, instances, is_broken, client_cpu=0.3):
    """Of a stress run, as far as it matters for a point."""
    zero = dict.fromkeys(("error_rate", "p50", "p95", "p99", "machine", "begin", "end"), 0)
    rate = watchers / 5
    return Level(
        name=f"{watchers}",
        watchers=watchers,
        instances=instances,
        threads=4,
        clients=1,
        connections=watchers,
        rate=rate,
        throughput=rate,
        broken=["p95"] if is_broken else [],
        client_cpu=client_cpu,
        clients_cpu=client_cpu,
        **zero,
    )


def test_points_of_a_stress_run_are_on_both_sides_of_where_it_broke():
    levels = [
        *(level(1000, 1, False), level(2000, 1, True), level(1500, 1, False)),
        *(level(4000, 2, True), level(3000, 2, False), level(3500, 2, False, client_cpu=0.9)),
        level(1000, 3, False),
    ]
    seen = [(point.instances, point.throughput) for point in points_of_levels(levels)]
    assert seen == [(1, 300), (1, 400), (2, 600), (2, 800)]
    assert most_common_threads(points_of_levels(levels)) == 4


def test_a_stress_run_of_a_host_has_no_points(tmp_path):
    (tmp_path / "stress.json").write_text(json.dumps([asdict(level(1000, 0, True))]), "utf-8")
    with pytest.raises(FileNotFoundError, match="how many workers it has is not known"):
        read_points(tmp_path)


@pytest.fixture(scope="module")
def measured(service_data, tmp_path_factory):
    """A real measurement, as small as it can be, of two instances."""
    folder = tmp_path_factory.mktemp("capacity")
    load = loaded.options(loaded.SMALL)
    # So few learners would soon be throttled, which a point must not be made of: they browse.
    return measure(
        folder / "run", load, service_data, [Setting(2, 2)], 1, learners=20, calls_of=browsers
    )


def test_a_measurement_leaves_a_run_or_says_what_is_left_out(measured):
    run = read_run(measured.folder)
    assert [one.model for one in run.scenarios] == ["closed"] * len(run.scenarios)
    # With 1 to 4 at once, and with twice as many as there are threads; and all of it again.
    assert [one.users for one in run.scenarios] == 2 * [1, 2, 3, 4, 8]
    found = read_points(run.folder)
    assert len(found) + sum("left out" in note for note in run.notes) == len(run.scenarios)
    assert found
    assert all(point.throughput > 0 for point in found)
    assert any(point.cpu.get("PostgreSQL", 0) > 0 for point in found)


def test_one_number_of_workers_is_too_few_for_a_law(measured):
    said, _, is_answered = report([measured.folder], 5000, 0.7)
    assert not is_answered
    assert "No law of workers: A law of three parameters needs at least" in "\n".join(said)


@pytest.fixture
def write(measured):
    """A function that makes the measurement's points others; they are put back at the end."""
    path = measured.folder / "capacity.json"
    before = path.read_text("utf-8")
    # A picture of an earlier test is none of this one.
    for old in measured.folder.glob("capacity.[sp]*g"):
        old.unlink()
    yield lambda some: path.write_text(json.dumps([asdict(one) for one in some]), "utf-8")
    path.write_text(before, "utf-8")


SWEPT_POINTS = [
    replace(POINT, is_saturated=False, concurrency=n, throughput=x)
    for n, x in points(150, 0.05, 0.002, noise=0.01, numbers=(1, 2, 3, 4, 6, 8))
]
# Too few for a law.
FEW = [replace(POINT, instances=n, throughput=x) for n, x in ((1, 500), (1, 510), (2, 900))]


def test_points_without_a_law_of_workers_are_drawn_with_the_law_of_requests_at_once(
    measured, write, capsys
):
    write(FEW + SWEPT_POINTS)
    assert show([measured.folder], 5000, 0.7) == 1
    said = capsys.readouterr().out
    assert "No law of workers: A law of three parameters needs at least" in said
    assert "N = requests at once, with 2 workers, measured from 1 to 8" in said
    assert said.endswith("capacity.png\n")
    svg = (measured.folder / "capacity.svg").read_text("utf-8")
    # Text is drawn as paths, each with its words in a comment.
    workers, at_once = svg.split('<g id="axes_2">')
    assert "<!-- no law could be fitted -->" in workers
    assert "<!-- measured -->" in workers
    assert "<!-- 5,000 watchers at 70% -->" in workers
    assert "<!-- law, where measured -->" not in workers
    assert "<!-- law, where measured -->" in at_once
    assert "<!-- requests at once, with 2 workers -->" in at_once
    assert "no law could be fitted" not in at_once


def test_where_no_law_fits_at_all_the_bare_points_are_drawn(measured, write):
    write(FEW + SWEPT_POINTS[:3])
    said, picture, is_answered = report([measured.folder], 5000, 0.7)
    assert not is_answered
    assert "No law of requests at once: " in "\n".join(said)
    assert picture.read_bytes().startswith(b"\x89PNG")
    svg = picture.with_suffix(".svg").read_text("utf-8")
    assert svg.count("<!-- no law could be fitted -->") == 2


def test_without_a_point_there_is_no_picture(measured, write):
    write([])
    assert report([measured.folder], 5000, 0.7)[1:] == (None, False)
    assert not (measured.folder / "capacity.svg").exists()


def test_the_report_of_enough_points_has_an_answer_and_a_picture(measured, write):
    law_points = [
        replace(POINT, instances=n, throughput=x)
        for n, x in points(700, 0.05, 0.002, noise=0.01, numbers=(1, 2, 3, 4))
    ]
    write(law_points)
    said, picture, is_answered = report([measured.folder], 5000, 0.7)
    text = "\n".join(said)
    assert is_answered
    assert "takes 3 workers" in text
    assert "By processor time" in text
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "<svg" in picture.with_suffix(".svg").read_text()
