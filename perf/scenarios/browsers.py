"""Course listing: people who look through the courses, with the time that reading takes."""

from locust import between, task

from perf.scenarios.learners import Learner


class CourseBrowser(Learner):
    wait_time = between(1, 3)

    @task
    def browse_courses(self):
        self.get("courses?is_published=true", "courses")
