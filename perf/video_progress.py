"""
Performance test for video progress tracking.

Usage:
    locust -f perf/video_progress.py --host=http://127.0.0.1:8000

The performance guide's sample with three changes: it stands in perf/, it finds
its ids through the API, and each virtual user is a demo learner of its own.
Above 100 users, or with several Locust processes, accounts are used twice and
share the throttle of their lesson: 429s, which count as failures, are then due.
"""

import itertools
import random

from locust import HttpUser, between, task
from locust.exception import StopUser

LEARNERS = itertools.cycle(range(1, 101))


class VideoProgressUser(HttpUser):
    wait_time = between(5, 7)  # Simulates 5s throttle

    def on_start(self):
        # Login and get token
        email = f"learner{next(LEARNERS):03d}@example.com"
        with self.client.post(
            "/api/v1/auth/login",
            json={"email": email, "password": "password123"},
            catch_response=True,
        ) as response:
            self.token = response.cookies.get("access_token")
            if response.status_code == 200 and not self.token:
                response.failure("the login set no access_token cookie")
        if not self.token:
            raise StopUser

        # The course that all demo learners take has the smallest id.
        published = self._get(
            "/api/v1/courses?is_published=true&limit=100",
            lambda body: {course["id"] for course in body["items"]},
        )
        self.course_id = self._get(
            "/api/v1/enrollments/me?limit=100",
            lambda body: min(
                item["course_id"] for item in body["items"] if item["course_id"] in published
            ),
        )
        self.lesson_id = self._get(
            f"/api/v1/courses/{self.course_id}",
            lambda body: body["modules"][0]["lessons"][0]["id"],
            name="/api/v1/courses/[id]",
        )

    def _get(self, url, pick, name=None):
        """What `pick` finds in the answer; if nothing, a failure is counted and the user stops."""
        with self.client.get(
            url, name=name, cookies={"access_token": self.token}, catch_response=True
        ) as response:
            if response.status_code == 200:
                try:
                    return pick(response.json())
                except (LookupError, TypeError, ValueError) as error:
                    response.failure(f"set-up found nothing to watch: {error!r}")
        raise StopUser

    @task(10)
    def update_progress(self):
        """Update lesson progress (90% of actions)."""
        position = random.randint(10, 300)
        percentage = int((position / 300) * 100)

        self.client.post(
            f"/api/v1/progress/lessons/{self.lesson_id}",
            json={
                "watched_seconds": position,
                "last_position_seconds": position,
                "completion_percentage": percentage,
            },
            cookies={"access_token": self.token},
            name="/api/v1/progress/lessons/[id]",
        )

    @task(1)
    def get_course_progress(self):
        """Get overall course progress (10% of actions)."""
        self.client.get(
            f"/api/v1/progress/courses/{self.course_id}",
            cookies={"access_token": self.token},
            name="/api/v1/progress/courses/[id]",
        )
