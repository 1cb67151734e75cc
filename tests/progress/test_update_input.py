"""Which values an update accepts, and that a refused one changes nothing."""

import json

import pytest
from problems import assert_problem

LARGEST = 2**31 - 1
SECONDS = ("watched_seconds", "last_position_seconds")
UPDATE = {"watched_seconds": 10, "last_position_seconds": 20, "completion_percentage": 30}


@pytest.fixture
def send(watch):
    """Send an update as it is; returns the answer and the state afterwards."""
    w = watch(lesson={"duration_seconds": None})

    def post(**request):
        answer = w.client.post(f"/api/v1/progress/lessons/{w.lesson_id}", **request)
        return answer, w.lesson()

    return post


def assert_refused(answer, state, field):
    assert_problem(answer, "invalid", field)
    assert state["updated_at"] is None


@pytest.mark.parametrize("field", SECONDS)
@pytest.mark.parametrize("value", [0, 1, LARGEST])
def test_seconds_are_accepted_up_to_the_largest_integer(send, field, value):
    answer, state = send(json=UPDATE | {field: value})
    assert answer.status_code == 200
    assert answer.json[field] == state[field] == value


@pytest.mark.parametrize("value", [0, 1, 94])
def test_percentages_are_accepted_from_zero(send, value):
    assert send(json=UPDATE | {"completion_percentage": value})[1]["completion_percentage"] == value


def test_a_hundred_percent_is_accepted(send):
    assert send(json=UPDATE | {"completion_percentage": 100})[1]["is_completed"]


@pytest.mark.parametrize("field", SECONDS)
@pytest.mark.parametrize("value", [-1, LARGEST + 1, 2**63, 10**400])
def test_seconds_beyond_the_range_are_422(send, field, value):
    assert_refused(*send(json=UPDATE | {field: value}), field)


@pytest.mark.parametrize("value", [-1, 101, 2**31, 2**64])
def test_percentages_beyond_the_range_are_422(send, value):
    refused = send(json=UPDATE | {"completion_percentage": value})
    assert_refused(*refused, "completion_percentage")


@pytest.mark.parametrize("field", UPDATE)
@pytest.mark.parametrize(
    "value",
    [1.5, 1e300, "1", "", " 1", "1_0", "\uff11", "ten", True, False, None, [1], {"value": 1}],
    ids=repr,
)
def test_what_is_no_integer_is_422(send, field, value):
    assert_refused(*send(json=UPDATE | {field: value}), field)


@pytest.mark.parametrize("field", UPDATE)
def test_a_whole_number_may_be_written_as_a_float(send, field):
    answer, _ = send(data=json.dumps(UPDATE | {field: 15.0}), content_type="application/json")
    assert b": 15," in answer.data or b": 15}" in answer.data


@pytest.mark.parametrize("field", UPDATE)
def test_every_value_must_be_sent(send, field):
    assert_refused(*send(json={k: v for k, v in UPDATE.items() if k != field}), field)


def test_an_unknown_value_is_422(send):
    assert_refused(*send(json=UPDATE | {"user_id": 1}), "user_id")


def test_sent_at_may_be_null(send):
    assert send(json=UPDATE | {"sent_at": None})[0].status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        "now",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00+99:00",
        "infinity",
        0,
        1767225600,
        1.5,
        True,
        [],
        {},
    ],
    ids=repr,
)
def test_sent_at_without_a_date_a_time_and_a_zone_is_422(send, value):
    assert_refused(*send(json=UPDATE | {"sent_at": value}), "sent_at")


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', "[[1]]"])
def test_a_body_that_is_no_object_is_422(send, body):
    answer, state = send(data=body, content_type="application/json")
    assert_problem(answer, "invalid", "_schema")
    assert state["updated_at"] is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        b"\xff\xfe",
        "[" * 100_000,
        '{"watched_seconds": NaN, "last_position_seconds": 1, "completion_percentage": 1}',
        '{"watched_seconds": 1, "watched_seconds": 2, "last_position_seconds": 1,'
        ' "completion_percentage": 1}',
    ],
    ids=["empty", "cut off", "no UTF-8", "nested", "NaN", "duplicate key"],
)
def test_a_body_that_is_no_json_is_400(send, body):
    answer, state = send(data=body[:60_000], content_type="application/json")
    assert_problem(answer, "malformed")
    assert state["updated_at"] is None


def test_a_form_is_415(send):
    answer, state = send(data={key: str(value) for key, value in UPDATE.items()})
    assert_problem(answer, "unsupported_media_type")
    assert state["updated_at"] is None


def test_a_huge_body_is_413(send):
    answer, state = send(data=b" " * 100_000, content_type="application/json")
    assert_problem(answer, "too_large")
    assert state["updated_at"] is None


def test_values_in_the_query_do_not_count(send):
    answer, _ = send(json=UPDATE, query_string={"watched_seconds": "99"})
    assert answer.json["watched_seconds"] == 10
