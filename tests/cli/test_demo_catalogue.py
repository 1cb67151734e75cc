"""The courses of `flask seed demo`."""

import pytest

pytestmark = pytest.mark.usefixtures("seeded")


def test_at_least_12_courses_in_english_and_polish(rows):
    languages = dict(rows("select language, count(*) from courses group by 1"))
    assert set(languages) == {"en", "pl"}
    assert sum(languages.values()) >= 12
    assert min(languages.values()) >= 5


def test_each_course_has_modules_and_at_least_three_video_lessons(rows):
    counts = rows(
        """
        select c.slug, count(distinct m.id), count(*) filter (where l.kind = 'video')
        from courses as c
        left join modules as m on c.id = m.course_id
        left join lessons as l on m.id = l.module_id and l.published_at is not null
        group by c.slug
        """,
    )
    assert [row for row in counts if not (2 <= row[1] <= 4 and row[2] >= 3)] == []


def test_videos_last_180_to_1500_seconds_and_can_be_played(rows):
    videos = rows("select duration_seconds, mux_playback_id from lessons where kind = 'video'")
    assert all(180 <= duration <= 1500 for duration, _ in videos)
    assert len({playback_id for _, playback_id in videos if len(playback_id) >= 40}) == len(videos)


def test_every_lesson_of_the_first_course_is_a_video_of_at_least_300_seconds(rows):
    slug, shortest, kinds = rows(
        """
        select c.slug, min(coalesce(l.duration_seconds, 0)), array_agg(distinct l.kind)
        from courses as c
        inner join modules as m on c.id = m.course_id
        inner join lessons as l on m.id = l.module_id
        group by c.id
        order by c.id
        limit 1
        """,
    )[0]
    assert slug == "python-from-zero"
    assert shortest >= 300
    assert kinds == ["video"]


def test_text_lessons_have_a_body_and_some_lessons_are_free_previews(value):
    assert value("select count(*) from lessons where kind = 'text'") >= 3
    assert value("select count(*) from lessons where kind = 'text' and body = ''") == 0
    previews = value("select count(*) from lessons where is_preview")
    assert 3 <= previews < value("select count(*) from lessons") / 4


def test_a_few_courses_are_a_year_old_and_exactly_one_is_unpublished(value):
    assert value("select count(*) from courses where published_at is null") == 1
    year_old = "select count(*) from courses where published_at < now() - interval '365 days'"
    assert 2 <= value(year_old) <= 5
    recent = "select count(*) from courses where published_at > now() - interval '3 months'"
    assert value(recent) >= 3


def test_the_instructor_leads_every_course(rows, value):
    leads = rows(
        """
        select u.email, count(*)
        from course_instructors as i
        inner join users as u on i.user_id = u.id
        where i.is_lead
        group by u.email
        """,
    )
    assert leads == [("instructor@example.com", value("select count(*) from courses"))]
