"""Percentiles are one of the values, and what is judged is what came between ramp and end."""

from fractions import Fraction

import made_runs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf.percentiles import figures, figures_by_name, percentile
from perf.results import Request

PERCENTS = ("0", "1", "7", "29", "50", "58", "95", "99", "99.9", "99.99", "100")


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=300), st.sampled_from(PERCENTS))
def test_it_is_the_smallest_value_that_so_many_do_not_exceed(values, percent):
    enough = Fraction(percent) / 100 * len(values)
    expected = next(v for v in sorted(values) if sum(w <= v for w in values) >= enough)
    assert percentile(sorted(values), float(percent)) == expected


def test_seven_percent_of_a_hundred_are_seven():
    # 100 * 7 / 100 and 0.07 * 100 are not the same number to a processor.
    assert percentile(range(1, 101), 7) == 7
    assert percentile(range(1, 1001), 99.9) == 999
    assert percentile(range(1, 10_001), 99.99) == 9999


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1], -1), ([1], 100.1)])
def test_there_is_no_percentile_of_nothing_or_beyond_all(values, percent):
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


def test_the_ramp_and_what_is_due_after_the_end_are_not_judged():
    requests = [Request("s", "n", due, 0.5, 200, False) for due in (9.9, 10, 19.4, 19.6, 20)]
    assert figures(requests, 10, 20).count == 3


def test_throughput_counts_good_answers_by_when_they_came():
    requests = [
        Request("s", "n", 9.9, 0.2, 200, False),  # due in the ramp, answered after it
        Request("s", "n", 10, 1, 200, False),
        Request("s", "n", 11, 1, 503, True),
        Request("s", "n", 19, 2, 200, False),  # answered after the end
    ]
    some = figures(requests, 10, 20)
    assert (some.count, some.errors, some.throughput) == (3, 1, 0.2)


def test_each_request_name_has_its_figures_and_other_scenarios_none():
    requests = made_runs.watchers(name="a") + made_runs.watchers(name="b", rate=2)
    other = [request._replace(scenario="other") for request in requests]
    by_name = figures_by_name(made_runs.scenario(), requests + other)
    assert {name: some.count for name, some in by_name.items()} == {"a": 2000, "b": 100}


def test_without_requests_there_are_no_numbers():
    nothing = figures([], 10, 20)
    assert (nothing.count, nothing.error_rate, nothing.latency(95)) == (0, None, None)
