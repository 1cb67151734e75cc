"""Enrollment spike: all users wait for each other, and then enroll in one course at one moment."""

from gevent.event import Event
from locust import constant, events, task
from locust.exception import StopUser

from perf.scenarios.learners import Learner

ALL_ARE_HERE = Event()


@events.test_start.add_listener
def wait_again(**_):
    ALL_ARE_HERE.clear()


@events.spawning_complete.add_listener
def begin(**_):
    ALL_ARE_HERE.set()


class Enrollee(Learner):
    wait_time = constant(0)

    @staticmethod
    def can(learner):
        return learner["to_take"] is not None

    @task
    def enroll(self):
        ALL_ARE_HERE.wait()
        path = f"courses/{self.learner['to_take']}/enroll"
        with self.client.post(
            f"/api/v1/{path}",
            name="/api/v1/courses/[id]/enroll",
            headers=self.headers,
            catch_response=True,
        ) as response:
            # Nobody was enrolled before, so that any other answer is wrong, 200 too.
            if response.status_code != 201:
                response.failure(f"{response.status_code} instead of 201")
        raise StopUser
