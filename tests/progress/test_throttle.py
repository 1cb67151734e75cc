"""Three updates at once, then one every five seconds, for each learner and lesson."""

import builders
import pytest
from problems import assert_problem

BURST = 3


@pytest.fixture
def pass_time(conn):
    """Make as if so many seconds had passed since the learner's last update."""
    return lambda user, seconds: conn.execute(
        "update lesson_progress set throttle_at = throttle_at - make_interval(secs => %s)"
        " where user_id = %s",
        [seconds, user.id],
    )


def use_up(w, lesson_id=None):
    for _ in range(BURST):
        assert w.report(lesson_id=lesson_id).status_code == 200


def assert_throttled(answer):
    assert_problem(answer, "throttled")
    assert 1 <= int(answer.headers["Retry-After"]) <= 5


def test_three_updates_at_once_pass_and_the_fourth_is_429(watch):
    w = watch()
    use_up(w)
    answer = w.report()
    assert_throttled(answer)
    assert answer.headers["Retry-After"] == "5"


def test_after_five_seconds_one_passes_and_one_more_does_not(watch, pass_time):
    w = watch()
    use_up(w)
    pass_time(w.user, 5)
    assert w.report().status_code == 200
    assert_throttled(w.report())


@pytest.mark.parametrize("waited", [0.1, 1.1, 2.1, 3.1, 4.1])
def test_who_waits_as_long_as_retry_after_says_passes(watch, pass_time, waited):
    w = watch()
    use_up(w)
    pass_time(w.user, waited)
    refused = w.report()
    assert_throttled(refused)
    seconds = int(refused.headers["Retry-After"])
    assert seconds == 5 - int(waited)
    pass_time(w.user, seconds)
    assert w.report().status_code == 200


def test_who_waits_too_short_is_refused_again(watch, pass_time):
    w = watch()
    use_up(w)
    pass_time(w.user, 4)
    assert_throttled(w.report())


def test_after_a_pause_three_pass_again_and_not_more(watch, pass_time):
    w = watch()
    use_up(w)
    pass_time(w.user, 3600)
    use_up(w)
    assert_throttled(w.report())


def test_an_update_every_five_seconds_always_passes(watch, pass_time):
    w = watch()
    for seconds in range(0, 100, 5):
        assert w.report(watched=seconds).status_code == 200
        pass_time(w.user, 5)


def test_a_player_that_is_early_now_and_then_passes(watch, pass_time):
    w = watch()
    for gap in (5, 4, 6, 4, 5, 6, 3, 7, 5, 4, 4, 7, 5):
        assert w.report().status_code == 200
        pass_time(w.user, gap)


def test_a_throttled_update_changes_nothing(watch, conn):
    w = watch()
    use_up(w)
    row = "select p.*, xmin, xmax from lesson_progress as p where user_id = %s"
    before = conn.execute(row, [w.user.id]).fetchall()
    for _ in range(3):
        assert_throttled(w.report(299, percentage=90))
    assert conn.execute(row, [w.user.id]).fetchall() == before


def test_other_lessons_of_the_learner_are_not_throttled(watch):
    w = watch()
    use_up(w)
    use_up(w, w.course.lesson_ids[1])


def test_other_learners_of_the_lesson_are_not_throttled(watch):
    w = watch()
    use_up(w)
    use_up(watch(course=w.course))


def test_another_session_of_the_learner_is_throttled_with_the_first(watch, as_user):
    w = watch()
    use_up(w)
    w.client = as_user(w.user)
    assert_throttled(w.report())


def test_an_update_that_waits_for_two_others_is_the_third_of_the_burst(watch, held_up, pass_time):
    w = watch()
    w.report()
    pass_time(w.user, 3600)

    def store_two(holder, pid):
        holder.execute(
            "update lesson_progress set throttle_at = clock_timestamp() + interval '10 seconds'"
            " where user_id = %s",
            [w.user.id],
        )

    answer = held_up("lesson_progress", w.user, "progress.record_progress", w.report, store_two)
    assert answer.status_code == 200
    assert_throttled(w.report())


def test_an_update_that_waits_while_others_fill_the_bucket_is_refused(watch, held_up, conn):
    w = watch()
    w.report()
    row = "select watched_seconds, updated_at from lesson_progress where user_id = %s"
    before = conn.execute(row, [w.user.id]).fetchall()

    def store_three(holder, pid):
        holder.execute(
            "update lesson_progress set throttle_at = clock_timestamp() + interval '15 seconds'"
            " where user_id = %s",
            [w.user.id],
        )

    answer = held_up(
        "lesson_progress", w.user, "progress.record_progress", lambda: w.report(99), store_three
    )
    assert_throttled(answer)
    assert answer.headers["Retry-After"] == "5"
    assert conn.execute(row, [w.user.id]).fetchall() == before


def test_an_update_that_completes_passes_although_throttled(watch):
    w = watch()
    use_up(w)
    assert_throttled(w.report())
    answer = w.finish()
    assert answer.status_code == 200
    assert answer.json["is_completed"]


def test_the_completing_update_counts_as_one(watch):
    w = watch()
    assert w.finish().status_code == 200
    assert w.report().status_code == 200
    assert w.report().status_code == 200
    assert_throttled(w.report())


def test_a_completed_lesson_is_throttled_as_any_other(watch, pass_time):
    w = watch()
    for _ in range(BURST):
        assert w.finish().status_code == 200
    assert_throttled(w.finish())
    pass_time(w.user, 5)
    assert w.finish().status_code == 200


def test_completing_while_throttled_makes_nobody_wait_longer_than_five_seconds(watch, pass_time):
    w = watch()
    use_up(w)
    w.finish()
    refused = w.report()
    assert_throttled(refused)
    pass_time(w.user, int(refused.headers["Retry-After"]))
    assert w.report().status_code == 200


def test_updates_that_are_refused_for_other_reasons_do_not_count(watch):
    w = watch()
    for _ in range(5):
        assert w.report(watched=-1).status_code == 422
    use_up(w)


def test_the_throttle_holds_without_redis(make_app, conn, watch):
    app = make_app(REDIS_URL="unix:///nowhere/redis.sock")
    w = watch()
    w.client = app.test_client()
    w.client.set_cookie("access_token", builders.access_token(app, conn, w.user))
    use_up(w)
    assert_throttled(w.report())
    assert w.finish().json["is_completed"]
    assert w.lesson()["is_completed"]
    assert w.course_progress()["completed_lessons"] == 1
