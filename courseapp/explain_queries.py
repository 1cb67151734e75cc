"""What a parameter means in one query alone, and what `flask db explain` sends before it."""

import json

from courseapp.explain_parameters import LESSON
from courseapp.explain_sources import CURSOR, NOTHING, SEARCH, Source, always, either, of, only
from courseapp.metrics import METRICS

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
