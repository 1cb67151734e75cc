"""The mixed day in a closed loop: its requests in its proportions, each as soon as it can be sent.

The guide compares what 100 users get before and after. With the time that people take they would
get the same; without it there is always somebody who waits, and throughput says what the service
can do. Each user is many learners, and reports for one whose last report is five seconds ago,
however fast the answers come. Certificates are left out: they can be had once.
"""

import time
from functools import cache
from itertools import count

from locust import constant, events, task

from perf.scenarios.learners import Learner, Player, learners

# As players do; the service takes no more of one lesson.
WAIT_SECONDS = 5


@cache
def everybody() -> list[dict]:
    return list(learners())


@events.test_start.add_listener
def ask_again(**_):
    everybody.cache_clear()


NUMBERS = count()


class Crowd(Learner):
    """Several people at one keyboard; nobody else is one of them."""

    wait_time = constant(0)

    def on_start(self):
        users = self.environment.parsed_options.num_users
        mine = everybody()[next(NUMBERS) % users :: users]
        self.people = [(learner, Player(learner)) for learner in mine]
        self.unfinished = list(self.people)
        # When each has last reported.
        self.reported: dict[Player, float] = {}

    def next_person(self):
        self.people.append(self.people.pop(0))
        self.become(self.people[0])

    def become(self, person):
        self.learner, self.player = person
        self.headers = {"Cookie": f"access_token={self.learner['access_token']}"}

    # In a mixed day every other look at the player is an update, the rest is too early for one.
    @task(10)
    def report_progress(self):
        for _ in self.people:
            self.next_person()
            if time.monotonic() - self.reported.get(self.player, 0) >= WAIT_SECONDS:
                self.reported[self.player] = time.monotonic()
                self.post(self.player.path, "progress/lessons/[id]", self.player.report(7))
                return
        # Only who is alone with the service is so fast that everybody has just reported.
        self.see_course_progress()

    @task(10)
    def see_course_progress(self):
        self.next_person()
        self.get(f"progress/courses/{self.player.course_id}", "progress/courses/[id]")

    @task(6)
    def browse(self):
        self.next_person()
        self.get("courses?is_published=true", "courses")

    @task(4)
    def open_course(self):
        self.next_person()
        self.get(f"courses/{self.player.course_id}", "courses/[id]")

    @task(6)
    def open_lesson(self):
        self.next_person()
        self.get(f"lessons/{self.learner['watching']['lesson_id']}", "lessons/[id]")

    @task(4)
    def see_points(self):
        self.next_person()
        self.get("gamification/me")

    @task(2)
    def see_courses(self):
        self.next_person()
        self.get("enrollments/me")

    @task(1)
    def see_achievements(self):
        self.next_person()
        self.get("achievements")

    @task(1)
    def finish_lesson(self):
        if self.unfinished:
            self.become(self.unfinished.pop())
            self.reported[self.player] = time.monotonic()
            self.post(
                self.player.path, "progress/lessons/[id] (finished)", self.player.report_end()
            )
