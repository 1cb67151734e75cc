"""Learners who have watched, without the time that watching takes."""

import builders


def watch(conn, user, lesson_id, position=60, completed=False, days_ago=0):
    """The progress of a user in a lesson, reported last so many days ago."""
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, watched_seconds, last_position_seconds,"
        " completion_percentage, is_completed, completed_at, updated_at)"
        " values (%(user)s, %(lesson)s, %(position)s, %(position)s, %(percentage)s, %(completed)s,"
        " case when %(completed)s then now() end, now() - %(days)s * interval '1 day')",
        {
            "user": user.id,
            "lesson": lesson_id,
            "position": position,
            "percentage": 100 if completed else 20,
            "completed": completed,
            "days": days_ago,
        },
    )


def take(conn, course, seconds=None, enrolled_days_ago=40):
    """A new learner of the course, who has completed it after so many seconds if any."""
    user = builders.make_user(conn)
    conn.execute(
        "insert into enrollments (user_id, course_id, enrolled_at, completed_at)"
        " select %s, %s, at, at + %s * interval '1 second'"
        " from (select now() - %s * interval '1 day') as moment (at)",
        [user.id, course.id, seconds, enrolled_days_ago],
    )
    return user


def crowd(conn, course, size):
    """So many learners of the course; their ids in order."""
    rows = conn.execute(
        "with made as (insert into users (email, password_hash, full_name)"
        " select gen_random_uuid() || '@example.com', '', 'Ada Nowak' from generate_series(1, %s)"
        " returning id)"
        " insert into enrollments (user_id, course_id) select id, %s from made returning user_id",
        [size, course.id],
    )
    return sorted(user_id for (user_id,) in rows)
