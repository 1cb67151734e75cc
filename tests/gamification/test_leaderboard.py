"""GET /api/v1/gamification/leaderboard: who has the most points, of those who opted in."""

from datetime import UTC, datetime, timedelta
from functools import partial

import builders
import pytest
from achievements.earning import (
    assert_it_adds_up,
    at_once,
    attend,
    complete,
    crowded,
    ledger,
    make_achievement,
)
from conftest import anonymous
from pages import NO_LIMITS
from problems import assert_problem

from courseapp.schemas.gamification import LeaderboardSchema

BOARD, ME = "/api/v1/gamification/leaderboard", "/api/v1/auth/me"
PERIODS = ("week", "month", "all")


@pytest.fixture(scope="module", autouse=True)
def without_achievements(conn):
    """The points of lessons alone, unless a test is about others."""
    conn.execute("update achievements set is_active = false")


@pytest.fixture(autouse=True)
def nobody_yet(conn):
    """Nobody of the tests before is on a leaderboard."""
    conn.execute("delete from leaderboard_entries")


@pytest.fixture(scope="module")
def busy_app(make_app, conn):
    with crowded(make_app, conn) as app:
        yield app


@pytest.fixture
def devices(busy_app, conn):
    """Clients of one user that can all be answered at the same moment."""

    def log_in(user, count):
        token = builders.access_token(busy_app, conn, user)
        clients = [anonymous(busy_app) for _ in range(count)]
        for client in clients:
            client.set_cookie("access_token", token)
        return clients

    return log_in


@pytest.fixture
def player(conn):
    """A user who has opted in, with points in the ledger and on the boards of all periods."""

    def make(points=None, **overrides):
        user = builders.make_user(conn, leaderboard_opt_in=True, **overrides)
        if points is not None:
            for period in PERIODS:
                place(conn, user, points, period)
        return user

    return make


def starts(period):
    """The first day of the running period, as the column has it."""
    today = datetime.now(UTC).date()
    return {
        "week": today - timedelta(today.weekday()),
        "month": today.replace(day=1),
        "all": "-infinity",
    }[period]


def place(conn, user, points, period="week", course=None, starts_on=None):
    conn.execute(
        "insert into leaderboard_entries (user_id, course_id, period, starts_on, points)"
        " values (%s, %s, %s, %s, %s)",
        [user.id, course and course.id, period, starts_on or starts(period), points],
    )


def places(conn, user):
    """Where the user stands: (course, period) -> points."""
    rows = conn.execute(
        "select course_id, period, points from leaderboard_entries where user_id = %s", [user.id]
    )
    return {(course_id, period): points for course_id, period, points in rows}


def opt(client, opts_in):
    answer = client.patch(ME, json={"leaderboard_opt_in": opts_in})
    assert (answer.status_code, answer.json["leaderboard_opt_in"]) == (200, opts_in)


def board(client, **query):
    """The (rank, user, points) of a board, and its document."""
    answer = client.get(BOARD, query_string=query)
    assert answer.status_code == 200, answer.text
    items = answer.json["items"]
    return [(item["rank"], item["user_id"], item["points"]) for item in items], answer.json


def award(conn, user, source_id, points, at="now", reason="lesson_completed"):
    """An entry in the ledger alone."""
    conn.execute(
        "insert into points_history (user_id, points, reason, source_id, created_at)"
        " values (%s, %s, %s, %s, %s)",
        [user.id, points, reason, source_id, at],
    )


# Who is on it


def test_at_first_it_is_empty(as_user, learner):
    answer = as_user(learner).get(BOARD)
    assert (answer.status_code, answer.json) == (
        200,
        {
            "period": "week",
            "course_id": None,
            "starts_on": str(starts("week")),
            "items": [],
            "next_cursor": None,
            "me": None,
        },
    )


def test_who_opted_in_is_on_it_with_what_they_earn(as_user, conn, learner):
    course, client = attend(conn, learner, lesson={"points": 15}), as_user(learner)
    opt(client, True)
    complete(client, course.lesson_ids[0])
    complete(client, course.lesson_ids[1])
    answer = client.get(BOARD)
    assert answer.json["items"] == [
        {
            "rank": 1,
            "user_id": learner.id,
            "full_name": "Ada Nowak",
            "points": 30,
            "is_me": True,
        }
    ]
    assert answer.json["me"] == {"rank": 1, "points": 30}
    assert not LeaderboardSchema().validate(answer.json)


def test_who_has_not_opted_in_is_not_on_it(as_user, conn, learner):
    course, client = attend(conn, learner), as_user(learner)
    complete(client, course.lesson_ids[0])
    items, document = board(client)
    assert (items, document["me"], places(conn, learner)) == ([], None, {})


def test_who_has_not_opted_in_sees_the_others(as_user, learner, player):
    other = player(30)
    items, document = board(as_user(learner))
    assert items == [(1, other.id, 30)]
    assert document["items"][0]["is_me"] is False
    assert document["me"] is None


def test_opting_in_counts_what_was_earned_before(as_user, conn, learner):
    course, client = attend(conn, learner, lesson={"points": 15}), as_user(learner)
    complete(client, course.lesson_ids[0])
    opt(client, True)
    complete(client, course.lesson_ids[1])
    for period in PERIODS:
        assert board(client, period=period)[0] == [(1, learner.id, 30)]


def test_opting_in_twice_counts_it_once(as_user, conn, learner):
    course, client = attend(conn, learner, lesson={"points": 15}), as_user(learner)
    complete(client, course.lesson_ids[0])
    for _ in range(3):
        opt(client, True)
    assert set(places(conn, learner).values()) == {15}


def test_opting_in_with_nothing_earned_is_no_place(as_user, conn, learner):
    client = as_user(learner)
    opt(client, True)
    assert (board(client)[0], places(conn, learner)) == ([], {})


def test_opting_out_removes_every_place(as_user, conn, learner):
    course, client = attend(conn, learner), as_user(learner)
    opt(client, True)
    complete(client, course.lesson_ids[0])
    assert len(places(conn, learner)) == 6
    opt(client, False)
    assert places(conn, learner) == {}
    complete(client, course.lesson_ids[1])
    assert places(conn, learner) == {}
    assert board(client)[1]["me"] is None


def test_who_opts_in_again_has_everything_back(as_user, conn, learner):
    course, client = attend(conn, learner, lesson={"points": 15}), as_user(learner)
    opt(client, True)
    complete(client, course.lesson_ids[0])
    before = places(conn, learner)
    opt(client, False)
    complete(client, course.lesson_ids[1])
    opt(client, True)
    assert places(conn, learner) == {key: points + 15 for key, points in before.items()}


def test_opting_out_removes_nobody_else(as_user, conn, learner, player):
    other = player(10)
    client = as_user(learner)
    opt(client, True)
    opt(client, False)
    assert len(places(conn, other)) == 3


def test_another_change_of_the_account_moves_nobody(as_user, conn, player):
    user = player(10)
    as_user(user).patch(ME, json={"full_name": "Zażółć"})
    items, document = board(as_user(user))
    assert items == [(1, user.id, 10)]
    assert document["items"][0]["full_name"] == "Zażółć"


def test_a_deactivated_user_is_not_on_it_and_holds_no_rank(as_user, conn, player):
    best, gone, last = player(30), player(20), player(10)
    conn.execute("update users set deactivated_at = now() where id = %s", [gone.id])
    items, document = board(as_user(last))
    assert items == [(1, best.id, 30), (2, last.id, 10)]
    assert document["me"] == {"rank": 2, "points": 10}


def test_who_came_without_a_row_of_points_can_opt_in(as_user, conn, learner):
    award(conn, learner, 1, 10)
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    client = as_user(learner)
    opt(client, True)
    assert board(client)[0] == [(1, learner.id, 10)]


# Ranks


def test_the_most_points_come_first(as_user, learner, player):
    users = {points: player(points) for points in (20, 5, 30)}
    assert board(as_user(learner))[0] == [
        (1, users[30].id, 30),
        (2, users[20].id, 20),
        (3, users[5].id, 5),
    ]


def test_equal_points_share_a_rank_and_the_next_one_is_left_out(as_user, player):
    users = [player(points) for points in (30, 20, 20, 20, 10)]
    ids = [user.id for user in users]
    items, document = board(as_user(users[3]))
    assert items == list(zip((1, 2, 2, 2, 5), ids, (30, 20, 20, 20, 10), strict=True))
    assert document["me"] == {"rank": 2, "points": 20}
    assert board(as_user(users[4]))[1]["me"] == {"rank": 5, "points": 10}


def test_the_first_of_equals_who_fits_is_shown_with_the_shared_rank(as_user, player):
    users = [player(20) for _ in range(3)]
    items, document = board(as_user(users[2]), limit=2)
    assert items == [(1, users[0].id, 20), (1, users[1].id, 20)]
    assert document["me"] == {"rank": 1, "points": 20}


def test_who_is_not_among_the_best_learns_their_own_rank(as_user, player):
    users = [player(points) for points in range(10, 0, -1)]
    items, document = board(as_user(users[7]), limit=3)
    assert [user_id for _, user_id, _ in items] == [user.id for user in users[:3]]
    assert document["me"] == {"rank": 8, "points": 3}
    assert document["next_cursor"] is None


def test_it_shows_20_unless_asked_and_100_at_most(as_user, conn, player):
    users = [player(n + 1) for n in range(101)]
    client = as_user(users[0])
    assert len(board(client)[0]) == 20
    items, document = board(client, limit=100)
    assert len(items) == 100
    assert document["me"] == {"rank": 101, "points": 1}


@pytest.mark.parametrize(("ahead", "rank"), [(999, 1000), (1000, None), (1001, None)])
def test_past_the_first_thousand_a_rank_is_not_counted(as_user, conn, player, ahead, rank):
    conn.execute(
        "with crowd as (insert into users (email, password_hash, full_name, leaderboard_opt_in)"
        " select gen_random_uuid() || '@example.com', '-', 'One of many', true"
        " from generate_series(1, %s) returning id)"
        " insert into leaderboard_entries (user_id, period, starts_on, points)"
        " select id, 'week', %s, 100 from crowd",
        [ahead, starts("week")],
    )
    user = player(99)
    items, document = board(as_user(user), limit=100)
    assert {(rank, points) for rank, _, points in items} == {(1, 100)}
    assert document["me"] == {"rank": rank, "points": 99}


def test_who_has_no_more_than_nothing_is_not_shown_around(as_user, player):
    best, nothing, less = player(3), player(0), player(-5)
    for user in (nothing, less):
        items, document = board(as_user(user))
        assert items == [(1, best.id, 3)]
        assert document["me"] is None


# Which points


def test_a_period_has_the_points_since_it_began(as_user, conn, learner):
    """The moment at which it begins belongs to it, and the microsecond before does not."""
    moments = {}
    for number, period in enumerate(("week", "month"), 1):
        moments[number] = datetime.combine(starts(period), datetime.min.time(), UTC)
        moments[10 * number] = moments[number] - timedelta(microseconds=1)
    for points, moment in moments.items():
        award(conn, learner, points, points, moment)
    award(conn, learner, 100, 100, datetime(2020, 1, 1, tzinfo=UTC))
    client = as_user(learner)
    opt(client, True)
    for period in ("week", "month"):
        expected = sum(points for points, at in moments.items() if at.date() >= starts(period))
        assert board(client, period=period)[0] == [(1, learner.id, expected)]
    assert board(client, period="all")[0] == [(1, learner.id, 133)]


@pytest.mark.parametrize("period", PERIODS)
def test_a_board_says_which_period_it_is_of(as_user, learner, period):
    _, document = board(as_user(learner), period=period)
    assert document["period"] == period
    assert document["starts_on"] == (None if period == "all" else str(starts(period)))


def test_a_place_of_an_earlier_period_counts_no_more(as_user, conn, player):
    user = player()
    place(conn, user, 500, "week", starts_on=starts("week") - timedelta(7))
    place(conn, user, 500, "month", starts_on=(starts("month") - timedelta(1)).replace(day=1))
    for period in ("week", "month"):
        items, document = board(as_user(user), period=period)
        assert (items, document["me"]) == ([], None)


def test_the_next_points_take_over_a_place_of_an_earlier_period(as_user, conn, player):
    user = player()
    course, client = attend(conn, user, lesson={"points": 15}), as_user(user)
    place(conn, user, 500, "week", starts_on=starts("week") - timedelta(7))
    place(conn, user, 500, "month", starts_on=(starts("month") - timedelta(1)).replace(day=1))
    place(conn, user, 500, "all")
    complete(client, course.lesson_ids[0])
    shown = {period: board(client, period=period)[0][0][2] for period in PERIODS}
    assert shown == {"week": 15, "month": 15, "all": 515}


def test_a_place_of_the_next_period_is_not_taken_back(as_user, conn, player):
    """Another device was already past midnight."""
    user = player()
    course, client = attend(conn, user), as_user(user)
    place(conn, user, 7, "week", starts_on=starts("week") + timedelta(7))
    complete(client, course.lesson_ids[0])
    assert places(conn, user)[None, "week"] == 7
    assert places(conn, user)[None, "month"] == 10


def test_a_course_has_a_board_of_its_own(as_user, conn, player):
    user, other = player(), player()
    course = attend(conn, user, lessons=1, completion_points=50, lesson={"points": 15})
    elsewhere = attend(conn, user, lesson={"points": 3})
    builders.enroll(conn, other, elsewhere)
    client = as_user(user)
    complete(client, course.lesson_ids[0])
    complete(client, elsewhere.lesson_ids[0])
    complete(as_user(other), elsewhere.lesson_ids[0])
    for period in PERIODS:
        items, document = board(client, period=period, course_id=course.id)
        assert items == [(1, user.id, 65)]
        assert document["course_id"] == course.id
        assert document["me"] == {"rank": 1, "points": 65}
        items, _ = board(client, period=period, course_id=elsewhere.id)
        assert items == [(1, user.id, 3), (1, other.id, 3)]
        assert board(client, period=period)[0] == [(1, user.id, 68), (2, other.id, 3)]


def test_opting_in_counts_on_the_boards_of_courses_too(as_user, conn, learner):
    course = attend(conn, learner, lessons=1, completion_points=50, lesson={"points": 15})
    client = as_user(learner)
    complete(client, course.lesson_ids[0])
    opt(client, True)
    assert board(client, course_id=course.id)[0] == [(1, learner.id, 65)]


def test_achievements_and_corrections_are_of_no_course(as_user, conn, player):
    user, admin = player(), as_user(builders.make_user(conn, "admin"))
    made = make_achievement(conn, "lessons_completed", 1, points=5)
    course, client = attend(conn, user, lesson={"points": 15}), as_user(user)
    complete(client, course.lesson_ids[0])
    conn.execute("update achievements set is_active = false where id = %s", [made.id])
    correction = {"correction_id": course.lesson_ids[0], "points": -2, "note": "A test"}
    path = f"/api/v1/gamification/users/{user.id}/corrections"
    assert admin.post(path, json=correction).status_code == 201
    for period in PERIODS:
        assert board(client, period=period)[0] == [(1, user.id, 18)]
        assert board(client, period=period, course_id=course.id)[0] == [(1, user.id, 15)]
    opt(client, True)
    assert places(conn, user)[None, "all"] == 18
    assert places(conn, user)[course.id, "all"] == 15


def test_a_repeated_correction_counts_once(as_user, conn, player):
    user, admin = player(), as_user(builders.make_user(conn, "admin"))
    body = {"correction_id": 1, "points": 10, "note": "A test"}
    for _ in range(3):
        admin.post(f"/api/v1/gamification/users/{user.id}/corrections", json=body)
    assert set(places(conn, user).values()) == {10}


def test_a_repeated_completion_counts_once(as_user, conn, player):
    user = player()
    course, client = attend(conn, user), as_user(user)
    for _ in range(3):
        complete(client, course.lesson_ids[0])
    assert set(places(conn, user).values()) == {10}


def test_what_enrolling_earns_counts(as_user, conn, player):
    user = player()
    made = make_achievement(conn, "courses_enrolled", 1, points=5)
    done = builders.make_course(conn, lessons=1, completion_points=50)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, is_completed, completed_at)"
        " values (%s, %s, true, now())",
        [user.id, done.lesson_ids[0]],
    )
    client = as_user(user)
    assert client.post(f"/api/v1/courses/{done.id}/enroll").status_code == 201
    conn.execute("update achievements set is_active = false where id = %s", [made.id])
    assert places(conn, user)[None, "all"] == 55
    assert places(conn, user)[done.id, "all"] == 50


def test_what_enrolling_unlocks_counts_without_a_bonus_too(as_user, conn, player):
    user = player()
    made = make_achievement(conn, "courses_enrolled", 1, points=5)
    client, course = as_user(user), builders.make_course(conn)
    assert client.post(f"/api/v1/courses/{course.id}/enroll").status_code == 201
    conn.execute("update achievements set is_active = false where id = %s", [made.id])
    assert set(places(conn, user).items()) == {((None, period), 5) for period in PERIODS}


# Which courses


@pytest.mark.parametrize("course_id", [999_999_999, 10**18 - 1])
def test_a_course_that_does_not_exist_is_404(as_user, learner, course_id):
    assert_problem(as_user(learner).get(BOARD, query_string={"course_id": course_id}), "not_found")


def test_a_course_that_is_not_published_is_404_but_for_the_enrolled(as_user, conn, learner, player):
    user, course = player(), builders.make_course(conn)
    builders.enroll(conn, user, course)
    complete(as_user(user), course.lesson_ids[0])
    conn.execute("update courses set published_at = null where id = %s", [course.id])
    assert_problem(as_user(learner).get(BOARD, query_string={"course_id": course.id}), "not_found")
    assert board(as_user(user), course_id=course.id)[0] == [(1, user.id, 10)]


def test_the_board_of_a_course_is_for_those_who_are_not_enrolled_too(as_user, conn, learner):
    assert board(as_user(learner), course_id=builders.make_course(conn).id)[0] == []


# Requests


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period", ""),
        ("period", "day"),
        ("period", "Week"),
        ("period", "week "),
        ("course_id", ""),
        ("course_id", "0"),
        ("course_id", "-1"),
        ("course_id", "x"),
        ("course_id", "1.5"),
        ("course_id", " 1"),
        ("course_id", "\uff11"),
        ("course_id", "9" * 19),
        ("course_id", "9" * 5000),
        *(("limit", limit) for limit in NO_LIMITS),
    ],
    ids=ascii,
)
def test_what_makes_no_sense_is_refused_by_name(as_user, learner, name, value):
    assert_problem(as_user(learner).get(BOARD, query_string={name: value}), "invalid", name)


def test_the_anonymous_are_401(client):
    assert_problem(client.get(BOARD), "unauthenticated")


def test_the_callers_browser_keeps_it_and_asks_again(as_user, conn, learner, player):
    client = as_user(learner)
    answer = client.get(BOARD)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(BOARD, headers=headers).status_code == 304
    player(10)
    assert client.get(BOARD, headers=headers).status_code == 200


def test_head_and_options(as_user, client, learner):
    head = as_user(learner).head(BOARD)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(BOARD)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


# At the same moment


def test_opting_in_while_completing_counts_each_point_once(devices, conn):
    for turn in range(20):
        learner = builders.make_user(conn)
        course = attend(conn, learner, lessons=4, completion_points=20, lesson={"points": 10})
        first, *others = devices(learner, 5)
        calls = [partial(complete, *pair) for pair in zip(others, course.lesson_ids, strict=True)]
        calls.insert(turn % 5, partial(opt, first, True))
        at_once(*calls)
        assert_it_adds_up(conn, learner, 60)
        boards = [(board_id, period) for board_id in (None, course.id) for period in PERIODS]
        assert places(conn, learner) == dict.fromkeys(boards, 60)


def test_opting_out_while_completing_leaves_no_place(devices, conn, player):
    for turn in range(20):
        learner = player()
        course = attend(conn, learner, lessons=4)
        first, *others = devices(learner, 5)
        calls = [partial(complete, *pair) for pair in zip(others, course.lesson_ids, strict=True)]
        calls.insert(turn % 5, partial(opt, first, False))
        at_once(*calls)
        assert_it_adds_up(conn, learner, 40)
        assert places(conn, learner) == {}


def test_opting_in_and_out_at_once_ends_in_one_of_the_two(devices, conn):
    for _ in range(5):
        learner = builders.make_user(conn)
        course = attend(conn, learner, lesson={"points": 10})
        clients = devices(learner, 8)
        complete(clients[0], course.lesson_ids[0])
        at_once(*(partial(opt, client, bool(n % 2)) for n, client in enumerate(clients)))
        is_in = clients[0].get(ME).json["leaderboard_opt_in"]
        assert set(places(conn, learner).values()) == ({10} if is_in else set())


def test_twenty_completions_at_once_all_count(devices, conn, player):
    learner = player()
    course = attend(conn, learner, lessons=20, lesson={"points": 5})
    pairs = zip(devices(learner, 20), course.lesson_ids, strict=True)
    at_once(*(partial(complete, *pair) for pair in pairs))
    assert len(ledger(conn, learner)) == 21
    assert set(places(conn, learner).values()) == {100}


def test_twenty_learners_at_once_do_not_wait_for_each_other_for_ever(devices, conn, player):
    course = builders.make_course(conn, lessons=1)
    learners = [player() for _ in range(20)]
    for learner in learners:
        builders.enroll(conn, learner, course)
    clients = [devices(learner, 1)[0] for learner in learners]
    at_once(*(partial(complete, client, course.lesson_ids[0]) for client in clients))
    items, _ = board(clients[0], course_id=course.id)
    assert items == [(1, learner.id, 10) for learner in learners]
