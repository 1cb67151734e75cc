"""While everybody watches, comes and leaves: in the end the numbers are those of the rows."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import builders
from achievements.earning import FINISH
from conftest import anonymous

from courseapp.statistics import refresh

UPDATE = {"watched_seconds": 30, "last_position_seconds": 30, "completion_percentage": 10}


def test_while_everybody_watches_and_leaves_the_last_count_is_right(
    make_app, connect, conn, instructor
):
    """Random learners on several threads, counts on two more; in the end it is counted by hand."""
    app = make_app(DATABASE_POOL_SIZE="8")
    course = builders.make_course(conn, lessons=4, instructor=instructor)
    clients = []
    for _ in range(12):
        client = anonymous(app)
        client.set_cookie(
            "access_token", builders.access_token(app, conn, builders.make_user(conn))
        )
        clients.append(client)
    over = threading.Event()

    def live(seed):
        chance = random.Random(seed)
        for _ in range(60):
            client = chance.choice(clients[seed::3])
            answer = act(client, chance)
            assert answer.status_code in (200, 201, 204, 403, 429), answer.text

    def act(client, chance):
        lesson = f"/api/v1/progress/lessons/{chance.choice(course.lesson_ids)}"
        enroll = f"/api/v1/courses/{course.id}/enroll"
        what = chance.choices(["watch", "finish", "enroll", "leave"], [4, 4, 3, 1])[0]
        if what in ("enroll", "leave"):
            return client.open(enroll, method="POST" if what == "enroll" else "DELETE")
        position = {"last_position_seconds": chance.randrange(301)}
        return client.post(lesson, json=FINISH if what == "finish" else UPDATE | position)

    def count():
        counts = 0
        with connect() as own:
            while not over.is_set():
                counts += refresh(own, course_id=course.id).courses
        return counts

    with ThreadPoolExecutor(5) as threads:
        counting = [threads.submit(count) for _ in range(2)]
        try:
            for living in [threads.submit(live, seed) for seed in range(3)]:
                living.result(60)
        finally:
            over.set()
        assert sum(each.result(30) for each in counting) > 2
    with connect() as own:
        refresh(own, course_id=course.id)
    assert conn.execute(
        "select enrolled, completed, active_7_days, median_seconds_to_complete"
        " from course_statistics where course_id = %s",
        [course.id],
    ).fetchone() == by_hand(conn, course)
    assert conn.execute(
        "select lesson_id, began, completed, stops from lesson_statistics"
        " where lesson_id = any(%s) order by lesson_id",
        [course.lesson_ids],
    ).fetchall() == lessons_by_hand(conn, course)


def by_hand(conn, course):
    """Enrolled, completed, active and the median, of the rows themselves."""
    taken = conn.execute(
        "select user_id, enrolled_at, completed_at from enrollments where course_id = %s",
        [course.id],
    ).fetchall()
    completed = [(since, at) for _, since, at in taken if at]
    seconds = [(at - since).total_seconds() for since, at in completed if at > since]
    learners = {user_id for user_id, _, _ in taken}
    active = {user_id for user_id, _, _, _ in watched(conn, course)} & learners
    assert len(learners) > 2
    return len(taken), len(completed), len(active), round(median(seconds)) if seconds else None


def lessons_by_hand(conn, course):
    """(lesson, began, completed, stops) of the rows themselves."""
    learners = {
        user_id
        for (user_id,) in conn.execute(
            "select user_id from enrollments where course_id = %s", [course.id]
        )
    }
    rows = []
    for lesson_id in course.lesson_ids:
        of_lesson = [
            (position, is_completed)
            for user_id, of, position, is_completed in watched(conn, course)
            if of == lesson_id and user_id in learners
        ]
        stops = [0] * 20
        for position, is_completed in of_lesson:
            if not is_completed:
                stops[min(position // 15, 19)] += 1
        rows.append((lesson_id, len(of_lesson), sum(done for _, done in of_lesson), stops))
    return rows


def watched(conn, course):
    """(user, lesson, position, whether completed) of all progress in a course."""
    return conn.execute(
        "select user_id, lesson_id, last_position_seconds, is_completed from lesson_progress"
        " where lesson_id = any(%s)",
        [course.lesson_ids],
    ).fetchall()
