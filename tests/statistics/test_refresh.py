"""`flask statistics refresh`: counts what it is asked for, and says how much that was."""

import builders
import pytest
from watching import take, watch


def test_it_counts_every_course_and_says_how_many(said, conn, as_of):
    courses = [builders.make_course(conn, published=n > 0) for n in range(3)]
    total = conn.execute("select count(*) from courses").fetchone()[0]
    assert said() == [f"Counted {total} courses"]
    counted = as_of()
    assert len(counted) == total
    assert all(counted[course.id] for course in courses)


def test_counting_again_changes_only_the_time(runner, conn, course, stored, as_of):
    watch(conn, take(conn, course, 60), course.lesson_ids[0])
    runner.invoke(args=["statistics", "refresh"])
    before, first = stored(course), as_of()
    runner.invoke(args=["statistics", "refresh"])
    assert stored(course) == before
    assert as_of()[course.id] > first[course.id]


def test_rows_of_lessons_where_nothing_has_changed_are_not_written(runner, conn, course):
    versions = "select lesson_id, xmin::text from lesson_statistics where lesson_id = any(%s)"
    runner.invoke(args=["statistics", "refresh"])
    before = dict(conn.execute(versions, [course.lesson_ids]).fetchall())
    watch(conn, take(conn, course), course.lesson_ids[1])
    runner.invoke(args=["statistics", "refresh"])
    after = dict(conn.execute(versions, [course.lesson_ids]).fetchall())
    changed = [lesson_id for lesson_id in after if after[lesson_id] != before[lesson_id]]
    assert changed == [course.lesson_ids[1]]


def test_one_course_may_be_counted_alone(said, conn, course, as_of):
    other = builders.make_course(conn)
    assert said("--course", str(course.id)) == ["Counted 1 courses"]
    assert as_of()[course.id]
    assert as_of()[other.id] is None


def test_a_course_that_does_not_exist_is_named(runner):
    answer = runner.invoke(args=["statistics", "refresh", "--course", "999999999"])
    assert (answer.exit_code, answer.output) == (1, "Error: There is no course 999999999.\n")


@pytest.mark.parametrize("option", [["--course", "0"], ["--course", "x"], ["--older-than", "-1"]])
def test_what_makes_no_sense_is_refused(runner, option):
    assert runner.invoke(args=["statistics", "refresh", *option]).exit_code == 2


def test_only_old_numbers_may_be_counted_anew(runner, said, conn, course, as_of):
    runner.invoke(args=["statistics", "refresh"])
    conn.execute(
        "update course_statistics set as_of = now() - interval '11 minutes' where course_id = %s",
        [course.id],
    )
    never = builders.make_course(conn)
    before = as_of()
    assert said("--older-than", "10") == ["Counted 2 courses"]
    after = as_of()
    assert {id for id in after if after[id] != before.get(id)} == {course.id, never.id}
    assert said("--older-than", "10") == ["Counted 0 courses"]


def test_numbers_go_with_their_lesson_and_their_course(runner, conn, stored):
    course = builders.make_course(conn, lessons=2)
    runner.invoke(args=["statistics", "refresh"])
    conn.execute("delete from lessons where id = %s", [course.lesson_ids[0]])
    assert len(stored(course)[1]) == 1
    for statement in (
        "delete from lessons where module_id in (select id from modules where course_id = %s)",
        "delete from modules where course_id = %s",
        "delete from courses where id = %s",
    ):
        conn.execute(statement, [course.id])
    assert stored(course) == (None, [])
