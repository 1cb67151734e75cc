"""Learners finish while their author changes the course: in the end nobody is stuck."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture(autouse=True)
def without_achievements(conn):
    conn.execute("update achievements set is_active = false")


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_is_stuck_whatever_came_first(classroom, conn, healthy, seed):
    room = classroom(lessons=4)
    learners = [room.learner() for _ in range(6)]
    lessons = room.course.lesson_ids
    start = threading.Barrier(len(learners) + 1)

    def learn(learner):
        order = random.Random(f"{seed} {learner.id}").sample(lessons, len(lessons))
        start.wait()
        answers = [
            room.report(learner, lesson_id, 60 + 10 * (n % 2)) for n, lesson_id in enumerate(order)
        ]
        answers += [room.report(learner, lesson_id) for lesson_id in order[:3]]
        return [answer.status_code for answer in answers]

    def change():
        choices = random.Random(seed)
        start.wait()
        answers = []
        for _ in range(12):
            what = choices.choice(["publish", "unpublish"])
            lesson = f"/api/v1/lessons/{choices.choice(lessons[1:])}"
            answers.append(room.author.post(f"{lesson}/{what}"))
            threshold = choices.choice([65, 95])
            answers.append(room.author.patch(room.path, json={"completion_threshold": threshold}))
        for lesson_id in lessons[1:]:
            answers.append(room.author.post(f"/api/v1/lessons/{lesson_id}/unpublish"))
        answers.append(room.author.patch(room.path, json={"completion_threshold": 60}))
        return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(len(learners) + 1) as threads:
        changing = threads.submit(change)
        learning = [threads.submit(learn, learner) for learner in learners]
        assert set(changing.result()) == {200}
        # 404: the lesson was not published just then.
        assert {status for found in learning for status in found.result()} <= {200, 404, 429}
    room.work()
    for learner in learners:
        done = room.progress(learner)
        assert (done["percentage"] == 100) == done["is_completed"]
    assert healthy()
    assert sum(room.progress(learner)["is_completed"] for learner in learners) >= 3
