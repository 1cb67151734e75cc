"""The guide's video-progress sample: ten updates to one look at the whole course."""

from locust import between, task

from perf.scenarios.learners import Learner, Player


class VideoProgressUser(Learner):
    wait_time = between(5, 7)  # Simulates 5s throttle

    def on_start(self):
        super().on_start()
        self.player = Player(self.learner)

    @task(10)
    def update_progress(self):
        """Update lesson progress (90% of actions)."""
        self.post(self.player.path, "progress/lessons/[id]", self.player.report(6))

    @task(1)
    def get_course_progress(self):
        """Get overall course progress (10% of actions)."""
        self.get(f"progress/courses/{self.player.course_id}", "progress/courses/[id]")
