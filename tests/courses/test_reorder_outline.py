"""PUT /api/v1/courses/<id>/outline: modules and lessons in another order."""

import builders
import pytest
from authors import API
from problems import assert_problem


@pytest.fixture
def course(taught, conn):
    """Two modules with two and one lessons, and an empty one: `course.module_ids`."""
    course = taught(lessons=2)
    course.module_ids = [course.module_id, builders.make_module(conn, course)]
    builders.make_lesson(conn, course, position=1)
    course.module_ids.append(builders.make_module(conn, course))
    return course


@pytest.fixture
def put(author):
    """Ask for an order: (module, lessons) each."""

    def put(course, order, **more):
        modules = [{"id": module_id, "lessons": lessons} for module_id, lessons in order]
        path = f"{API}/courses/{course.id}/outline"
        return author.put(path, json={"modules": modules}, **more)

    return put


@pytest.fixture
def positions(conn):
    """Every module and lesson of a course, archived ones too: (module, position, lesson, its)."""
    return lambda course: conn.execute(
        "select m.id, m.position, l.id, l.position from modules as m"
        " left join lessons as l on l.module_id = m.id where m.course_id = %s order by 2, 4",
        [course.id],
    ).fetchall()


def orders(course):
    """Orders of the course's modules and lessons."""
    (one, two, three), (a, b, c) = course.module_ids, course.lesson_ids
    return {
        "as it was": [(one, [a, b]), (two, [c]), (three, [])],
        "lessons swapped": [(one, [b, a]), (two, [c]), (three, [])],
        "modules swapped": [(two, [c]), (one, [a, b]), (three, [])],
        "all turned round": [(three, [c]), (two, [b]), (one, [a])],
        "a lesson moved to another module": [(one, [b]), (two, [a, c]), (three, [])],
        "all in the last one": [(one, []), (two, []), (three, [c, a, b])],
        "lessons changed places": [(one, [c, b]), (two, [a]), (three, [])],
    }


NAMES = (
    *("as it was", "lessons swapped", "modules swapped", "all turned round"),
    *("a lesson moved to another module", "all in the last one", "lessons changed places"),
)


@pytest.mark.parametrize("name", NAMES)
def test_any_order_can_be_had(put, course, outline, positions, name):
    order = orders(course)[name]
    answer = put(course, order)
    assert answer.status_code == 200
    assert [(m["id"], [one["id"] for one in m["lessons"]]) for m in answer.json["modules"]] == order
    assert outline(course) == order
    assert [m["position"] for m in answer.json["modules"]] == [1, 2, 3]
    for module in answer.json["modules"]:
        lessons = module["lessons"]
        assert [one["position"] for one in lessons] == list(range(1, len(lessons) + 1))


def test_every_order_on_top_of_the_other(put, course, outline):
    for order in [*orders(course).values(), *reversed(orders(course).values())]:
        assert put(course, order).status_code == 200
        assert outline(course) == order


def test_what_moves_has_a_new_version_and_what_stays_the_old(put, course, stored):
    (one, two, three), (a, b, c) = course.module_ids, course.lesson_ids
    put(course, [(one, [b, a]), (three, []), (two, [c])])
    versions = [stored("modules", module_id)["version"] for module_id in (one, two, three)]
    assert versions == [1, 2, 2]
    assert [stored("lessons", lesson_id)["version"] for lesson_id in (a, b, c)] == [2, 2, 1]
    assert stored("courses", course.id)["version"] == 2


def test_learners_follow_the_new_order(put, course, conn, as_user, learner):
    (one, two, three), (a, b, c) = course.module_ids, course.lesson_ids
    builders.enroll(conn, learner, course)
    client = as_user(learner)
    conn.execute(
        "insert into lesson_progress (user_id, lesson_id, watched_seconds) values (%s, %s, 77)",
        [learner.id, c],
    )
    put(course, [(two, [c]), (three, [b]), (one, [a])])
    assert client.get(f"{API}/progress/courses/{course.id}").json["next_lesson_id"] == c
    lesson = client.get(f"{API}/lessons/{b}").json
    assert (lesson["previous_lesson_id"], lesson["next_lesson_id"]) == (c, a)
    assert lesson["module_id"] == three
    assert client.get(f"{API}/lessons/{c}").json["progress"]["watched_seconds"] == 77


def test_archived_ones_stay_where_they_are_behind_the_others(put, course, conn, outline, positions):
    (one, two, three), (a, b, c) = course.module_ids, course.lesson_ids
    gone = {"archived_at": "now", "published_at": None}
    course.module_id = one
    old = builders.make_lesson(conn, course, position=4, **gone)
    # Between two that stay.
    conn.execute("update lessons set position = 9 where id = %s", [b])
    buried = builders.make_module(conn, course, archived_at="now")
    last = builders.make_lesson(conn, course, position=1, **gone)
    order = [(two, [c]), (one, [b, a]), (three, [])]
    assert put(course, order).status_code == 200
    assert outline(course) == order
    assert positions(course) == [
        (two, 1, c, 1),
        (one, 2, b, 1),
        (one, 2, a, 2),
        (one, 2, old, 3),
        (three, 3, None, None),
        (buried, 4, last, 1),
    ]
    # And when nothing but the archived one is left in its module.
    assert put(course, [(one, []), (two, [b, a, c]), (three, [])]).status_code == 200
    assert (one, 1, old, 1) in positions(course)


def wrong(conn, course, other):
    """Orders that are not those of all the course's modules and lessons, each once."""
    (one, two, three), (a, b, c) = course.module_ids, course.lesson_ids
    gone = {"archived_at": "now", "published_at": None}
    old = builders.make_lesson(conn, course, position=9, **gone)
    buried = builders.make_module(conn, course, archived_at="now")
    return {
        "a lesson is missing": [(one, [a]), (two, [c]), (three, [])],
        "a module is missing": [(one, [a, b, c]), (two, [])],
        "everything is missing": [],
        "a lesson is there twice": [(one, [a, b]), (two, [c, a]), (three, [])],
        "a lesson twice and one missing": [(one, [a, a]), (two, [c]), (three, [])],
        "a module is there twice": [(one, [a, b]), (two, [c]), (three, []), (one, [])],
        "a lesson of another course": [(one, [a, b]), (two, [c, *other.lesson_ids]), (three, [])],
        "a module of another course": [
            (one, [a, b]),
            (two, [c]),
            (three, []),
            (other.module_id, []),
        ],
        "another course's in exchange": [(one, [a, *other.lesson_ids]), (two, [c]), (three, [])],
        "an unknown lesson": [(one, [a, b, 10**9]), (two, [c]), (three, [])],
        "an unknown module": [(one, [a, b]), (two, [c]), (10**9, [])],
        "an archived lesson": [(one, [a, b]), (two, [c]), (three, [old])],
        "an archived module": [(one, [a, b]), (two, [c]), (three, []), (buried, [])],
    }


WRONG = (
    *("a lesson is missing", "a module is missing", "everything is missing"),
    *("a lesson is there twice", "a lesson twice and one missing", "a module is there twice"),
    *("a lesson of another course", "a module of another course", "another course's in exchange"),
    *("an unknown lesson", "an unknown module", "an archived lesson", "an archived module"),
)


@pytest.mark.parametrize("name", WRONG)
def test_whatever_is_not_all_of_it_once_is_409_and_changes_nothing(
    put, course, conn, stored, positions, audited, name
):
    other = builders.make_course(conn, lessons=1)
    order = wrong(conn, course, other)[name]
    before = [positions(course), positions(other), stored("courses", course.id)]
    assert_problem(put(course, order), "outline_changed")
    assert [positions(course), positions(other), stored("courses", course.id)] == before
    assert audited("course", course.id) == []


def test_what_somebody_added_meanwhile_is_not_lost(put, author, course, outline):
    order = orders(course)["all turned round"]
    module = f"{API}/modules/{course.module_ids[0]}"
    added = author.post(f"{module}/lessons", json={"title": "New"}).json["id"]
    assert_problem(put(course, order), "outline_changed")
    order[0][1].append(added)
    assert put(course, order).status_code == 200
    assert outline(course) == order


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "modules"),
        ({"modules": None}, "modules"),
        ({"modules": [{"id": 1}]}, "modules.0.lessons"),
        ({"modules": [{"lessons": []}]}, "modules.0.id"),
        ({"modules": [{"id": "1", "lessons": []}]}, "modules.0.id"),
        ({"modules": [{"id": 0, "lessons": []}]}, "modules.0.id"),
        ({"modules": [{"id": 2**63, "lessons": []}]}, "modules.0.id"),
        ({"modules": [{"id": 1, "lessons": [1, None]}]}, "modules.0.lessons.1"),
        ({"modules": [{"id": 1, "lessons": [1.5]}]}, "modules.0.lessons.0"),
        ({"modules": [{"id": 1, "lessons": {}}]}, "modules.0.lessons"),
        ({"modules": [{"id": 1, "lessons": [], "title": "x"}]}, "modules.0.title"),
        ({"modules": [{"id": 1, "lessons": [1] * 1001}]}, "modules.0.lessons"),
        ({"modules": [{"id": 1, "lessons": []}] * 201}, "modules"),
    ],
)
def test_what_is_no_order_is_refused_with_its_place(author, course, body, field):
    answer = author.put(f"{API}/courses/{course.id}/outline", json=body)
    assert_problem(answer, "invalid", field)


def test_a_thousand_lessons_can_be_turned_round(author, taught, conn, put, outline):
    course = taught(lessons=0)
    conn.execute(
        "insert into lessons (module_id, title, position)"
        " select %s, 'Lesson', n from generate_series(1, 1000) as n",
        [course.module_id],
    )
    ((module_id, lessons),) = outline(course)
    assert put(course, [(module_id, lessons[::-1])]).status_code == 200
    assert outline(course) == [(module_id, lessons[::-1])]


def test_an_empty_course_has_an_empty_order(put, taught, conn):
    course = taught(lessons=0)
    conn.execute("delete from modules where course_id = %s", [course.id])
    assert put(course, []).status_code == 200


def test_an_archived_course_is_404(put, taught):
    course = taught(lessons=0, archived_at="now")
    assert_problem(put(course, [(course.module_id, [])]), "not_found")


def test_who_begins_a_lesson_while_it_moves_has_begun_it(course, learner, conn, as_user, held_up):
    (_, two, _), (lesson, *_) = course.module_ids, course.lesson_ids
    builders.enroll(conn, learner, course)
    client = as_user(learner)
    conn.execute("update courses set published_at = now() where id = %s", [course.id])
    body = {"watched_seconds": 9, "last_position_seconds": 9, "completion_percentage": 5}
    answer = held_up(
        lambda: client.post(f"{API}/progress/lessons/{lesson}", json=body),
        before=[f"update lessons set module_id = {two}, position = 7 where id = {lesson}"],
        waits_in="progress.record_progress",
    )
    assert answer.status_code == 200
    assert client.get(f"{API}/lessons/{lesson}").json["progress"]["watched_seconds"] == 9


def test_who_changes_a_lesson_while_it_moves_has_changed_it(author, course, held_up, stored):
    (_, two, _), (lesson, *_) = course.module_ids, course.lesson_ids
    answer = held_up(
        lambda: author.patch(f"{API}/lessons/{lesson}", json={"title": "Moved and changed"}),
        before=[
            f"select from courses where id = {course.id} for no key update",
            f"update lessons set module_id = {two}, position = 7 where id = {lesson}",
            f"update courses set version = 2 where id = {course.id}",
        ],
        waits_in="lessons.lock_lesson",
    )
    assert answer.status_code == 200
    assert answer.json["module_id"] == two
    assert stored("lessons", lesson)["title"] == "Moved and changed"


def test_who_did_it_is_noted(put, instructor, course, audited):
    order = orders(course)["all turned round"]
    put(course, order)
    ((actor_id, action, details),) = audited("course", course.id)
    assert (actor_id, action) == (instructor.id, "outline_reordered")
    assert details["modules"] == [module_id for module_id, _ in order]
