"""Several authors change one course at the same moment: it stays whole, and nobody gets a 500."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import builders
import pytest
from achievements.earning import FINISH, at_once, crowded
from authors import API
from conftest import anonymous

from courseapp.doctor import examine

# 404: somebody has deleted it. 409: the last lesson, or another outline.
FINE = {200, 201, 204, 404, 409}


@pytest.fixture
def crowd(make_app, conn):
    """An app with many connections: crowd(user) is a client of its own."""
    with crowded(make_app, conn) as app:

        def as_user(user):
            client = anonymous(app)
            client.set_cookie("access_token", builders.access_token(app, conn, user))
            return client

        yield as_user


class Author(threading.Thread):
    """Does one thing after the other to a course, by chance, and notes what was answered."""

    def __init__(self, seed, client, course):
        super().__init__()
        self.choices, self.client, self.course = random.Random(seed), client, course
        self.here = f"{API}/courses/{course.id}"
        self.answers = []

    def run(self):
        for _ in range(14):
            course = self.client.get(self.here).json
            modules = {
                m["id"]: [lesson["id"] for lesson in m["lessons"]] for m in course["modules"]
            }
            lessons = [lesson_id for found in modules.values() for lesson_id in found]
            answer = self.change(modules, lessons)
            self.answers.append((answer.request.method, answer.status_code, answer.text))

    def change(self, modules, lessons):
        """Something that the course allowed a moment ago."""
        a_module = f"{API}/modules/{self.choices.choice(list(modules) or [1])}"
        a_lesson = f"{API}/lessons/{self.choices.choice(lessons or [1])}"
        text = {"title": "New", "kind": "text", "body": "Hello"}
        return self.choices.choice(
            [
                lambda: self.client.post(f"{self.here}/publish"),
                lambda: self.client.post(f"{self.here}/unpublish"),
                lambda: self.client.post(f"{self.here}/modules", json={"title": "New"}),
                lambda: self.client.patch(
                    self.here, json={"slug": f"s-{self.choices.randrange(10**9)}"}
                ),
                lambda: self.client.post(f"{a_module}/lessons", json=text),
                lambda: self.client.delete(a_module),
                lambda: self.client.patch(a_lesson, json={"title": "Changed"}),
                lambda: self.client.post(f"{a_lesson}/publish"),
                lambda: self.client.post(f"{a_lesson}/unpublish"),
                lambda: self.client.delete(a_lesson),
                lambda: self.reorder(modules, lessons),
                lambda: self.reorder(modules, lessons),
            ]
        )()

    def reorder(self, modules, lessons):
        """All modules and lessons by chance."""
        order = {module_id: [] for module_id in self.choices.sample(list(modules), len(modules))}
        for lesson_id in self.choices.sample(lessons, len(lessons)):
            order[self.choices.choice(list(order))].append(lesson_id)
        modules = [{"id": module_id, "lessons": found} for module_id, found in order.items()]
        return self.client.put(f"{self.here}/outline", json={"modules": modules})


@pytest.mark.parametrize("seed", [1, 2])
def test_a_storm_of_changes_leaves_a_whole_course(crowd, taught, conn, instructor, runner, seed):
    course = taught(lessons=3)
    for _ in range(2):
        builders.make_module(conn, course)
        builders.make_lesson(conn, course, position=1)
    learner = builders.make_user(conn)
    builders.enroll(conn, learner, course)
    watching, stopped = crowd(learner), threading.Event()

    def watch():
        statuses = set()
        while not stopped.is_set():
            modules = watching.get(f"{API}/courses/{course.id}").json["modules"]
            for lesson in [lesson for module in modules for lesson in module["lessons"]]:
                path = f"{API}/progress/lessons/{lesson['id']}"
                statuses.add(watching.post(path, json=FINISH).status_code)
        return statuses

    authors = [Author(f"{seed} {n}", crowd(instructor), course) for n in range(4)]
    with ThreadPoolExecutor(1) as threads:
        watched = threads.submit(watch)
        for author in authors:
            author.start()
        for author in authors:
            author.join()
        stopped.set()
        assert watched.result() <= {200, 404, 429}
    answers = [answer for author in authors for answer in author.answers]
    assert [answer for answer in answers if answer[1] not in FINE] == []
    assert sum(status < 300 for _, status, _ in answers) > 10
    assert_whole(conn, course)
    # Who is done by what was taken away completes the course now, or at the second look.
    conn.execute("update procrastinate_jobs set scheduled_at = null")
    assert runner.invoke(args=["jobs", "work", "--once"]).exit_code == 0
    assert [finding for finding in examine(conn) if finding.violations] == []


def assert_whole(conn, course):
    """Positions are unique, and a published course has a published lesson."""
    modules = conn.execute(
        "select position from modules where course_id = %s", [course.id]
    ).fetchall()
    assert len(set(modules)) == len(modules)
    lessons = conn.execute(
        "select m.id, l.position, l.published_at is not null from modules as m"
        " join lessons as l on l.module_id = m.id where m.course_id = %s",
        [course.id],
    ).fetchall()
    assert len({lesson[:2] for lesson in lessons}) == len(lessons)
    ((is_published,),) = conn.execute(
        "select published_at is not null from courses where id = %s", [course.id]
    )
    assert any(lesson[2] for lesson in lessons) or not is_published


@pytest.mark.parametrize("how", ["unpublish", "delete", "delete the module", "all three"])
def test_the_last_lessons_of_a_published_course_do_not_go_at_once(
    crowd, taught, conn, instructor, how
):
    clients = [crowd(instructor) for _ in range(3)]
    for _ in range(3):
        course = taught(lessons=1, published_at="now")
        modules = [course.module_id]
        for _ in clients[1:]:
            modules.append(builders.make_module(conn, course))
            builders.make_lesson(conn, course, position=1)
        lessons = [f"{API}/lessons/{lesson_id}" for lesson_id in course.lesson_ids]
        unpublish = [partial(c.post, f"{lessons[n]}/unpublish") for n, c in enumerate(clients)]
        delete = [partial(c.delete, lessons[n]) for n, c in enumerate(clients)]
        delete_module = [
            partial(c.delete, f"{API}/modules/{modules[n]}") for n, c in enumerate(clients)
        ]
        calls = {
            "unpublish": unpublish,
            "delete": delete,
            "delete the module": delete_module,
            "all three": [unpublish[0], delete[1], delete_module[2]],
        }[how]
        answers = at_once(*calls)
        refused = [answer.json["type"] for answer in answers if answer.status_code == 409]
        assert refused == ["/problems/last_published_lesson"]
        assert_whole(conn, course)


def test_publishing_the_course_and_unpublishing_its_lesson_at_once(crowd, taught, conn, instructor):
    clients = [crowd(instructor) for _ in range(2)]
    outcomes = set()
    for turn in range(8):
        course = taught(lessons=1)
        calls = [
            partial(clients[0].post, f"{API}/courses/{course.id}/publish"),
            partial(clients[1].post, f"{API}/lessons/{course.lesson_ids[0]}/unpublish"),
        ]
        answers = at_once(*(calls if turn % 2 else calls[::-1]))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200, 409]
        assert_whole(conn, course)
        outcomes |= {answer.json["type"] for answer in answers if answer.status_code == 409}
    assert outcomes <= {"/problems/not_publishable", "/problems/last_published_lesson"}


@pytest.mark.parametrize("what", ["modules", "lessons"])
def test_ten_new_ones_at_once_each_have_a_place(crowd, taught, conn, instructor, what):
    course = taught(lessons=0)
    path = {
        "modules": f"{API}/courses/{course.id}/modules",
        "lessons": f"{API}/modules/{course.module_id}/lessons",
    }[what]
    clients = [crowd(instructor) for _ in range(10)]
    answers = at_once(*(partial(c.post, path, json={"title": "New"}) for c in clients))
    assert {answer.status_code for answer in answers} == {201}
    first = 2 if what == "modules" else 1
    places = sorted(answer.json["position"] for answer in answers)
    assert places == list(range(first, first + 10))
    assert_whole(conn, course)
