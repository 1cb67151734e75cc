"""migrations/expected/indexes.sql asks for the guide's indexes and for this project's own."""

from courseapp.indexes import EXPECTED, normalised, required

# Copied from the performance guide's "Required Indexes".
GUIDE = """\
-- Lessons
CREATE INDEX idx_lessons_mux_playback_id ON lessons(mux_playback_id);
CREATE INDEX idx_lessons_module_id ON lessons(module_id);

-- Enrollments
CREATE UNIQUE INDEX idx_enrollments_user_course ON enrollments(user_id, course_id);
CREATE INDEX idx_enrollments_user_id ON enrollments(user_id);

-- Lesson Progress
CREATE UNIQUE INDEX idx_lesson_progress_user_lesson ON lesson_progress(user_id, lesson_id);
CREATE INDEX idx_lesson_progress_user_id ON lesson_progress(user_id);

-- User Achievements
CREATE UNIQUE INDEX idx_user_achievements_user_achievement ON user_achievements(user_id, achievement_id);
CREATE INDEX idx_user_achievements_user_id ON user_achievements(user_id);

-- Points History
CREATE INDEX idx_points_history_user_id ON points_history(user_id);
CREATE INDEX idx_points_history_created_at ON points_history(created_at DESC);
"""  # noqa: E501


def test_the_guides_block_is_there_word_for_word():
    assert GUIDE in EXPECTED.read_text("utf-8")
    found = required(EXPECTED.read_text("utf-8"))
    assert [i.definition for i in found if i.by == "guide"] == [
        line.rstrip(";") for line in GUIDE.splitlines() if line.startswith("CREATE")
    ]


def test_every_index_of_the_schema_but_plain_primary_keys_is_required(conn):
    names = conn.execute(
        "select indexname from pg_indexes where schemaname = 'public'"
        " and indexname !~ '_pkey$' and tablename !~ '^_?(yoyo|procrastinate)_'"
    )
    assert {i.name for i in required(EXPECTED.read_text("utf-8"))} == {name for (name,) in names}


def test_spelling_does_not_count():
    assert normalised("CREATE INDEX a  ON t(b,c DESC)\nWHERE (d IS NULL);") == normalised(
        "create index a on public.t using btree (b, c desc) where (d is null)"
    )
