"""What `flask db explain` gives each parameter: values of the heaviest 1 %, never easy ones.

The one place to add to when a query gets a new parameter.
"""

import json
from datetime import UTC, datetime

from courseapp.explain_sources import (
    CURSOR,
    LEARNERS,
    NOTHING,
    SEARCH,
    Source,
    always,
    either,
    in_turn,
    of,
    only,
)
from courseapp.metrics import METRICS

# What authors send. The import is of a usual course: what is rolled back leaves dead rows.
LESSON = {
    "title": "Measured",
    "kind": "text",
    "body": "Made to be measured.",
    "body_html": "<p>Made to be measured.</p>",
    "html_version": 1,
    "duration_seconds": None,
    "mux_playback_id": None,
    "is_preview": False,
    "points": 10,
}
_COURSE = {
    "title": "Measured",
    "slug": None,
    "description": "Made to be measured.",
    "description_html": "<p>Made to be measured.</p>",
    "html_version": 1,
    "language": "en",
    "completion_threshold": 95,
    "completion_points": 50,
}
COURSE = json.dumps(_COURSE)
_LESSONS = [LESSON | {"is_published": True}] * 10
DOCUMENT = _COURSE | {"modules": [{"title": "Measured", "lessons": _LESSONS}] * 4}

# (name, type) of a parameter -> what it is given in every query that BY_QUERY does not name.
BY_PARAMETER: dict[tuple[str, str], Source] = {
    ("achievement_id", "bigint"): of("achievement_id"),
    ("action", "text"): either(NOTHING, always("course_published"), SEARCH),
    ("actor_id", "bigint"): of("user_id"),
    ("args", "jsonb"): always('{"course_id": 1}'),
    ("body", "text"): always("{}"),
    ("body_html", "text"): always("<p>Made to be measured.</p>"),
    ("certificate_id", "bigint"): of("certificate_id"),
    ("code", "text"): lambda case, n: f"explain_{n}",
    ("completion_percentage", "smallint"): always(60),
    ("correction_id", "bigint"): lambda case, n: 10**15 + n,
    ("course_id", "bigint"): of("course_id"),
    ("credential", "text"): always("{}"),
    ("course", "jsonb"): always(COURSE),
    ("day", "date"): lambda case, n: datetime.now(UTC).date(),
    ("delay_seconds", "bigint"): always(0),
    ("description", "text"): always("Made to be measured."),
    ("description_html", "text"): always("<p>Made to be measured.</p>"),
    ("document", "jsonb"): lambda case, n: json.dumps(DOCUMENT | {"slug": f"explain-{n}"}),
    ("duration_seconds", "integer"): always(300),
    ("email", "text"): of("email"),
    ("event_id", "text"): lambda case, n: f"explain-{n}",
    ("full_name", "text"): of("full_name"),
    ("generation", "integer"): of("refresh_generation"),
    ("headers", "jsonb"): always("{}"),
    ("html_version", "smallint"): always(1),
    ("icon", "text"): always("ruler"),
    ("is_active", "boolean"): always(True),
    ("batch", "bigint"): always(5000),
    ("job_id", "bigint"): always(1),
    ("ids", "bigint[]"): always([1, 2]),
    ("key", "text"): lambda case, n: f"explain-{n}",
    ("keys", "text[]"): always(["gamification:1"]),
    ("last_position_seconds", "integer"): lambda case, n: n % 300,
    ("learners", "integer"): always(LEARNERS),
    ("leaderboard_opt_in", "boolean"): either(always(True), NOTHING),
    ("lead_id", "bigint"): of("user_id"),
    ("lesson", "jsonb"): always(json.dumps(LESSON)),
    ("lesson_id", "bigint"): of("lesson_id"),
    ("lesson_ids", "bigint[]"): of("lesson_ids"),
    ("lesson_module_ids", "bigint[]"): of("lesson_module_ids"),
    ("limit", "integer"): always(100),
    ("list_id", "bigint"): always(0),
    ("locale", "text"): of("locale"),
    ("lock", "text"): always("settle_course:1"),
    ("message", "text"): always("Made to be measured."),
    ("metric", "text"): always("lessons_completed"),
    ("module_id", "bigint"): of("module_id"),
    ("module_ids", "bigint[]"): of("module_ids"),
    ("most", "bigint"): always(1000),
    ("mux_asset_id", "text"): always("explain"),
    ("mux_playback_id", "text"): always("explain"),
    ("mux_upload_id", "text"): lambda case, n: f"explain-{n}",
    ("mux_playback_ids", "text[]"): always(["0" * 40, "1" * 40]),
    ("new_hash", "text"): of("password_hash"),
    ("note", "text"): always("Made to be measured."),
    ("old_hash", "text"): of("password_hash"),
    ("password_hash", "text"): of("password_hash"),
    ("period", "text"): in_turn(always("week"), always("month"), always("all")),
    ("pdf", "bytea"): always(b"%PDF" * 20_000),
    ("points", "integer"): always(10),
    ("priority", "integer"): always(0),
    ("public_url", "text"): always("https://api.example.com"),
    ("purpose", "text"): either(always("email_verification"), always("password_reset")),
    ("queue", "text"): always("default"),
    ("q", "text"): either(always("python SQL"), always("a"), SEARCH),
    ("reason", "text"): always("password_change"),
    ("request_hash", "bytea"): always(bytes(32)),
    ("refresh_seconds", "integer"): always(2_592_000),
    ("role", "text"): always("learner"),
    ("sent_at", "timestamptz"): either(NOTHING, lambda case, n: datetime.now(UTC)),
    ("run_id", "text"): always("0" * 40),
    ("seen_at", "timestamptz"): lambda case, n: datetime.now(UTC),
    ("seconds", "integer"): always(86_400),
    ("session_id", "bigint"): of("session_id"),
    ("status", "smallint"): always(201),
    ("target_id", "bigint"): either(NOTHING, of("course_id")),
    ("target_type", "text"): either(NOTHING, always("course")),
    ("task", "text"): always("settle_course"),
    ("threshold", "bigint"): always(1000),
    ("timezone", "text"): of("timezone"),
    ("title", "text"): always("Measured"),
    ("token_hash", "bytea"): always(bytes(32)),
    ("type", "text"): always("video.asset.ready"),
    ("upload_id", "bigint"): of("upload_id"),
    ("url", "text"): always("https://example.com/"),
    ("user_id", "bigint"): of("user_id"),
    ("user_ids", "bigint[]"): only(of("user_id")),
    ("versions", "bigint[]"): NOTHING,
    ("watched_seconds", "integer"): lambda case, n: n % 300,
}

CATALOGUE_PAGE = {
    "before_micros": either(NOTHING, of("published_micros"), CURSOR),
    "before_id": either(NOTHING, of("published_id"), CURSOR),
}
UNFINISHED = {
    "lesson_id": of("unfinished_lesson_id"),
    "course_id": of("unfinished_course_id"),
    "completion_percentage": always(100),
}

BY_REF = {
    "course_id": either(of("course_id"), NOTHING),
    "slug": either(NOTHING, of("course_slug")),
}
# Everybody else is told nothing.
AS_STAFF = {
    "user_id": of("instructor_id"),
    "role": either(always("admin"), always("instructor")),
}

# As a job settles them.
SOME_LEARNERS = {"user_ids": of("course_learner_ids"), "course_id": of("course_id")}

# As much as there can be to unlock at once.
EVERY_ACHIEVEMENT = {
    "user_ids": lambda case, n: [case.user_id] * len(METRICS),
    "metrics": always(list(METRICS)),
    "values": always([10**9] * len(METRICS)),
    "achievement_id": NOTHING,
}


# As no certificate has it.
NEW_CODE = {"code": lambda case, n: f"{n:022d}"}

# What a parameter means in one query only.
BY_QUERY: dict[str, dict[str, Source]] = {
    "achievements.list_missing": EVERY_ACHIEVEMENT,
    "achievements.unlock_achievements": EVERY_ACHIEVEMENT,
    "audit.list_audit_log": {
        "actor_id": either(NOTHING, of("instructor_id"), SEARCH),
        "action": either(NOTHING, always("course_updated")),
        "before_id": either(NOTHING, always(10**6), CURSOR),
    },
    "auth.create_user": {"email": lambda case, n: f"explain-{n}-{case.email}"},
    "certificates.get_course": BY_REF,
    "certificates.get_file": {"known_sha256": either(NOTHING, always(bytes(32)))},
    "certificates.issue_certificate": NEW_CODE
    | {"course_id": either(of("course_id"), of("unfinished_course_id"))},
    "certificates.issue_certificates": {
        "after_id": either(always(0), of("enrollment_id"), CURSOR),
        "codes": lambda case, n: [f"{n:017d}{k:05d}" for k in range(500)],
    },
    "certificates.list_certificates": {
        "before_id": either(NOTHING, of("certificate_id"), CURSOR),
    },
    "certificates.reissue_certificate": NEW_CODE,
    "certificates.verify_certificate": {"code": of("certificate_code")},
    "courses.add_instructor": {"email": of("email")},
    # With the lowest threshold, which completes for the learners all that they have begun.
    "courses.update_course": {
        "changes": always(json.dumps({"title": "Measured", "completion_threshold": 1}))
    },
    "lessons.update_lesson": {"changes": always(json.dumps(LESSON))},
    "modules.update_module": {"changes": always(json.dumps({"title": "Measured"}))},
    "courses.get_course": BY_REF,
    "courses.lock_course": BY_REF,
    "courses.list_published_courses": CATALOGUE_PAGE,
    "courses.list_unpublished_courses": {
        "user_id": of("instructor_id"),
        "role": either(always("admin"), always("instructor")),
        "q": either(NOTHING, always("python"), SEARCH),
        "before_id": either(NOTHING, of("draft_id"), CURSOR),
    },
    "courses.search_courses": CATALOGUE_PAGE,
    "enrollments.enroll_user": {"course_id": either(of("course_id"), of("untaken_course_id"))},
    "enrollments.list_enrollments": {
        "before_micros": either(NOTHING, of("enrolled_micros"), CURSOR),
        "before_id": either(NOTHING, of("enrolled_course_id"), CURSOR),
    },
    "gamification.award_completed_courses": SOME_LEARNERS,
    "gamification.award_course_points": UNFINISHED,
    "gamification.award_lesson_points": UNFINISHED,
    "gamification.award_reached_lessons": {
        # Every lesson of the course for each of them.
        "user_ids": lambda case, n: [
            user_id for user_id in case.course_learner_ids for _ in case.lesson_ids
        ],
        "lesson_ids": lambda case, n: case.lesson_ids * len(case.course_learner_ids),
    },
    "gamification.list_leaderboard": {"course_id": either(NOTHING, of("course_id"))},
    "gamification.list_points_history": {"before_id": either(NOTHING, of("ledger_id"), CURSOR)},
    "gamification.record_activity_day": UNFINISHED,
    "gamification.update_leaderboard": {
        # Who has just joined brings all they have.
        "from_entry_ids": only(either(always(0), of("newest_ledger_id"))),
    },
    "progress.complete_course": UNFINISHED,
    "progress.complete_courses": SOME_LEARNERS,
    "progress.complete_lesson": UNFINISHED,
    "progress.complete_reached_lessons": SOME_LEARNERS,
    "progress.list_unsettled_learners": {
        "after_id": either(always(0), of("enrollment_id"), CURSOR),
        "limit": always(500),
    },
    "progress.get_completion": UNFINISHED
    | {"first_entry_id": of("newest_ledger_id"), "is_first_today": always(True)},
    "statistics.get_course_for_staff": AS_STAFF,
    "statistics.get_statistics": AS_STAFF,
    "statistics.list_learners": {
        "after_id": either(always(0), of("enrollment_id"), CURSOR),
        "limit": always(50),
    },
    "users.list_user_ids": {"after_id": of("user_id")},
    "webhooks.lock_upload": {"mux_upload_id": of("mux_upload_id")},
}

# What a transaction sends before a query, where that decides how much the query does.
BEFORE: dict[str, tuple[str, ...]] = {
    "progress.complete_course": ("progress.complete_lesson",),
    "gamification.record_activity_day": ("progress.complete_lesson",),
    "gamification.update_leaderboard": ("auth.update_me",),
    "progress.complete_courses": ("courses.update_course", "progress.complete_reached_lessons"),
    "progress.complete_reached_lessons": ("courses.update_course",),
    "progress.get_completion": ("progress.complete_lesson",),
    "uploads.create_upload": ("uploads.retire_uploads",),
}
