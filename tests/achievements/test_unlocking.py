"""Achievements are given in the transaction that earns them, each once, with their points."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import builders
import psycopg
import pytest
import recorder as recording
from achievements.earning import (
    FINISH,
    achievements_of,
    assert_it_adds_up,
    at_once,
    attend,
    complete,
    complete_again,
    crowded,
    ledger,
    make_achievement,
    unlock,
)
from conftest import anonymous
from problems import assert_problem

from courseapp.awards import ROUNDS
from courseapp.metrics import CHANGED_BY_ENROLLING, METRICS, measure

LESSON = {"lesson": {"points": 10}}


@pytest.fixture(autouse=True)
def none_but_the_tests_own(conn):
    """Earlier ones stay with those who have them, and are not given any more."""
    conn.execute("update achievements set is_active = false")


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
def correct(as_user, conn):
    """Correct the points of a user, as an admin; the status."""
    client = as_user(builders.make_user(conn, "admin"))

    def call(user, correction_id=1, points=1):
        return client.post(
            f"/api/v1/gamification/users/{user.id}/corrections",
            json={"correction_id": correction_id, "points": points, "note": "A test"},
        ).status_code

    return call


def enroll(client, course):
    return client.post(f"/api/v1/courses/{course.id}/enroll").status_code


def badge(achievement):
    """How an achievement stands in what has been earned."""
    names = ("id", "code", "title", "description", "icon", "points")
    return {name: getattr(achievement, name) for name in names}


# What a completion answers with


def test_completing_a_lesson_says_what_it_has_earned(as_user, conn, learner):
    course = attend(conn, learner, **LESSON)
    assert complete(as_user(learner), course.lesson_ids[0]) == {
        "points": 10,
        "total_points": 10,
        "level": 1,
        "is_new_level": False,
        "current_streak": 1,
        "is_first_today": True,
        "is_course_completed": False,
        "achievements": [],
    }


def test_the_next_lesson_of_the_day_is_not_the_first(as_user, conn, learner):
    course, client = attend(conn, learner, **LESSON), as_user(learner)
    complete(client, course.lesson_ids[0])
    earned = complete(client, course.lesson_ids[1])
    assert (earned["is_first_today"], earned["current_streak"]) == (False, 1)
    assert (earned["points"], earned["total_points"]) == (10, 20)


def test_everything_that_one_lesson_earns_is_in_it(as_user, conn, learner):
    first = make_achievement(conn, "lessons_completed", 1, points=7)
    finisher = make_achievement(conn, "courses_completed", 1, points=20)
    course = attend(conn, learner, lessons=1, completion_points=50, lesson={"points": 30})
    assert complete(as_user(learner), course.lesson_ids[0]) == {
        "points": 107,
        "total_points": 107,
        "level": 2,
        "is_new_level": True,
        "current_streak": 1,
        "is_first_today": True,
        "is_course_completed": True,
        "achievements": [badge(first), badge(finisher)],
    }
    assert ledger(conn, learner) == [
        ("lesson_completed", 30, course.lesson_ids[0]),
        ("course_completed", 50, course.id),
        ("achievement_unlocked", 7, first.id),
        ("achievement_unlocked", 20, finisher.id),
    ]
    assert_it_adds_up(conn, learner, 107)


@pytest.mark.parametrize(
    ("points", "level", "is_new"), [(99, 1, False), (100, 2, True), (250, 3, True)]
)
def test_a_new_level_is_new_once(as_user, conn, learner, points, level, is_new):
    course, client = attend(conn, learner), as_user(learner)
    conn.execute("update lessons set points = %s where id = %s", [points, course.lesson_ids[0]])
    conn.execute("update lessons set points = 0 where id = %s", [course.lesson_ids[1]])
    earned = complete(client, course.lesson_ids[0])
    assert (earned["level"], earned["is_new_level"]) == (level, is_new)
    earned = complete(client, course.lesson_ids[1])
    assert (earned["level"], earned["is_new_level"]) == (level, False)


def test_an_ordinary_update_has_earned_nothing(as_user, conn, learner):
    course = attend(conn, learner)
    update = FINISH | {"completion_percentage": 94}
    path = f"/api/v1/progress/lessons/{course.lesson_ids[0]}"
    assert as_user(learner).post(path, json=update).json["earned"] is None
    assert ledger(conn, learner) == []


def test_a_repetition_has_earned_nothing_more(as_user, conn, learner):
    make_achievement(conn, "lessons_completed", 1)
    course, client = attend(conn, learner, lessons=1, completion_points=5), as_user(learner)
    assert complete(client, course.lesson_ids[0]) is not None
    before = ledger(conn, learner)
    for _ in range(2):
        assert complete(client, course.lesson_ids[0]) is None
    assert ledger(conn, learner) == before


def test_a_course_is_completed_once_in_what_is_earned(as_user, conn, learner):
    course, client = attend(conn, learner, lessons=1, completion_points=50), as_user(learner)
    assert complete(client, course.lesson_ids[0])["is_course_completed"]
    added = builders.make_lesson(conn, course, points=10)
    earned = complete(client, added)
    assert (earned["is_course_completed"], earned["points"]) == (False, 10)
    assert_it_adds_up(conn, learner, 70)


def test_a_course_without_a_bonus_is_in_the_ledger_too(as_user, conn, learner):
    course = attend(conn, learner, lessons=1, **LESSON)
    complete(as_user(learner), course.lesson_ids[0])
    assert ledger(conn, learner)[1:] == [("course_completed", 0, course.id)]


# When they are given


def test_what_is_not_reached_is_not_given(as_user, conn, learner):
    make_achievement(conn, "lessons_completed", 2)
    course, client = attend(conn, learner), as_user(learner)
    assert complete(client, course.lesson_ids[0])["achievements"] == []
    assert len(complete(client, course.lesson_ids[1])["achievements"]) == 1


def test_each_is_given_once(as_user, conn, learner):
    made = make_achievement(conn, "lessons_completed", 1)
    course, client = attend(conn, learner), as_user(learner)
    given = [complete(client, lesson_id)["achievements"] for lesson_id in course.lesson_ids]
    assert given == [[badge(made)], [], []]
    assert achievements_of(conn, learner) == [made.id]


def test_who_has_it_without_its_points_is_not_given_them_later(as_user, conn, learner):
    unlock(conn, learner, make_achievement(conn, "lessons_completed", 1))
    course = attend(conn, learner, **LESSON)
    assert complete(as_user(learner), course.lesson_ids[0])["points"] == 10


def test_several_of_one_metric_are_given_together(as_user, conn, learner):
    made = [make_achievement(conn, "total_points", n).id for n in (1, 5, 10)]
    make_achievement(conn, "total_points", 10_000)
    course = attend(conn, learner, **LESSON)
    earned = complete(as_user(learner), course.lesson_ids[0])
    assert [item["id"] for item in earned["achievements"]] == made


def test_an_inactive_one_is_not_given(as_user, conn, learner):
    make_achievement(conn, "lessons_completed", 1, is_active=False)
    course = attend(conn, learner)
    assert complete(as_user(learner), course.lesson_ids[0])["achievements"] == []
    assert achievements_of(conn, learner) == []


def test_one_that_comes_later_is_given_with_the_next_thing_earned(as_user, conn, learner):
    course, client = attend(conn, learner), as_user(learner)
    complete(client, course.lesson_ids[0])
    made = make_achievement(conn, "lessons_completed", 1)
    assert complete(client, course.lesson_ids[0]) is None
    assert complete(client, course.lesson_ids[1])["achievements"] == [badge(made)]


def test_one_without_points_is_in_the_ledger_too(as_user, conn, learner):
    made = make_achievement(conn, "lessons_completed", 1, points=0)
    course = attend(conn, learner, **LESSON)
    assert complete(as_user(learner), course.lesson_ids[0])["points"] == 10
    assert ledger(conn, learner)[1:] == [("achievement_unlocked", 0, made.id)]


def test_the_points_of_one_may_reach_the_next(as_user, conn, learner):
    chain = [make_achievement(conn, "lessons_completed", 1, points=100)]
    chain += [make_achievement(conn, "total_points", n, points=100) for n in (110, 210, 310)]
    beyond = make_achievement(conn, "total_points", 411)
    course = attend(conn, learner, **LESSON)
    earned = complete(as_user(learner), course.lesson_ids[0])
    assert earned["achievements"] == [badge(made) for made in chain]
    assert (earned["points"], earned["level"], earned["is_new_level"]) == (410, 3, True)
    assert beyond.id not in achievements_of(conn, learner)
    assert_it_adds_up(conn, learner, 410)


def test_what_a_very_long_chain_leaves_comes_with_the_next_thing_earned(as_user, conn, learner):
    for n in range(ROUNDS + 2):
        make_achievement(conn, "total_points", 10 + n, points=1)
    course, client = attend(conn, learner, lesson={"points": 10}), as_user(learner)
    assert len(complete(client, course.lesson_ids[0])["achievements"]) == ROUNDS
    assert len(complete(client, course.lesson_ids[1])["achievements"]) == 2
    assert_it_adds_up(conn, learner, 20 + ROUNDS + 2)


def test_what_others_have_done_gives_nothing(as_user, conn, learner):
    make_achievement(conn, "lessons_completed", 2)
    other = builders.make_user(conn)
    course = attend(conn, learner)
    builders.enroll(conn, other, course)
    complete(as_user(other), course.lesson_ids[0])
    assert complete(as_user(learner), course.lesson_ids[1])["achievements"] == []


def test_a_metric_that_does_not_exist_is_logged_and_breaks_nothing(as_user, conn, learner, caplog):
    unknown = make_achievement(conn, "written_by_hand", 1)
    known = make_achievement(conn, "lessons_completed", 1)
    course = attend(conn, learner)
    with caplog.at_level(logging.ERROR, "courseapp.awards"):
        earned = complete(as_user(learner), course.lesson_ids[0])
    assert earned["achievements"] == [badge(known)]
    assert "written_by_hand" in caplog.text
    assert unknown.id not in achievements_of(conn, learner)


# Other things that earn


def test_enrolling_may_earn_one(as_user, conn, learner):
    made = make_achievement(conn, "courses_enrolled", 2, points=15)
    client = as_user(learner)
    assert enroll(client, builders.make_course(conn)) == 201
    assert achievements_of(conn, learner) == []
    assert enroll(client, builders.make_course(conn)) == 201
    assert achievements_of(conn, learner) == [made.id]
    assert_it_adds_up(conn, learner, 15)


def test_asking_again_to_be_enrolled_earns_nothing(as_user, conn, learner):
    course, client = builders.make_course(conn), as_user(learner)
    assert enroll(client, course) == 201
    make_achievement(conn, "courses_enrolled", 1)
    assert enroll(client, course) == 200
    assert achievements_of(conn, learner) == []


def test_courses_that_were_left_count_and_each_once(as_user, conn, learner):
    made = make_achievement(conn, "courses_enrolled", 3)
    client, left = as_user(learner), builders.make_course(conn)
    for _ in range(3):
        enroll(client, left)
        client.delete(f"/api/v1/courses/{left.id}/enroll")
    enroll(client, builders.make_course(conn))
    assert achievements_of(conn, learner) == []
    enroll(client, builders.make_course(conn))
    assert achievements_of(conn, learner) == [made.id]


def test_who_returns_when_nothing_is_left_to_do_gets_the_bonus_and_what_it_earns(
    as_user, conn, learner
):
    finisher = make_achievement(conn, "courses_completed", 1, points=20)
    richer = make_achievement(conn, "total_points", 70, points=1)
    course = builders.make_course(conn, lessons=2, completion_points=50)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, is_completed, completed_at)"
        " select %s, unnest(%s::bigint[]), true, now()",
        [learner.id, course.lesson_ids],
    )
    assert enroll(as_user(learner), course) == 201
    assert ledger(conn, learner) == [
        ("course_completed", 50, course.id),
        ("achievement_unlocked", 20, finisher.id),
        ("achievement_unlocked", 1, richer.id),
    ]
    assert_it_adds_up(conn, learner, 71)


def test_a_correction_may_earn_one(conn, correct, learner):
    made = make_achievement(conn, "total_points", 100, points=5)
    assert correct(learner, 1, 99) == 201
    assert achievements_of(conn, learner) == []
    assert correct(learner, 2, 1) == 201
    assert achievements_of(conn, learner) == [made.id]
    assert_it_adds_up(conn, learner, 105)


def test_a_correction_takes_none_away(conn, correct, learner):
    made = make_achievement(conn, "total_points", 100, points=5)
    correct(learner, 1, 100)
    assert correct(learner, 2, -105) == 201
    assert achievements_of(conn, learner) == [made.id]
    assert correct(learner, 3, 100) == 201
    assert_it_adds_up(conn, learner, 100)


def test_an_answer_that_refuses_has_earned_nothing(as_user, conn, correct, learner):
    make_achievement(conn, "courses_enrolled", 1)
    make_achievement(conn, "total_points", 1)
    conn.execute("update user_points set total_points = 5 where user_id = %s", [learner.id])
    assert enroll(as_user(learner), builders.make_course(conn, published=False)) == 404
    assert correct(learner, 1, -6) == 409
    assert achievements_of(conn, learner) == []


def test_each_measures_what_it_may_have_changed_and_unlocks_when_that_is_enough(make_app, conn):
    for metric in METRICS:
        make_achievement(conn, metric, 10**6)
    recorder = recording.Recorder(make_app())
    admin, learner = builders.make_user(conn, "admin"), builders.make_user(conn)
    course = attend(conn, learner, lessons=2)
    corrections = f"/api/v1/gamification/users/{learner.id}/corrections"
    for threshold, number in ((10**6, 0), (1, 1)):
        lesson, other = course.lesson_ids[number], builders.make_course(conn)
        correction = {"correction_id": number + 1, "points": 1, "note": "A test"}
        for user, path, body, metrics in (
            (learner, f"/api/v1/progress/lessons/{lesson}", FINISH, METRICS),
            (learner, f"/api/v1/courses/{other.id}/enroll", None, CHANGED_BY_ENROLLING),
            (admin, corrections, correction, METRICS),
        ):
            conn.execute("delete from user_achievements")
            conn.execute("update achievements set threshold = %s", [threshold])
            client = anonymous(recorder.app)
            client.set_cookie("access_token", builders.access_token(recorder.app, conn, user))
            with recorder.recording() as seen:
                assert client.post(path, json=body).status_code in (200, 201)
            measured = [name for name in seen.statements if name.startswith("metrics.")]
            first = [f"metrics.{metric}" for metric in metrics]
            assert measured[: len(first)] == first
            unlocks = "achievements.unlock_achievements" in seen.statements
            assert unlocks == (threshold == 1)


def test_who_completes_a_course_by_coming_back_is_measured_for_everything(make_app, conn):
    for metric in METRICS:
        make_achievement(conn, metric, 10**6)
    recorder = recording.Recorder(make_app())
    learner, course = builders.make_user(conn), builders.make_course(conn, lessons=1)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, is_completed, completed_at)"
        " values (%s, %s, true, now())",
        [learner.id, course.lesson_ids[0]],
    )
    client = anonymous(recorder.app)
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, learner))
    with recorder.recording() as seen:
        answer = client.post(f"/api/v1/courses/{course.id}/enroll")
    assert answer.json["completed_at"] is not None
    measured = [name for name in seen.statements if name.startswith("metrics.")]
    assert measured == [f"metrics.{metric}" for metric in METRICS]


def test_a_metric_that_can_earn_nothing_more_is_not_measured(make_app, conn, learner):
    unlock(conn, learner, make_achievement(conn, "hours_watched", 1))
    make_achievement(conn, "active_days", 1, is_active=False)
    make_achievement(conn, "total_points", 1000)
    recorder = recording.Recorder(make_app())
    client, course = anonymous(recorder.app), attend(conn, learner)
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, learner))
    with recorder.recording() as seen:
        complete(client, course.lesson_ids[0])
    measured = [name for name in seen.statements if name.startswith("metrics.")]
    assert measured == ["metrics.total_points"]


@pytest.mark.parametrize("way", ["completing", "enrolling", "correcting"])
def test_who_came_without_a_row_of_points_gets_one(as_user, conn, correct, learner, way):
    make_achievement(conn, "total_points", 1, points=3)
    make_achievement(conn, "courses_enrolled", 1, points=3)
    course, client = builders.make_course(conn, **LESSON), as_user(learner)
    if way == "completing":
        builders.enroll(conn, learner, course)
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    if way == "completing":
        assert complete(client, course.lesson_ids[0])["points"] == 16
    elif way == "enrolling":
        assert enroll(client, course) == 201
    else:
        assert correct(learner) == 201
    total = {"completing": 16, "enrolling": 6, "correcting": 4}[way]
    assert_it_adds_up(conn, learner, total)


# Metrics


def plant_days(conn, user):
    conn.execute(
        "insert into user_activity_days (user_id, day, is_frozen)"
        " values (%s, '2026-01-01', false), (%s, '2026-01-02', true), (%s, '2026-01-03', false)",
        [user.id] * 3,
    )


def plant_completed_courses(conn, user):
    for language in ("en", "pl", "en"):
        plant_points(conn, user, "course_completed", builders.make_course(conn, language=language))


def plant_completed_lessons(conn, user):
    course = builders.make_course(conn, lessons=2)
    for lesson_id in course.lesson_ids:
        plant_points(conn, user, "lesson_completed", SimpleNamespace(id=lesson_id))
    plant_points(conn, user, "course_completed", course)


def plant_points(conn, user, reason, source):
    conn.execute(
        "insert into points_history (user_id, points, reason, source_id) values (%s, 1, %s, %s)",
        [user.id, reason, source.id],
    )


def plant_enrollments(conn, user):
    courses = [builders.make_course(conn, lessons=0) for _ in range(4)]
    for course in courses[:2]:
        builders.enroll(conn, user, course)
    for course in courses[1:]:
        conn.execute(
            "insert into past_enrollments (user_id, course_id, enrolled_at)"
            " values (%s, %s, '2026-01-01')",
            [user.id, course.id],
        )


def plant_progress(conn, user):
    course = builders.make_course(conn)
    for lesson_id, seconds, completed_at in zip(
        course.lesson_ids, (3600, 3600, 3599), ("now", "now", None), strict=True
    ):
        conn.execute(
            "insert into lesson_progress"
            " (user_id, lesson_id, watched_seconds, is_completed, completed_at)"
            " values (%s, %s, %s, %s, %s)",
            [user.id, lesson_id, seconds, completed_at is not None, completed_at],
        )


def plant_streak(conn, user):
    conn.execute(
        "update user_streaks set current_streak = 2, longest_streak = 9 where user_id = %s",
        [user.id],
    )


def plant_total(conn, user):
    conn.execute("update user_points set total_points = 1234 where user_id = %s", [user.id])


# What is planted for a metric, and what it has to count.
PLANTED = {
    "active_days": (plant_days, 2),
    "courses_completed": (plant_completed_courses, 3),
    "courses_enrolled": (plant_enrollments, 4),
    "hours_watched": (plant_progress, 2),
    "languages_completed": (plant_completed_courses, 2),
    "lessons_completed": (plant_completed_lessons, 2),
    "longest_streak": (plant_streak, 9),
    "total_points": (plant_total, 1234),
}


def test_every_metric_is_tried():
    assert set(PLANTED) == set(METRICS)


@pytest.mark.parametrize("metric", PLANTED)
def test_a_metric_counts_what_is_there_of_each_learner(conn, learner, metric):
    plant, value = PLANTED[metric]
    other, nobody = builders.make_user(conn), builders.make_user(conn)
    plant(conn, learner)
    asked = [nobody.id, learner.id]
    assert dict(measure(conn, metric, asked)) == {learner.id: value, nobody.id: 0}
    plant(conn, other)
    rows = measure(conn, metric, [learner.id, other.id, nobody.id])
    assert sorted(rows) == sorted([(learner.id, value), (other.id, value), (nobody.id, 0)])


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_of_who_has_no_row_at_all_is_0(conn, learner, metric):
    for table in ("user_points", "user_streaks"):
        conn.execute(f"delete from {table} where user_id = %s", [learner.id])
    assert measure(conn, metric, [learner.id]) == [(learner.id, 0)]
    assert measure(conn, metric, []) == []


@pytest.mark.parametrize("metric", PLANTED)
def test_the_number_that_is_counted_is_the_one_to_reach(conn, correct, learner, metric):
    plant, value = PLANTED[metric]
    plant(conn, learner)
    # The correction by which they come counts, too.
    value += metric == "total_points"
    reached = make_achievement(conn, metric, value, points=0)
    make_achievement(conn, metric, value + 1, points=0)
    assert correct(learner) == 201
    assert achievements_of(conn, learner) == [reached.id]


def test_only_lessons_and_courses_count_as_completed_not_other_points(conn, learner):
    plant_points(conn, learner, "lesson_completed", SimpleNamespace(id=1))
    plant_points(conn, learner, "achievement_unlocked", SimpleNamespace(id=1))
    for metric in ("courses_completed", "languages_completed"):
        assert measure(conn, metric, [learner.id]) == [(learner.id, 0)]


# At the same moment


def test_twenty_devices_that_complete_one_lesson_earn_it_once(devices, conn, learner):
    first = make_achievement(conn, "lessons_completed", 1, points=20)
    finisher = make_achievement(conn, "courses_completed", 1, points=20)
    course = attend(conn, learner, lessons=1, completion_points=50, **LESSON)
    calls = (partial(complete_again, d, course.lesson_ids[0]) for d in devices(learner, 20))
    earned = [answer for answer in at_once(*calls) if answer is not None]
    assert [answer["points"] for answer in earned] == [100]
    assert earned[0]["is_new_level"]
    assert earned[0]["achievements"] == [badge(first), badge(finisher)]
    assert_it_adds_up(conn, learner, 100)


def test_two_devices_that_complete_the_last_two_lessons_earn_everything_once(devices, conn):
    first = make_achievement(conn, "lessons_completed", 1, points=1)
    second = make_achievement(conn, "lessons_completed", 2, points=2)
    finisher = make_achievement(conn, "courses_completed", 1, points=4)
    for _ in range(20):
        learner = builders.make_user(conn)
        course = attend(conn, learner, lessons=2, completion_points=50, **LESSON)
        pair = zip(devices(learner, 2), course.lesson_ids, strict=True)
        answers = at_once(*(partial(complete, *each) for each in pair))
        assert sorted(answer["points"] for answer in answers) == [11, 66]
        assert sorted(answer["total_points"] for answer in answers) == [11, 77]
        assert sorted(answer["is_course_completed"] for answer in answers) == [False, True]
        given = [item["id"] for answer in answers for item in answer["achievements"]]
        assert sorted(given) == [first.id, second.id, finisher.id]
        assert_it_adds_up(conn, learner, 77)


def test_twenty_lessons_at_once_unlock_each_achievement_once(devices, conn, learner):
    made = [make_achievement(conn, "lessons_completed", n, points=1) for n in range(1, 21)]
    course = attend(conn, learner, lessons=20, lesson={"points": 5})
    pairs = zip(devices(learner, 20), course.lesson_ids, strict=True)
    answers = at_once(*(partial(complete, *pair) for pair in pairs))
    # Each of them finds exactly one more lesson done.
    assert [len(answer["achievements"]) for answer in answers] == [1] * 20
    assert achievements_of(conn, learner) == [achievement.id for achievement in made]
    assert sorted(answer["total_points"] for answer in answers) == [6 * n for n in range(1, 21)]
    assert_it_adds_up(conn, learner, 120)


def test_enrolling_from_twenty_devices_unlocks_once(devices, conn, learner):
    made = make_achievement(conn, "courses_enrolled", 1, points=15)
    course = builders.make_course(conn)
    statuses = at_once(*(partial(enroll, device, course) for device in devices(learner, 20)))
    assert sorted(statuses) == [200] * 19 + [201]
    assert ledger(conn, learner) == [("achievement_unlocked", 15, made.id)]
    assert_it_adds_up(conn, learner, 15)


def test_twenty_courses_at_once_unlock_once(devices, conn, learner):
    made = [make_achievement(conn, "courses_enrolled", n, points=1) for n in (1, 10, 20)]
    courses = [builders.make_course(conn, lessons=0) for _ in range(20)]
    pairs = zip(devices(learner, 20), courses, strict=True)
    assert at_once(*(partial(enroll, *pair) for pair in pairs)) == [201] * 20
    assert achievements_of(conn, learner) == [achievement.id for achievement in made]
    assert_it_adds_up(conn, learner, 3)


def test_who_comes_without_a_row_of_points_from_twenty_devices_earns_once(devices, conn, learner):
    make_achievement(conn, "lessons_completed", 1, points=5)
    course = attend(conn, learner, **LESSON)
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    calls = (partial(complete_again, d, course.lesson_ids[0]) for d in devices(learner, 20))
    assert len([earned for earned in at_once(*calls) if earned]) == 1
    assert_it_adds_up(conn, learner, 15)


@pytest.fixture
def ending(environ, conn):
    """Do `sql` without committing, send a request, and commit once it waits in `statement`."""

    def call(sql, parameters, statement, request):
        with psycopg.connect(environ["DATABASE_URL"]) as other:
            other.execute(sql, parameters)
            with ThreadPoolExecutor(1) as threads:
                future = threads.submit(request)
                deadline = time.monotonic() + 5
                while not conn.execute(
                    "select pid from pg_stat_activity where datname = current_database()"
                    " and wait_event_type = 'Lock' and query like %s",
                    [f"/* {statement} */%"],
                ).fetchone():
                    assert time.monotonic() < deadline, f"nobody waits in {statement}"
                other.commit()
                return future.result(10)

    return call


def test_a_completion_goes_through_while_an_achievement_is_being_deleted(
    as_user, conn, ending, learner
):
    going = make_achievement(conn, "lessons_completed", 1)
    staying = make_achievement(conn, "lessons_completed", 1)
    course, client = attend(conn, learner, **LESSON), as_user(learner)
    answer = ending(
        "delete from achievements where id = %s",
        [going.id],
        "achievements.unlock_achievements",
        lambda: client.post(f"/api/v1/progress/lessons/{course.lesson_ids[0]}", json=FINISH),
    )
    assert answer.status_code == 200
    assert answer.json["earned"]["achievements"] == [badge(staying)]
    assert_it_adds_up(conn, learner, 15)


def test_an_achievement_that_is_being_given_is_not_deleted(as_user, conn, ending, learner):
    made = make_achievement(conn, "lessons_completed", 1)
    admin = as_user(builders.make_user(conn, "admin"))
    answer = ending(
        "insert into user_achievements (user_id, achievement_id) values (%s, %s)",
        [learner.id, made.id],
        "achievements.delete_achievement",
        lambda: admin.delete(f"/api/v1/achievements/{made.id}"),
    )
    assert_problem(answer, "conflict")
    assert achievements_of(conn, learner) == [made.id]
