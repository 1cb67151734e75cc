"""A mixed day: people browse, watch, finish lessons, look at their points, get certificates."""

import time

from locust import between, task

from perf.scenarios.learners import Learner, Player

# A player reports no oftener.
THROTTLE_SECONDS = 5
# Who has waited so long for a certificate has none.
FILE_SECONDS = 30


class Person(Learner):
    wait_time = between(1, 3)

    def on_start(self):
        super().on_start()
        self.player, self.reported_at = Player(self.learner), 0.0
        self.due = list(self.learner["finished_course_ids"])

    @task(20)
    def watch(self):
        if time.monotonic() - self.reported_at < THROTTLE_SECONDS:
            return self.get(f"progress/courses/{self.player.course_id}", "progress/courses/[id]")
        self.reported_at = time.monotonic()
        return self.post(self.player.path, "progress/lessons/[id]", self.player.report(7))

    @task(6)
    def browse(self):
        self.get("courses?is_published=true", "courses")

    @task(4)
    def open_course(self):
        self.get(f"courses/{self.player.course_id}", "courses/[id]")

    @task(6)
    def open_lesson(self):
        lesson_id = self.learner["watching"]["lesson_id"]
        self.get(f"lessons/{lesson_id}", "lessons/[id]")

    @task(4)
    def see_points(self):
        self.get("gamification/me")

    @task(2)
    def see_courses(self):
        self.get("enrollments/me")

    @task(1)
    def see_achievements(self):
        self.get("achievements")

    @task(1)
    def finish_lesson(self):
        if self.player.is_finished:
            return
        self.player.is_finished = True
        self.post(self.player.path, "progress/lessons/[id] (finished)", self.player.report_end())

    @task(1)
    def get_certificate(self):
        if not self.due:
            return
        asked, begun = time.time(), time.perf_counter()
        response = self.post(f"certificates/courses/{self.due.pop()}", "certificates/courses/[id]")
        if response.status_code != 201:
            return
        path = f"/api/v1/certificates/{response.json()['id']}/pdf"
        status = 202
        while status == 202 and time.perf_counter() < begun + FILE_SECONDS:
            time.sleep(1)  # Retry-After. Locust's users take turns at it.
            # Not counted one by one: what people wait for is the file.
            response = self.client.get(path, headers=dict(self.headers), catch_response=True)
            status = response.status_code
        self.environment.events.request.fire(
            request_type="POST",
            name="/api/v1/certificates/courses/[id] (file)",
            start_time=asked,
            response_time=(time.perf_counter() - begun) * 1000,
            response_length=0,
            exception=None if status == 200 else RuntimeError(f"no file: {status}"),
            response=response,
            context={},
        )
