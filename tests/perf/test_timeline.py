"""A run cut into intervals loses nothing and counts everything once."""

import made_runs
import pytest

from perf.percentiles import figures
from perf.report.timeline import MOST_INTERVALS, cut, hit_rate, percentile_curve, series_by_kind
from perf.report.wording import clock, milliseconds, read_limit, share
from perf.results import Sample


@pytest.mark.parametrize("seconds", [3, 60, 600])
def test_every_request_is_in_one_interval(seconds):
    requests = made_runs.with_errors(made_runs.watchers(30, seconds), 7)
    intervals = cut(requests, 0, seconds)
    assert 5 <= len(intervals) <= MOST_INTERVALS
    whole = figures(requests, 0, seconds)
    assert sum(one.figures.count for one in intervals) == whole.count == len(requests)
    assert sum(one.figures.errors for one in intervals) == whole.errors
    answered = sum(one.figures.throughput * (one.end - one.begin) for one in intervals)
    assert answered == pytest.approx(whole.throughput * seconds)


@pytest.mark.parametrize("left_over", [0, 0.02, 0.4, 0.6, 0.98])
def test_no_interval_is_much_narrower_than_the_others(left_over):
    intervals = cut(made_runs.watchers(100), 0, 59 + left_over)
    usual = intervals[0].end - intervals[0].begin
    assert usual / 2 <= intervals[-1].end - intervals[-1].begin < usual * 1.5
    assert intervals[-1].end == 59 + left_over


def test_a_day_has_no_more_points_than_a_minute():
    requests = made_runs.watchers(1, 24 * 3600)
    assert len(cut(requests, 0, 24 * 3600)) <= MOST_INTERVALS


def test_a_second_without_an_answer_is_in_its_interval():
    intervals = cut(made_runs.watchers(stall_at=42), 0, 60)
    slow = [one.begin for one in intervals if one.figures.latency(95) > 0.5]
    assert slow == [42]


def test_hit_rate_is_of_the_interval_not_since_the_start():
    counts = [(0, 100, 100), (1, 190, 110), (2, 190, 110), (3, 191, 119)]
    samples = [Sample(at, "cache", "hits", hits) for at, hits, _ in counts]
    samples += [Sample(at, "cache", "misses", misses) for at, _, misses in counts]
    # Nobody asked in the third second, so there is no rate.
    assert hit_rate(series_by_kind(samples)["cache"], 1) == ([1.5, 3.5], [0.9, 0.1])


def test_a_counter_that_fell_began_anew():
    samples = [Sample(at, "cache", "hits", hits) for at, hits in ((0, 500), (1, 3))]
    samples += [Sample(at, "cache", "misses", misses) for at, misses in ((0, 500), (1, 1))]
    assert hit_rate(series_by_kind(samples)["cache"], 1) == ([1.5], [0.75])


def test_the_curve_ends_at_the_slowest_request():
    curve = percentile_curve([float(value) for value in range(1, 1001)])
    assert curve[0] == (0, 1)
    assert curve[-1] == (99.9, 1000)
    assert percentile_curve([0.5])[-1] == (0, 0.5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("< 500 ms", (0.5, True)),
        ("≤ 2 s", (2, True)),
        ("< 0.1 %", (0.001, True)),
        ("> 100 /s", (100, False)),
        ("≥ 1,000 req/s", (1000, False)),
        ("612 ms", (0.612, True)),
    ],
)
def test_limits_are_read(text, expected):
    limit = read_limit(text)
    assert (limit.value, limit.is_upper) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize("text", ["", "none", "every enrollment is there", "5 bananas"])
def test_what_is_no_number_is_no_limit(text):
    assert read_limit(text) is None


def test_numbers_are_written_as_people_write_them():
    assert [milliseconds(one) for one in (0.00421, 0.612, 1.0034)] == [
        "4.2 ms",
        "612 ms",
        "1,003 ms",
    ]
    assert [share(one) for one in (0, 0.0001, 0.974)] == ["0 %", "< 1 %", "97 %"]
    assert [clock(42.9), clock(41.98, 1), clock(3700)] == ["00:42", "00:42.0", "61:40"]
