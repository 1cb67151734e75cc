"""A learner with a wall clock, and what the service shows and stores of their streak."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import builders
from conftest import anonymous
from streaks.calendar import DAY

ME = "/api/v1/gamification/me"
FIELDS = (
    "current_streak",
    "longest_streak",
    "streak_freezes",
    "is_active_today",
    "streak_ends_at",
)
FINISHED = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}


def local(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def shown(document):
    *fields, ends_at = (document[name] for name in FIELDS)
    return *fields, ends_at and datetime.fromisoformat(ends_at)


def state_of(conn, user):
    """(current, longest, freezes) and the days, as they are stored."""
    streak = conn.execute(
        "select current_streak, longest_streak, freezes from user_streaks where user_id = %s",
        [user.id],
    ).fetchone()
    days = conn.execute(
        "select day, is_frozen from user_activity_days where user_id = %s", [user.id]
    ).fetchall()
    return streak, set(days)


class Student:
    """A learner with a wall clock: all times are local ones of the zone they are in."""

    def __init__(self, app, conn, clock, course, zone):
        self._app, self._conn, self._clock, self.zone = app, conn, clock, zone
        self._lesson_ids = iter(course.lesson_ids)
        self.user = builders.make_user(conn, timezone=zone)
        builders.enroll(conn, self.user, course)
        session_id = conn.execute(
            "insert into sessions (user_id, expires_at) values (%s, '2100-01-01Z') returning id",
            [self.user.id],
        ).fetchone()[0]
        self._token = app.extensions["tokens"].sign("access", self.user.id, session_id, 3600)

    def client(self):
        client = anonymous(self._app)
        client.set_cookie("access_token", self._token)
        return client

    def it_is(self, text):
        self._clock.set(local(text, self.zone))

    def complete(self, lesson_id=None):
        """Complete a lesson, unless told the next one; what that has earned."""
        lesson_id = lesson_id or next(self._lesson_ids)
        answer = self.client().post(f"/api/v1/progress/lessons/{lesson_id}", json=FINISHED)
        assert answer.status_code == 200
        return answer.json["earned"]

    def learns(self, *texts):
        """Complete a lesson at each of these times; what the last one has earned."""
        for text in texts:
            self.it_is(text)
            earned = self.complete()
        return earned

    def learns_daily(self, first, days):
        """Complete a lesson on so many days in a row, at noon."""
        for n in range(days):
            self.learns(f"{date.fromisoformat(first) + n * DAY} 12:00")

    def moves_to(self, zone):
        answer = self.client().patch("/api/v1/auth/me", json={"timezone": zone})
        assert answer.status_code == 200
        self.zone = zone

    def sees(self, text):
        """The document about them at this time."""
        self.it_is(text)
        return self.client().get(ME).json

    def streak(self, text):
        """(current, longest, freezes) as shown at this time."""
        return shown(self.sees(text))[:3]

    def days(self):
        """Their days in order; the frozen ones in brackets."""
        rows = self._conn.execute(
            "select day, is_frozen from user_activity_days where user_id = %s order by day",
            [self.user.id],
        )
        return [f"({day})" if is_frozen else str(day) for day, is_frozen in rows]
