"""What an author takes away completes those who are done by it; what comes new takes nothing."""

import builders
import pytest

from courseapp import slices
from courseapp.cache import store


@pytest.fixture(autouse=True)
def without_achievements(conn, request):
    """Lessons and courses alone, but where a test is about more."""
    wanted = "with_achievements" in request.fixturenames
    conn.execute("update achievements set is_active = %s", [wanted])


@pytest.fixture
def with_achievements():
    """Asked for by a test that is about them."""


def take_away(how, room, lesson_id):
    """Take a lesson from the course."""
    lesson = f"/api/v1/lessons/{lesson_id}"
    if how == "module":
        room.conn.execute(
            "with part as (insert into modules (course_id, title, position)"
            " values (%s, 'Two', 2) returning id)"
            " update lessons set module_id = (select id from part), position = 1 where id = %s"
            " returning module_id",
            [room.course.id, lesson_id],
        )
        module = room.author.get(lesson).json["module_id"]
        return room.author.delete(f"/api/v1/modules/{module}")
    if how == "delete":
        return room.author.delete(lesson)
    return room.author.post(f"{lesson}/unpublish")


@pytest.mark.parametrize("how", ["unpublish", "delete", "module"])
def test_who_has_done_all_that_is_left_completes_the_course(classroom, healthy, how):
    room = classroom(lessons=3)
    done, not_done = room.learner(100, 100), room.learner(100, 40)
    begun = room.learner(100, 100, 30)
    assert room.points(done) == 20
    assert take_away(how, room, room.course.lesson_ids[2]).status_code < 300
    room.work()
    for learner in (done, begun):
        assert room.progress(learner)["is_completed"]
        assert room.progress(learner)["percentage"] == 100
        assert room.points(learner) == 70
    assert not room.progress(not_done)["is_completed"]
    assert room.points(not_done) == 10
    assert healthy()


def test_a_lower_threshold_completes_lessons_and_the_course(classroom, conn, healthy):
    room = classroom(lessons=2, lesson={"points": 7})
    both, one, none = room.learner(85, 90), room.learner(100, 70), room.learner(10, 79)
    assert room.author.patch(room.path, json={"completion_threshold": 80}).status_code == 200
    room.work()
    assert [room.points(learner) for learner in (both, one, none)] == [64, 7, 0]
    assert room.progress(both)["is_completed"]
    assert room.progress(one)["completed_lessons"] == 1
    assert room.progress(none)["completed_lessons"] == 0
    streak = both.client.get("/api/v1/gamification/me").json["current_streak"]
    assert streak == 1
    assert healthy()


def test_a_lesson_completed_by_a_lower_threshold_does_not_look_like_a_visit(classroom, conn):
    room = classroom(lessons=1)
    learner = room.learner(85)
    old = "update lesson_progress set updated_at = now() - interval '9 days' where user_id = %s"
    conn.execute(old, [learner.id])
    room.author.patch(room.path, json={"completion_threshold": 80})
    room.work()
    state = learner.client.get(f"/api/v1/progress/lessons/{room.course.lesson_ids[0]}").json
    assert state["is_completed"]
    assert state["updated_at"] < state["completed_at"]


def test_a_higher_threshold_takes_nothing_away(classroom, healthy):
    room = classroom(lessons=2, completion_threshold=50)
    done, half = room.learner(60, 60), room.learner(60)
    assert room.author.patch(room.path, json={"completion_threshold": 100}).status_code == 200
    room.work()
    assert room.progress(done)["is_completed"]
    assert room.progress(half)["completed_lessons"] == 1
    assert room.points(done) == 70
    assert healthy()


def test_a_new_lesson_takes_no_completion_away_and_shows_where_it_is_missing(classroom, healthy):
    room = classroom(lessons=2)
    done, half = room.learner(100, 100), room.learner(100)
    module = f"/api/v1/modules/{room.course.module_id}"
    text = {"title": "New", "kind": "text", "body": "Hello"}
    lesson_id = room.author.post(f"{module}/lessons", json=text).json["id"]
    assert room.author.post(f"/api/v1/lessons/{lesson_id}/publish").status_code == 200
    room.work()
    assert room.progress(done)["is_completed"]
    assert room.progress(done)["percentage"] == 66
    assert room.progress(half) | {"lessons": 0} == room.progress(half) | {
        "total_lessons": 3,
        "completed_lessons": 1,
        "percentage": 33,
        "is_completed": False,
        "lessons": 0,
    }
    # Done again, the course gives nothing twice.
    room.report(done, lesson_id)
    assert room.points(done) == 80
    assert healthy()


def test_a_lesson_that_was_away_while_the_threshold_fell_is_completed_when_it_comes_back(
    classroom, conn, healthy
):
    room = classroom(lessons=2)
    learner = room.learner(100, 85)
    path = f"/api/v1/lessons/{room.course.lesson_ids[1]}"
    # Nobody completes the course for the first lesson alone: it has a third one meanwhile.
    builders.make_lesson(conn, room.course)
    room.author.post(f"{path}/unpublish")
    room.author.patch(room.path, json={"completion_threshold": 80})
    room.work()
    assert room.points(learner) == 10
    assert room.author.post(f"{path}/publish").status_code == 200
    room.work()
    assert room.points(learner) == 20
    assert room.progress(learner)["completed_lessons"] == 2
    assert healthy()


def test_who_was_away_while_the_threshold_fell_gets_it_on_coming_back(classroom, healthy):
    room = classroom(lessons=2, lesson={"points": 7})
    done, half = room.learner(85, 90), room.learner(85, 10)
    for learner in (done, half):
        learner.client.delete(f"{room.path}/enroll")
    room.author.patch(room.path, json={"completion_threshold": 80})
    room.work()
    assert room.points(done) == room.points(half) == 0
    assert done.client.post(f"{room.path}/enroll").json["completed_at"]
    assert half.client.post(f"{room.path}/enroll").json["completed_at"] is None
    assert [room.points(learner) for learner in (done, half)] == [64, 7]
    assert done.client.get("/api/v1/gamification/me").json["current_streak"] == 1
    assert room.progress(half)["completed_lessons"] == 1
    assert healthy()


def test_who_has_left_completes_on_coming_back(classroom, healthy):
    room = classroom(lessons=2)
    learner = room.learner(100)
    learner.client.delete(f"{room.path}/enroll")
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[1]}/unpublish")
    room.work()
    assert room.points(learner) == 10
    assert learner.client.post(f"{room.path}/enroll").json["completed_at"]
    assert room.points(learner) == 60
    assert healthy()


@pytest.mark.usefixtures("with_achievements")
def test_it_earns_achievements_and_places_on_the_leaderboard(classroom):
    room = classroom(lessons=2)
    learner = room.learner(100, leaderboard_opt_in=True)
    before = learner.client.get("/api/v1/gamification/me").json
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[1]}/unpublish")
    room.work()
    after = learner.client.get("/api/v1/gamification/me").json
    assert after["achievements_count"] == before["achievements_count"] + 1
    board = learner.client.get(f"/api/v1/gamification/leaderboard?course_id={room.course.id}")
    assert board.json["items"][0]["points"] == 60


def test_what_was_cached_is_dropped(classroom, app):
    room = classroom(lessons=2)
    learner = room.learner(100)
    assert room.points(learner) == 10
    with app.app_context():
        assert store().client.exists(f"gamification:{learner.id}")
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[1]}/unpublish")
    room.work()
    assert room.points(learner) == 60


def test_the_job_done_again_changes_nothing(classroom, conn, runner):
    room = classroom(lessons=2)
    learner = room.learner(100)
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[1]}/unpublish")
    room.work()
    rows = "select xmin, completed_at from enrollments where user_id = %s"
    before = conn.execute(rows, [learner.id]).fetchone()
    runner.invoke(args=["jobs", "defer", "settle_course", f"course_id={room.course.id}"])
    room.work()
    assert conn.execute(rows, [learner.id]).fetchone() == before


def test_a_change_that_was_refused_leaves_no_job(classroom, conn):
    room = classroom(lessons=1)
    conn.execute("delete from procrastinate_jobs")
    path = f"/api/v1/lessons/{room.course.lesson_ids[0]}"
    assert room.author.post(f"{path}/unpublish").status_code == 409
    assert conn.execute("select count(*) from procrastinate_jobs").fetchone() == (0,)


def test_publishing_what_is_published_leaves_no_job(classroom, conn):
    room = classroom(lessons=2)
    room.learner(100)
    conn.execute("delete from procrastinate_jobs")
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[0]}/publish")
    assert conn.execute("select count(*) from procrastinate_jobs").fetchone() == (0,)


def test_a_threshold_that_does_not_fall_leaves_no_job(classroom, conn):
    room = classroom(lessons=1, completion_threshold=80)
    conn.execute("delete from procrastinate_jobs")
    for threshold in (80, 90):
        room.author.patch(room.path, json={"completion_threshold": threshold, "title": "New"})
    assert conn.execute("select count(*) from procrastinate_jobs").fetchone() == (0,)


def test_many_changes_leave_two_jobs_the_second_half_a_minute_after_the_last(classroom, conn):
    room = classroom(lessons=5)
    conn.execute("delete from procrastinate_jobs")
    for lesson_id in room.course.lesson_ids[1:]:
        room.author.post(f"/api/v1/lessons/{lesson_id}/unpublish")
        conn.execute("update procrastinate_jobs set scheduled_at = scheduled_at - interval '20 s'")
    jobs = conn.execute(
        "select args ->> 'course_id', scheduled_at is null, scheduled_at > now() + interval '5 s'"
        " from procrastinate_jobs order by id"
    )
    course = str(room.course.id)
    assert jobs.fetchall() == [(course, True, None), (course, False, True)]


def test_a_course_without_lessons_is_completed_by_nobody(classroom, conn):
    room = classroom(lessons=1, published=False)
    learner = builders.make_user(conn)
    builders.enroll(conn, learner, room.course)
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[0]}/unpublish")
    room.work()
    completed = "select completed_at from enrollments where user_id = %s"
    assert conn.execute(completed, [learner.id]).fetchone() == (None,)


def test_a_learner_who_is_busy_holds_up_nobody_and_comes_later(
    classroom, conn, environ, monkeypatch, healthy
):
    monkeypatch.setattr(slices, "SLICE", 2)
    monkeypatch.setattr("courseapp.worker.OPTIONS", "-c TimeZone=UTC -c lock_timeout=100ms")
    room = classroom(lessons=2)
    learners = [room.learner(100) for _ in range(5)]
    room.author.post(f"/api/v1/lessons/{room.course.lesson_ids[1]}/unpublish")
    busy = learners[1]
    with type(conn).__base__.connect(environ["DATABASE_OWNER_URL"]) as other:
        other.execute("select from user_points where user_id = %s for update", [busy.id])
        room.work()
    assert [room.points(learner) for learner in learners] == [60, 10, 60, 60, 60]
    room.work()
    assert room.points(busy) == 60
    assert healthy()


def test_a_learner_without_a_row_of_points_gets_one(classroom, conn):
    room = classroom(lessons=2)
    learner = builders.make_user(conn)
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    builders.enroll(conn, learner, room.course)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, completion_percentage)"
        " values (%s, %s, 90)",
        [learner.id, room.course.lesson_ids[0]],
    )
    room.author.patch(room.path, json={"completion_threshold": 90})
    room.work()
    total = "select total_points from user_points where user_id = %s"
    assert conn.execute(total, [learner.id]).fetchone() == (10,)
