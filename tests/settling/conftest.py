"""A course with learners in it, its author, and the worker."""

import builders
import pytest

from courseapp.doctor import examine


class Classroom:
    """A course, its instructor's client, and learners who watch."""

    def __init__(self, conn, course, author, as_user, runner):
        self.conn, self.course, self.author = conn, course, author
        self._as_user, self._runner = as_user, runner
        self.path = f"/api/v1/courses/{course.id}"

    def learner(self, *percentages, **user):
        """A new learner who has reported these percentages, of the lessons in order."""
        learner = builders.make_user(self.conn, **user)
        learner.client = self._as_user(learner)
        learner.client.post(f"{self.path}/enroll")
        for lesson_id, percentage in zip(self.course.lesson_ids, percentages, strict=False):
            self.report(learner, lesson_id, percentage)
        return learner

    def report(self, learner, lesson_id, percentage=100):
        """Send a report of the player."""
        seconds = 3 * percentage
        return learner.client.post(
            f"/api/v1/progress/lessons/{lesson_id}",
            json={
                "watched_seconds": seconds,
                "last_position_seconds": seconds,
                "completion_percentage": percentage,
            },
        )

    def work(self):
        """Let the worker do everything, what should come later included."""
        self.conn.execute("update procrastinate_jobs set scheduled_at = null")
        answer = self._runner.invoke(args=["jobs", "work", "--once"])
        assert answer.exit_code == 0, answer.output

    def progress(self, learner):
        """What the API says of the course to a learner."""
        return learner.client.get(f"/api/v1/progress/courses/{self.course.id}").json

    def points(self, learner):
        """What the API says of their points."""
        return learner.client.get("/api/v1/gamification/me").json["total_points"]


@pytest.fixture
def classroom(conn, as_user, runner):
    """A new classroom: classroom(lessons=3, …)."""

    def make(**overrides):
        instructor = builders.make_user(conn, role="instructor")
        overrides = {"completion_points": 50} | overrides
        course = builders.make_course(conn, instructor=instructor, **overrides)
        return Classroom(conn, course, as_user(instructor), as_user, runner)

    return make


@pytest.fixture
def healthy(conn):
    """Whether `flask doctor invariants` finds nothing."""

    def look():
        assert [finding for finding in examine(conn) if finding.violations] == []
        return True

    return look
